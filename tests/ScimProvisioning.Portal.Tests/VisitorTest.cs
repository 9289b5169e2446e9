using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>A test in which somebody uses the pages. How, a fixture says: with the keyboard alone, or without script.</summary>
abstract class VisitorTest : PortalTest
{
    /// <summary>Presses a button, follows a link or opens what is closed.</summary>
    protected abstract Task Press(ILocator element);

    protected abstract Task Fill(ILocator field, string text);

    /// <summary>Chooses what begins with this text.</summary>
    protected abstract Task Choose(ILocator select, string text);

    /// <summary>Chooses one of several in a group.</summary>
    protected abstract Task Check(ILocator radio);

    protected abstract Task Mark(ILocator box);

    /// <summary>Sees this text there as soon as it happens, while looking at the page.</summary>
    protected abstract Task Follow(ILocator element, string text);

    protected static Task See(ILocator element, string text) => Assertions.Expect(element).ToContainTextAsync(text);

    /// <summary>What says that it is saved.</summary>
    protected ILocator Saved => Page.GetByText("Saved", new() { Exact = true });

    protected ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected ILocator SaveOf(string field) =>
        Page.Locator("form", new() { Has = Page.GetByLabel(field) }).GetByRole(AriaRole.Button, new() { Name = "Save" });

    protected ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    protected Task Press(string name) => Press(Button(name).Or(Link(name)).First);

    protected Task Fill(string label, string text) => Fill(Field(label), text);

    protected Task Choose(string label, string text) => Choose(Page.GetByRole(AriaRole.Combobox, new() { Name = label }).First, text);

    protected Task Check(string label) => Check(Page.GetByRole(AriaRole.Radio, new() { Name = label, Exact = true }));

    protected Task<string> Value(string label) => Field(label).InputValueAsync();

    protected async Task Open(Guid organization, string page = "/connections")
    {
        await Page.GotoAsync(await NewLink(organization));
        await Press("Open");
        await See(Heading, "Connections");
        if (page != "/connections")
            await Page.GotoAsync("/portal" + page);
    }

    protected async Task SignIn()
    {
        await Page.GotoAsync("/console");
        await Fill("Admin key", ScimServer.AdminKey);
        await Press("Sign in");
        await See(Heading, "Connections");
    }
}
