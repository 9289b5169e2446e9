using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>What admins do, from the first page to the last, beside what operators do.</summary>
abstract class FlowTest : OperatorFlowTest
{
    [Test]
    public async Task A_connection_is_set_up_from_the_link_to_the_first_person()
    {
        await Open(await NewOrganization());
        await Press("New connection");
        await Fill("Name", "Contoso");
        await Choose("Identity provider", "Microsoft Entra ID");
        await Press("Create");
        var (url, token) = (await Value("Tenant URL"), await Value("Secret Token"));
        using var entra = Entra.At(Server, url, token);
        await See(Page.Locator("main"), "New configuration");
        await Press("I have copied both");

        await See(Page.Locator("#step"), "2. Tenant URL and Secret Token");
        await Press("Test Connection");
        await See(Page.Locator("#step"), "3. Test Connection");
        Assert.That(await entra.TestConnectionAsync(), Is.EqualTo(200));
        await Follow(Page.Locator("#test"), "Test Connection has arrived");
        await Press("Tenant URL and Secret Token");
        await Choose("The Secret Token is good for", "90 days");
        await Press("Make a Secret Token");
        Assert.That(await Value("Secret Token"), Is.Not.Empty.And.Not.EqualTo(token));
        await Press("Identity provider");
        await Check("Okta");
        await Press("Save");
        await See(Page.Locator("#step"), "2. Tenant URL and Secret Token");
        await Press("First user");
        await entra.CreateAsync("anna@example.com");
        await Follow(Page.Locator("#first"), "anna@example.com");
        foreach (var next in (string[])["Mapping →", "Scope →", "Roles →", "Preview and enable →", "Preview"])
            await Press(next);
        await See(Page.Locator(".difference"), "+1");
        await Press("Enable");
        await Follow(Page.Locator("#released .badge"), "enabled");
        await Follow(Page.Locator("#released"), "active: 1");
    }

    [Test]
    public async Task A_mapping_and_a_scope_are_previewed_and_saved()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.CreateGroupAsync("Sales", await entra.CreateAsync("anna@example.com", ("title", "Boss")));
        await entra.CreateGroupAsync("Everybody");
        await Open(organization, $"/connections/{connection}/mapping");
        await Press("Mask the samples");
        await See(Page.Locator("main"), "Show the samples");
        await Fill("Paths of jobTitle", "nickName");
        await Choose("Change of the text of jobTitle", "capital letters");
        await Press("Preview");
        await See(Heading, "Preview");
        await Press("Save");
        await See(Saved, "Saved");

        await Press("Scope");
        await Check("Only members of these groups");
        await Fill("Name begins with", "sal");
        await Press("Search");
        await Assertions.Expect(Page.Locator(".boxes li")).ToHaveCountAsync(1);
        await Mark(Page.GetByRole(AriaRole.Checkbox));
        await Fill("Name of a group that will come", "Later");
        await Press("Add the name");
        await See(Page.Locator(".boxes li", new() { HasText = "Later" }), "not received yet");
        await Press("Preview");
        await Press("Back, without saving");
        await See(Page.Locator(".boxes li", new() { HasText = "Later" }), "not received yet");
        await Press("Preview");
        await See(Heading, "Preview");
        await Press("Save");

