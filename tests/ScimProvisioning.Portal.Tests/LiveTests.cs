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
}
