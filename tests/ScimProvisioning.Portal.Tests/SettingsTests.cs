using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

[TestFixture]
sealed class SettingsTests : PortalTest
{
    static readonly string[] Pages =
    [
        "/setup",
        "/setup?step=enable",
        "/instructions",
        "/mapping",
        "/scope",
        "/roles",
        "/tokens",
        "/settings",
        "/disconnect",
    ];

    [Test]
    public async Task A_connection_is_paused_guarded_scheduled_disconnected_and_connected_again()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, "Contoso");
        await Post($"/connections/{connection}/enable", []);
        await OpenPortal(organization, $"/connections/{connection}/settings");
        await MustBeAccessible();
        await Page.GetByLabel("Reason").FillAsync("Moving house");
        await Click("Pause");
        await Assertions.Expect(Page.GetByText("Moving house")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByText("Paused", new() { Exact = true })).ToBeVisibleAsync();
        await Page.GotoAsync($"/portal/connections/{connection}");
        await Assertions.Expect(Page.Locator("#health [role=status]")).ToHaveTextAsync("paused");
        await MustBeAccessible();
        await Page.Locator("#health").GetByRole(AriaRole.Link, new() { Name = "Resume" }).ClickAsync();
        await Click("Resume");
        await Assertions.Expect(Page.GetByText("Resumed", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(Button("Pause")).ToBeVisibleAsync();

        await Page.GetByLabel("and more than so many people").FillAsync("many");
        await SaveAfter("within so many minutes");
        await Assertions.Expect(Page.Locator("#count-help")).ToContainTextAsync("Must be a number");
        await Page.GetByLabel("and more than so many people").FillAsync("7");
        await SaveAfter("within so many minutes");
        await Page.GetByLabel("Compare with").FillAsync("every day");
        await SaveAfter("Send everything");
        await Assertions.Expect(Page.Locator("small.wrong")).ToContainTextAsync("cron expression");
        await Page.GetByLabel("Compare with").FillAsync("0 3 * * 0");
        await SaveAfter("Send everything");
        await Assertions.Expect(Page.GetByText("Next:")).ToBeVisibleAsync();
        Assert.That((int)(await Get($"/connections/{connection}/guard"))["count"]!, Is.EqualTo(7));

        await Click("Disconnect");
        await Assertions.Expect(Heading).ToHaveTextAsync("Disconnect");
        await ReachByKeyboard(Page.GetByLabel("Type Contoso to confirm"));
        await Page.Keyboard.TypeAsync("Fabrikam");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator("#confirm-help")).ToBeVisibleAsync();
        await MustBeAccessible();
        await Page.GetByLabel("Type Contoso to confirm").FillAsync("Contoso");
        await Click("Disconnect");
        await Assertions.Expect(Page.GetByText("It is disconnected")).ToBeVisibleAsync();
        await Click("Reconnect");
        await Assertions.Expect(Heading).ToHaveTextAsync("Reconnect");
        await Click("Reconnect");
        await Assertions.Expect(Page.GetByLabel("Secret Token", new() { Exact = true })).Not.ToHaveValueAsync("");
        await MustBeAccessible();
        Assert.That((string)(await Get($"/connections/{connection}"))["state"]!, Is.EqualTo("pending"));
    }

    [Test]
    public async Task A_token_is_rotated_while_the_old_one_goes_on_and_is_revoked_then()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var old = await Entra.ConnectAsync(Server, connection);
        await OpenPortal(organization, $"/connections/{connection}/tokens");
        await MustBeAccessible();
        await Page.Locator("summary", new() { HasText = "Rotate" }).ClickAsync();
        await Assertions.Expect(Page.GetByText("This one stays good for 24 hours")).ToBeVisibleAsync();
        await MustBeAccessible();
        Assert.That((await Get($"/connections/{connection}/tokens"))["data"]!.AsArray(), Has.Count.EqualTo(1), "nothing is done yet");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Rotate the token" }).ClickAsync();
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("New configuration");
        var token = await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync();
        using var entra = Entra.At(Server, await Page.GetByLabel("Tenant URL", new() { Exact = true }).InputValueAsync(), token);
        Assert.That((await old.TestConnectionAsync(), await entra.TestConnectionAsync()), Is.EqualTo((200, 200)));
        await Assertions.Expect(Page.Locator("tbody tr", new() { HasTextRegex = new Regex("in 2[34] h") })).ToHaveCountAsync(1);
        var replaced = Page.Locator("tbody tr", new() { HasText = "replaced" });
        await Assertions.Expect(replaced).ToContainTextAsync(new Regex(@"replaced\s+good until .*in 2[34] h", RegexOptions.Singleline));
        await Assertions.Expect(replaced.Locator("summary")).ToHaveTextAsync("Revoke");
        await Assertions.Expect(Page.Locator("tbody tr", new() { HasText = "active" })).ToContainTextAsync(new Regex(@"in 36\d days"));
        await replaced.Locator("summary").ClickAsync();
        await Assertions.Expect(replaced).ToContainTextAsync("refused with this token from now on");
        await replaced.GetByRole(AriaRole.Button, new() { Name = "Revoke the token" }).ClickAsync();
        await Assertions.Expect(Page.Locator("main [role=status]:not(.unseen)")).ToContainTextAsync("The token is revoked");
        await Assertions.Expect(Page.Locator("tbody tr", new() { HasText = "revoked" })).ToHaveCountAsync(1);

        Assert.That((await old.TestConnectionAsync(), await entra.TestConnectionAsync()), Is.EqualTo((401, 200)));
        Assert.That(await Page.ContentAsync(), Does.Not.Contain(token));
    }

    [TestCase("pending", "Pause")]
    [TestCase("active", "Pause")]
    [TestCase("paused", "Resume")]
    [TestCase("disabled", "Enable")]
    [TestCase("disconnected", "Reconnect")]
    public async Task In_each_state_a_connection_is_tested_renamed_and_removed_and_one_step_leads_on(string state, string step)
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, "Contoso");
        var verbs = new Dictionary<string, string[]>
        {
            ["pending"] = [],
            ["active"] = ["enable"],
            ["paused"] = ["enable", "pause"],
            ["disabled"] = ["enable", "disable"],
            ["disconnected"] = ["enable", "disconnect"],
        };
        foreach (var verb in verbs[state])
            await Post($"/connections/{connection}/{verb}", []);
        await OpenPortal(organization, $"/connections/{connection}/setup?step=test");
        await Assertions.Expect(Page.Locator("#test")).ToContainTextAsync("waiting for Test Connection");
        await Page.GotoAsync($"/portal/connections/{connection}/settings");
        await Assertions.Expect(Button(step)).ToBeVisibleAsync();
        await Page.GotoAsync($"/portal/connections/{connection}/edit");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Fabrikam");
        await Click("Save");
        await Assertions.Expect(Page.Locator(".of")).ToHaveTextAsync("Fabrikam");
        await Page.GotoAsync($"/portal/connections/{connection}/delete");
        await Page.GetByLabel("Type Fabrikam to confirm").FillAsync("Fabrikam");
        await Click("Delete the connection");

        await Assertions.Expect(Heading).ToHaveTextAsync("Connections");
    }

    [Test]
    public async Task Whom_it_is_connected_to_again_keeps_his_id_and_what_was_edited_meanwhile_is_listed_before_it_is_overwritten()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var zoe = await entra.CreateAsync("zoe@example.com", ("title", "Engineer"));
        await Released(connection, 1);
        var id = (string)(await Get($"/users?connectionId={connection}"))["data"]![0]!["id"]!;
        await OpenPortal(organization, $"/connections/{connection}/disconnect");
        await Page.GetByLabel("Type Entra to confirm").FillAsync("Entra");
        await Click("Disconnect");
        await Assertions.Expect(Page.GetByText("It is disconnected")).ToBeVisibleAsync();
        Assert.That(await entra.TestConnectionAsync(), Is.EqualTo(401));
        await Page.GotoAsync($"/portal/connections/{connection}/users/{id}");
        await Assertions.Expect(Page.Locator("#fields .locked")).ToHaveCountAsync(0);
        var edited = await Server.Send(HttpMethod.Patch, $"/users/{id}", """{"jobTitle":"Chief"}""");
        Assert.That(edited.Status, Is.EqualTo(200), $"{edited.Body}");

        await Page.GotoAsync($"/portal/connections/{connection}/disconnect");
        await Click("Reconnect");
        var token = await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync();
        using var again = Entra.At(Server, await Page.GetByLabel("Tenant URL", new() { Exact = true }).InputValueAsync(), token);
        await again.SetAsync(zoe, "title", "Engineer");
        await Page.GotoAsync($"/portal/connections/{connection}/setup?step=enable");
        await Click("Preview");
        await Page.GetByText("Values of the application that are overwritten: 1").ClickAsync();
        await Assertions.Expect(Page.Locator("details[open]", new() { HasText = "jobTitle" })).ToContainTextAsync("Chief → Engineer");
        await MustBeAccessible();
        await Click("Enable");
        await Assertions.Expect(Page.Locator("#released")).ToContainTextAsync("active: 1");
        await Page.GotoAsync($"/portal/connections/{connection}/users/{id}");

        await Assertions
            .Expect(Page.Locator("#fields tr", new() { Has = Page.GetByText("jobTitle", new() { Exact = true }) }))
            .ToContainTextAsync(new Regex("Engineer.*locked", RegexOptions.Singleline));
    }

    [Test]
    public async Task People_whom_the_guard_holds_appear_by_themselves_and_a_button_lets_them_go()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await Post($"/connections/{connection}/enable", []);
        using var entra = await Entra.ConnectAsync(Server, connection);
        var anna = await entra.CreateAsync("anna@example.com");
        await Wait.UntilAsync(async () => await Active(connection) == 1, "somebody is released");
        await OpenPortal(organization, $"/connections/{connection}/settings");
        await Page.GetByLabel("More than this share").FillAsync("0");
        await Page.GetByLabel("and more than so many people").FillAsync("0");
        await SaveAfter("within so many minutes");
        await Assertions.Expect(Page.GetByLabel("and more than so many people")).ToHaveValueAsync("0");
        await entra.DeleteAsync(anna);

        var letGo = Page.Locator("summary", new() { HasText = "Let 1 people go" });
        await Assertions.Expect(letGo).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Who would leave" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#people")).ToContainTextAsync("anna@example.com");
        await Assertions.Expect(Page.Locator("#people")).ToContainTextAsync("would leave, held by the guard");
        await Page.GoBackAsync();
        await letGo.ClickAsync();
        await Click("Let 1 people go now");
        await Assertions.Expect(Page.Locator("#guard")).ToContainTextAsync("watching");
        await Wait.UntilAsync(async () => await Active(connection) == 0, "she is let go");
    }

    [Test]
    public async Task An_operator_erases_somebody_whose_id_is_typed_twice_and_a_customer_does_not_find_the_page()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        await OpenPortal(organization, $"/connections/{connection}/settings");
        Assert.That(await Page.GetByText("Erase somebody").CountAsync(), Is.Zero);
        Assert.That((await Page.GotoAsync($"/portal/connections/{connection}/purge"))!.Status, Is.EqualTo(404));
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections/{connection}/purge");
        await MustBeAccessible();
        await Page.GetByLabel("Id of the person").FillAsync(id);
        await Click("Erase a person");
        await Assertions.Expect(Page.Locator("#confirm-help")).ToContainTextAsync("not the same");
        await Page.GetByLabel("Type the id again").FillAsync(id);
        await Click("Erase a person");

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"no resource {id}");
    }

    [Test]
    public async Task Somebody_is_erased_from_his_page_with_an_id_that_is_pasted_with_spaces()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var user = await entra.CreateAsync("zoe@example.com", "Zoe");
        await Released(connection, 1);
        await entra.DeleteAsync(user);
        await Released(connection, 0);
        await OpenPortal(organization, $"/connections/{connection}/users/{user}");
        await Assertions.Expect(Page.Locator("#standing")).ToBeVisibleAsync();
        Assert.That(await Page.GetByText("Erase somebody").CountAsync(), Is.Zero);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections/{connection}/users/{user}");
        await Page.GetByText("Erase somebody").ClickAsync();
        await Assertions.Expect(Page.GetByLabel("Id of the person")).ToHaveValueAsync(user.ToString());
        await Page.GetByLabel("Id of the person").FillAsync($"  {user} ");
        await Page.GetByLabel("Type the id again").FillAsync($"   {user}");
        await Click("Erase a person");

        await Assertions.Expect(Page.Locator("main [role=status]:not(.unseen)")).ToContainTextAsync("is erased");
    }

    [Test]
    public async Task None_of_these_pages_is_found_by_another_organization_or_changes_anything_for_who_may_only_read()
    {
        var (ours, theirs) = (await NewOrganization(), await NewOrganization());
        var (mine, other) = (await NewConnection(ours), await NewConnection(theirs, "Secret name"));
        await OpenPortal(ours, $"/connections/{mine}/scope", ("readOnly", JsonValue.Create(true)));
        foreach (var page in Pages)
        {
            Assert.That((await Page.GotoAsync($"/portal/connections/{other}{page}"))!.Status, Is.EqualTo(404), page);
            Assert.That(await Page.ContentAsync(), Does.Not.Contain("Secret name"));
            await Page.GotoAsync($"/portal/connections/{mine}{page}");
            Assert.That(await Page.Locator("main button:not(.secondary):not([data-copy])").CountAsync(), Is.Zero, page);
        }
        await Page.GotoAsync($"/portal/connections/{mine}/scope");
        // As if the button were there.
        await Page.EvaluateAsync(
            """
            const form = document.querySelector("main form");
            const sent = document.createElement("input");
            [sent.name, sent.value] = ["do", "preview"];
            form.append(sent);
            form.submit();
            """
        );

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("change nothing");
    }

    static async Task<long> Active(Guid connection) => (long)(await Get($"/connections/{connection}/guard"))["active"]!;

    /// <summary>Saves the form that has this field.</summary>
    Task SaveAfter(string field) =>
        Page.Locator("form", new() { Has = Page.GetByLabel(field) }).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    Task Click(string button) => Button(button).ClickAsync();
}