        await See(Saved, "Saved");
        var stored = await Get($"/connections/{connection}/scope");
        Assert.That(stored["groups"]!.AsArray(), Has.Count.EqualTo(2));
    }

    /// <summary>Alone, since the roles and the attributes are those of all connections.</summary>
    [Test, NonParallelizable]
    public async Task Attributes_are_added_and_roles_are_ordered_and_given_to_groups()
    {
        var (_, connection, entra) = await NewDirectory();
        using var __ = entra;
        await entra.CreateGroupAsync("Sales", await entra.CreateAsync("anna@example.com", ("nickName", "An")));
        await SignIn();
        await Page.GotoAsync($"/portal/connections/{connection}/mapping?new=nickName");
        var name = "x" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        await Fill("Attribute", name);
        await Press("Add");
        await Assertions.Expect(Page.GetByLabel($"Paths of {name}")).ToBeVisibleAsync();

        await Press("Roles");
        await See(Heading, "Roles");
        foreach (var key in (string[])["b" + name, "a" + name])
        {
            if (!await Page.GetByLabel("Key", new() { Exact = true }).IsVisibleAsync())
                await Press(Page.GetByText("New role", new() { Exact = true }));
            await Fill("Key", key);
            await Press("Add");
            await See(Page.Locator(".order li").First, key);
        }
        await Press($"Move b{name} up");
        await See(Page.Locator(".order li").First, "b" + name);
        await Choose("Sales", "a" + name);
        await Choose("Of several roles a person gets", "the upper one");
        await Press("Preview");
        await See(Heading, "Preview");
        await Press("Save");

        await See(Saved, "Saved");
        var stored = await Get($"/connections/{connection}/role-mappings");
        Assert.That(((string)stored["mode"]!, (string)stored["groups"]![0]!["role"]!), Is.EqualTo(("highest", "a" + name)));
    }

    [Test]
    public async Task Somebody_is_found_merged_and_reactivated()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await Import(connection, ("zoe@example.com", "Zoe of old"), ("adam@example.com", "Adam of old"));
        var zoe = await entra.CreateAsync("zoe@example.com", "Zoe");
        await entra.CreateAsync("adam@example.com", "Adam");
        await entra.CreateGroupAsync("Sales", zoe);
        await Released(connection, 4);
        await Open(organization, $"/connections/{connection}/users");
        await Fill("Search", "ZOE");
        await Choose("Status", "active");
        await Press("Show");
        await Press(Link("Zoe"));
        await Press("Merge Zoe of old into this person");
        await See(Page.Locator("main dl"), "appOf zoe@example.com");
        await Press("Users");
        await Press("Possible duplicates");
        await Press("Merge Adam of old into Adam");
        await See(Heading, "Adam");

        await Press("Groups");
        await Fill("Search", "sal");
        await Press("Show");
        await Press(Link("Sales"));
        await See(Page.Locator("#members"), "Zoe");
        await entra.DeleteAsync(zoe);
        await Released(connection, 1);
        await Press("Users");
        await Choose("Status", "deleted");
        await Press("Show");
        await Press(Link("Zoe"));
        await Press("Reactivate");
        await Released(connection, 2);

        await Follow(Page.Locator("#standing"), "active");
    }

    [Test]
    public async Task A_connection_is_renamed_paused_guarded_disconnected_and_connected_again_and_deleted()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, "Contoso");
        await Post($"/connections/{connection}/tokens", []);
        await Post($"/connections/{connection}/enable", []);
        await Open(organization);
        await Press(Page.GetByText("Display", new() { Exact = true }));
        await Press("Dark");
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        foreach (var action in (string[])["Sync now", "View", "Delete", "Edit"])
        {
            await Page.GotoAsync("/portal/connections");
            await Press(Page.GetByLabel("Actions of Contoso"));
            await Press(Link(action));
            await See(Heading, action == "View" ? "Overview" : action);
        }
        await Fill("Name", "Fabrikam");
        await Press("Save");
        await See(Page.Locator(".of"), "Fabrikam");

        await Press("Tokens");
        await Press(Page.Locator("summary", new() { HasText = "Rotate" }));
        await Press(Page.GetByRole(AriaRole.Button, new() { Name = "Rotate the token" }));
        Assert.That(await Value("Secret Token"), Is.Not.Empty);
        await Press("Settings");
        await Fill("Reason", "Moving house");
        await Press("Pause");
        await See(Page.Locator("main"), "Moving house");
        await Press("Resume");
        await Assertions.Expect(Button("Pause")).ToBeVisibleAsync();
        await Fill("and more than so many people", "7");
        await Press(SaveOf("within so many minutes"));
        await See(Saved, "Saved");
        await Fill("Compare with the last full run (reconciliation)", "0 3 * * 0");
        await Press(SaveOf("Send everything"));
        await See(Page.Locator("main"), "Next:");
        await Press("Disconnect");
        await Fill("Type Fabrikam to confirm", "Fabrikam");
        await Press("Disconnect");
        await See(Page.Locator("main"), "It is disconnected");
        await Press("Reconnect");
        await See(Heading, "Reconnect");
        await Press("Reconnect");
        Assert.That(await Value("Secret Token"), Is.Not.Empty);

        await Press("Delete");
        await Choose("Its users in the application", "become inactive");
        await Fill("Type Fabrikam to confirm", "Fabrikam");
        await Press("Delete the connection");
        await See(Heading, "Connections");
        Assert.That((await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_happened_is_looked_up_and_help_is_asked_for()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        using var wrong = await Entra.WithWrongTokenAsync(Server, connection);
        await entra.CreateAsync("zoe@example.com", "Zoe");
        await entra.CreateAsync("zoe@example.com", "Zoe", expected: 409);
        await wrong.TestConnectionAsync();
        foreach (var list in (string[])["runs", "failed-logins", "requests?outcome=refused&subject=zoe@example.com"])
            await Wait.UntilAsync(async () => (await Get($"/connections/{connection}/{list}"))["data"]!.AsArray().Count > 0, list);
        await Open(organization, $"/connections/{connection}/activity");
        await Press(Page.Locator("#runs tbody a").First);
        await See(Page.Locator("#run .badge"), "running");
        await Press("Requests");
        await Fill("About", "zoe@example.com");
        await Choose("Kind", "errors");
        await Press("Show");
        await Assertions.Expect(Page.Locator(".lines > li")).ToHaveCountAsync(1);
        await Press(Page.Locator(".lines summary"));
        await See(Page.Locator(".lines dl"), "EntryConflict");
        await Press("Failed logins");
        await See(Page.Locator("#logins"), "Unknown token");
        await Press("Why is X not here?");
        await Fill("Who is missing?", "nobody@example.com");
        await Press("Find out");
        await See(Page.Locator(".verdict h2"), "Never received");

        await Press("Sync now");
        await Press("Send everything to the application again");
        await Follow(Page.Locator("#snapshot"), "Everything was sent");
        await Press("Support");
        var download = await Page.RunAndWaitForDownloadAsync(() => Press("Download without names"));
        Assert.That(download.SuggestedFilename, Does.EndWith(".zip"));
        await Choose("Good for", "one week");
        await Press("Make a link");
        Assert.That(await Value("Link"), Does.StartWith("http"));
        await Press(Page.Locator("summary", new() { HasText = "Revoke" }));
        await Press("Revoke the link");
        await See(Page.Locator(".empty"), "There is no link");
    }
}
