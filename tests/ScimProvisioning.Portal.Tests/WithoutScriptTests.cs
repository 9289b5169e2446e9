using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Everything in a browser that runs no script.</summary>
[TestFixture]
sealed class WithoutScriptTests : FlowTest
{
    [SetUp]
    public Task OpenWindowWithoutScript() => OpenWindowAsync(new() { JavaScriptEnabled = false });

    [Test]
    public async Task Each_page_shows_a_way_around_what_needs_a_script()
    {
        var portal = await FilledPortal.CreateAsync();
        await SignInAsOperator();

        foreach (var page in portal.Pages)
        {
            Assert.That((await Page.GotoAsync(page))!.Status, Is.EqualTo(200), page);
            await Assertions.Expect(Heading).Not.ToBeEmptyAsync();
            Assert.That(await Page.Locator("[data-copy]:visible").CountAsync(), Is.Zero, page);
            foreach (var field in await Page.Locator("div:has(> [data-copy]) > input").AllAsync())
            {
                await field.SelectTextAsync();
                Assert.That(await field.InputValueAsync(), Is.Not.Empty, page);
            }
            if (await Page.Locator("[data-live-source]").CountAsync() == 0)
                continue;
            await Press(Link("Reload"));
            await Assertions.Expect(Page).ToHaveURLAsync(new Uri(Server.Address, page).ToString());
        }
    }

    protected override Task Press(ILocator element) => element.ClickAsync();

    protected override Task Fill(ILocator field, string text) => field.FillAsync(text);

    protected override async Task Choose(ILocator select, string text)
    {
        var option = select.Locator("option", new() { HasText = text }).First;
        await select.SelectOptionAsync((await option.GetAttributeAsync("value"))!);
    }

    protected override Task Check(ILocator radio) => radio.CheckAsync();

    protected override Task Mark(ILocator box) => box.CheckAsync();

    protected override async Task Follow(ILocator element, string text)
    {
        await Assertions.Expect(element).ToBeVisibleAsync();
        await Wait.UntilAsync(
            async () =>
            {
                if ((await element.InnerTextAsync()).Contains(text, StringComparison.Ordinal))
                    return true;
                await Press(Link("Reload"));
                return false;
            },
            $"{element} shows {text}"
        );
    }
}
