using System.Globalization;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Parts of a page that follow what happens leave alone what somebody does there meanwhile.</summary>
[TestFixture]
sealed class LiveTests : PortalTest
{
    const string Part = "<section id=\"health\" data-live>";

    const string Form = """
        <form aria-label="Notes"><label>Note <input name="note" value="given"></label>
        <label>Way <select name="way"><option value="a">A</option><option value="b">B</option></select></label>
        <label><input type="checkbox" name="box" value="1"> Box</label>
        <details><summary>More <time datetime="2026-01-01T00:00:00Z">{0}</time></summary><p>Inside</p></details></form>
        """;

    [Test]
    public async Task What_is_opened_typed_and_reached_stays_when_the_part_is_replaced()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await Page.GotoAsync(await NewLink(organization));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        var loads = 0;
        await Page.RouteAsync(
            $"**/portal/connections/{connection}",
            async route =>
            {
                var answer = await route.FetchAsync();
                var html = await answer.TextAsync();
                var body = html.Replace(Part, Part + Form.Replace("{0}", $"{++loads}", StringComparison.Ordinal), StringComparison.Ordinal);
                await route.FulfillAsync(new() { Response = answer, Body = body });
            }
        );
        await Page.GotoAsync($"/portal/connections/{connection}");
        // It may be loaded again at any time, so also between these steps.
        await Page.Locator("#health summary").ClickAsync();
        await Page.GetByLabel("Way").SelectOptionAsync("b");
        await Page.GetByLabel("Box").CheckAsync();
        await Page.GetByLabel("Note", new() { Exact = true }).FillAsync("typed");
        await Page.Keyboard.PressAsync("ArrowLeft");

        var before = loads;
        await entra.CreateAsync("zoe@example.com");
        var shown = Page.Locator("#health summary time");
        await Wait.UntilAsync(async () => int.Parse(await shown.InnerTextAsync(), null) > before, "the part is replaced");

        await Assertions.Expect(Page.GetByLabel("Note", new() { Exact = true })).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("-");
        await Assertions.Expect(Page.GetByLabel("Note", new() { Exact = true })).ToHaveValueAsync("type-d");
        await Assertions.Expect(Page.GetByLabel("Way")).ToHaveValueAsync("b");
        await Assertions.Expect(Page.GetByLabel("Box")).ToBeCheckedAsync();
        await Assertions.Expect(Page.GetByText("Inside")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Times_are_those_of_the_visitors_clock_also_in_a_part_that_was_replaced()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await OpenWindowAsync(new() { TimezoneId = "Asia/Kolkata" });
        await OpenPortal(organization, $"/connections/{connection}");
        var times = Page.Locator("#health time");
        var before = await times.CountAsync();

        await entra.CreateAsync("zoe@example.com");

        await Assertions.Expect(Page.Locator("#health dd").Nth(4).Locator("time")).ToContainTextAsync("GMT+5:30");
        Assert.That(await times.CountAsync(), Is.GreaterThan(before), "The part was replaced.");
        foreach (var time in await times.AllAsync())
        {
            var at = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
            var local = at.ToOffset(new(5, 30, 0)).ToString("yyyy-MM-dd HH:mm 'GMT+5:30'", CultureInfo.InvariantCulture);
            await Assertions.Expect(time).ToContainTextAsync(local);
        }
    }
}
