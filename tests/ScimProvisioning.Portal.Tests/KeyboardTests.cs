using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Everything with the keyboard alone.</summary>
[TestFixture]
sealed class KeyboardTests : FlowTest
{
    /// <summary>
    /// Notes what gets the focus, by its place among all that can get it, and whether one can see so. What scrolls may get it, too, without
    /// being among them.
    /// </summary>
    const string Watch = """
        () => {
            const look = element => {
                const style = getComputedStyle(element);
                return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
            };
            const first = radio => !document.querySelector(`[name="${radio.name}"]:checked`) &&
                radio === radio.form.querySelector(`[type=radio][name="${radio.name}"]`);
            const all = [...document.querySelectorAll(
                "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary, [tabindex='0']")]
                .filter(element => element.checkVisibility() && (element.type !== "radio" || element.checked || first(element)));
            const before = new Map(all.map(element => [element, look(element)]));
            window.visited = [];
            addEventListener("focusin", ({ target }) => window.visited.push(
                [all.indexOf(target), before.get(target) !== look(target) && target.checkVisibility(), target.outerHTML.slice(0, 100)]
                    .join(" ")));
            all[0].focus();
            return all.length;
        }
        """;

    [Test]
    public async Task On_each_page_the_focus_goes_through_everything_in_order_and_is_seen()
    {
        var portal = await FilledPortal.CreateAsync();
        await SignInAsOperator();
        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });

        foreach (var page in portal.Pages)
        {
            await Page.GotoAsync(page);
            var count = await Page.EvaluateAsync<int>(Watch);
            // A field for a time has a stop for each part of it.
            for (var i = 0; i < count + 30; i++)
                await Page.Keyboard.PressAsync("Tab");
            var visited = (await Page.EvaluateAsync<string[]>("window.visited")).Select(one => one.Split(' ', 3)).ToList();

            Assert.That(visited.Where(one => one[1] != "true").Select(one => one[2]), Is.Empty, $"{page}: not seen");
            var order = visited
                .Select(one => int.Parse(one[0], System.Globalization.CultureInfo.InvariantCulture))
                .Where(place => place >= 0)
                .Take(count);
            Assert.That(order, Is.EqualTo(Enumerable.Range(0, count)), page);
        }
    }

    [Test]
    public async Task Who_is_in_what_changes_by_itself_stays_there()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.CreateAsync("zoe@example.com", "Zoe");
        await Released(connection, 1);
        await OpenPortal(organization, $"/connections/{connection}/users");
        await ReachByKeyboard(Link("Zoe"));
        await entra.CreateAsync("adam@example.com", "Adam");

        await Assertions.Expect(Link("Adam")).ToBeVisibleAsync();
        await Assertions.Expect(Link("Zoe")).ToBeFocusedAsync();
    }

    protected override async Task Press(ILocator element)
    {
        await ReachByKeyboard(element);
        await Page.Keyboard.PressAsync("Enter");
    }

    protected override async Task Fill(ILocator field, string text)
    {
        await ReachByKeyboard(field);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
    }

    protected override async Task Choose(ILocator select, string text)
    {
        await ReachByKeyboard(select);
        await Page.Keyboard.TypeAsync(text);
        Assert.That(await select.EvaluateAsync<string>("select => select.selectedOptions[0].text"), Does.StartWith(text));
    }

    protected override async Task Check(ILocator radio)
    {
        var name = await radio.GetAttributeAsync("name");
        await ReachByKeyboard(Page.Locator($"[type=radio][name={name}]:checked"));
        for (var i = 0; i < 10 && !await radio.IsCheckedAsync(); i++)
            await Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(radio).ToBeCheckedAsync();
    }

    protected override async Task Mark(ILocator box)
    {
        await ReachByKeyboard(box);
        await Page.Keyboard.PressAsync("Space");
    }

    protected override Task Follow(ILocator element, string text) => See(element, text);
}
