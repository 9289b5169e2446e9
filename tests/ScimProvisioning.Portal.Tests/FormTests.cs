using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>How a form says what is needed, what was wrong, and that it was done.</summary>
[TestFixture]
sealed class FormTests : PortalTest
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task What_was_refused_leads_to_its_first_field_also_without_scripts(bool scripts)
    {
        await OpenWindowAsync(new() { JavaScriptEnabled = scripts });
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections/{connection}/edit");
        var name = Page.GetByLabel("Name", new() { Exact = true });
        Assert.That(await name.GetAttributeAsync("required"), Is.Not.Null);
        await name.FillAsync("");
        await Page.GetByLabel("Entra tenant").FillAsync("no id");
        // No browser holds it up: the server says what is wrong.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        var wrong = Page.GetByLabel("Entra tenant");
        await Assertions.Expect(wrong).ToBeFocusedAsync();
        await Assertions.Expect(Page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^Error: "));
        await wrong.FillAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(name).ToBeFocusedAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).FocusAsync();
        await Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link, new() { Name = "Name: Must not be empty." }).ClickAsync();
        await Assertions.Expect(name).ToBeFocusedAsync();
        if (scripts)
            await MustBeAccessible();
        await name.FillAsync("Fabrikam");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Saved" })).ToBeVisibleAsync();
        await Assertions.Expect(Page).Not.ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^Error: "));
    }

    [Test]
    public async Task All_that_was_wrong_with_a_mapping_is_listed_in_the_order_of_the_page()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await OpenPortal(organization, $"/connections/{connection}/mapping");
        await Page.Locator("[id='paths.displayName']").FillAsync("][");
        await Page.Locator("[id='mapping.uid']").FillAsync("][");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();

        await Assertions.Expect(Page.Locator("[id='mapping.uid']")).ToBeFocusedAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).Last.ClickAsync();
        await Assertions.Expect(Page.Locator("[id='paths.displayName']")).ToBeFocusedAsync();
        await MustBeAccessible();
    }

    [Test]
    public async Task A_link_says_what_it_opens_and_for_how_long()
    {
        var organization = await NewOrganization("Woodgrove");
        var connection = await NewConnection(organization, "Woodgrove Entra");
        await Page.GotoAsync(await NewLink(organization, ("connectionId", connection)));

        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Woodgrove");
        await Assertions.Expect(Page.GetByText("It opens the connection Woodgrove Entra alone.")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByText("You stay signed in for 6 hours at most.")).ToBeVisibleAsync();
        Assert.That(await Page.ContentAsync(), Does.Not.Contain("admin-key"));
        await MustBeAccessible();
        await Page.GotoAsync(await NewLink(organization));
        await Assertions.Expect(Page.GetByText("It opens the connection")).ToHaveCountAsync(0);
    }
}
