using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Mapping, scope and roles: what is set is shown as a preview, and saved there.</summary>
[TestFixture]
sealed class RulesTests : PortalTest
{
    const string Script = "<img src=x onerror=\"window.isTaken=1\">";

    [Test]
    public async Task A_scope_of_groups_is_chosen_by_keyboard_and_shows_who_is_lost_before_it_is_saved()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var (anna, ben) = (await entra.CreateAsync("anna@example.com"), await entra.CreateAsync("ben@example.com"));
        await entra.CreateGroupAsync("Sales" + Script, anna);
        await entra.CreateGroupAsync("Everybody", anna, ben);
        await Released(connection, 2);
        await OpenPortal(organization, $"/connections/{connection}/scope");
        await Assertions.Expect(Box("Everybody")).ToContainTextAsync("Members: 2");
        await Assertions.Expect(Page.GetByText("groups within a group")).ToBeVisibleAsync();
        await MustBeAccessible();

        await ReachByKeyboard(Page.GetByLabel("All users"));
        await Page.Keyboard.PressAsync("ArrowDown");
        await ReachByKeyboard(Page.GetByLabel("Name begins with"));
        await Page.Keyboard.TypeAsync("sal");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator(".boxes li")).ToHaveCountAsync(1);
        await ReachByKeyboard(Page.GetByRole(AriaRole.Checkbox));
        await Page.Keyboard.PressAsync("Space");
        await ReachByKeyboard(Page.GetByLabel("Name of a group that will come"));
        await Page.Keyboard.TypeAsync("Not there yet");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Box("Not there yet")).ToContainTextAsync("not received yet");
        await Assertions.Expect(Page.GetByLabel("Only members of these groups")).ToBeCheckedAsync();
        await Click("Preview");

        await Assertions.Expect(Page.Locator(".difference")).ToContainTextAsync("−1");
        await Assertions.Expect(Page.Locator("details[open]")).ToContainTextAsync("ben@example.com");
        Assert.That((string)(await Get($"/connections/{connection}/scope"))["mode"]!, Is.EqualTo("all"));
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back, without saving" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Checkbox, new() { Checked = true })).ToHaveCountAsync(2);
        await Click("Preview");
        await Click("Save");
        await Assertions.Expect(Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByText("In scope now: 1 of 2")).ToBeVisibleAsync();
        await Assertions.Expect(Box("Sales" + Script)).ToContainTextAsync("Members: 1");
        await MustBeAccessible();
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
        await Page.GetByLabel("All users").CheckAsync();
        await Click("Preview");
        await Assertions.Expect(Page.Locator(".difference")).ToContainTextAsync("+1");
        Assert.That((string)(await Get($"/connections/{connection}/scope"))["mode"]!, Is.EqualTo("groups"));
        await Click("Save");
        await Assertions.Expect(Page.GetByText("In scope now: 2 of 2")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Checkbox, new() { Checked = true })).ToHaveCountAsync(2);
        await Assertions.Expect(Page.Locator("#kept")).ToContainTextAsync("these groups are remembered, and do not count");
        await MustBeAccessible();
    }

    [Test]
    public async Task Who_comes_in_switched_off_is_no_new_one_with_access()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await entra.CreateAsync("anna@example.com", "Anna");
        await entra.CreateAsync("ben@example.com", ("active", false));
        await OpenPortal(organization, $"/connections/{connection}/setup?step=enable");

        await Click("Preview");

        await Assertions.Expect(Page.Locator(".difference")).ToContainTextAsync("+1");
        var row = Page.Locator("dl", new() { HasText = "New without access, because inactive at the identity provider" });
        await Assertions
            .Expect(row)
            .ToHaveTextAsync(new Regex(@"New\s*1\s*New without access, because inactive at the identity provider\s*1"));
        await Assertions.Expect(Page.Locator("details", new() { HasText = "New without access" })).ToContainTextAsync("ben@example.com");
        await MustBeAccessible();
    }

    [Test]
    public async Task The_key_of_people_shows_what_was_received_and_what_to_do_when_it_is_no_object_id()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.CreateAsync("anna@example.com", ("externalId", "anna"), ("timezone", "Europe/Berlin"));
        await OpenPortal(organization, $"/connections/{connection}/mapping");

        await Assertions.Expect(Page.Locator("#uid-samples .sample")).ToHaveTextAsync("anna");
        await Assertions.Expect(Page.Locator("#uid-warning")).ToContainTextAsync("1 users have no GUID as externalId");
        await Assertions.Expect(Page.Locator("#uid-warning")).ToContainTextAsync("map objectId to externalId");
        await Assertions.Expect(Page.Locator("main li code", new() { HasText = "timezone" })).ToBeVisibleAsync();
        Assert.That(await Page.Locator("main li code").AllInnerTextsAsync(), Does.Not.Contain("active"));
        await MustBeAccessible();

        await Page.GetByLabel("Who somebody is").FillAsync("userName");
        await Page.GetByLabel("Form of the uid").SelectOptionAsync("any");
        await Click("Preview");
        await Click("Save");
        await Assertions.Expect(Page.Locator("#uid-samples .sample")).ToHaveTextAsync("anna@example.com");
        await Assertions.Expect(Page.Locator("#uid-warning")).ToHaveCountAsync(0);
    }

    [Test]
    public async Task The_usual_fields_are_mapped_without_a_change_and_their_samples_are_masked_on_request()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        const string enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        await entra.CreateAsync(
            "anna@example.com",
            ("name", new JsonObject { ["givenName"] = "Anna", ["familyName"] = "Baker" }),
            ("emails", new JsonArray(new JsonObject { ["value"] = "anna@example.org", ["type"] = "work" })),
            ("title", "Boss"),
            (enterprise, new JsonObject { ["employeeNumber"] = "4711", ["department"] = "Sales" })
        );
        await OpenPortal(organization, $"/connections/{connection}/mapping");
        (string Attribute, string Sample)[] six =
        [
            ("firstName", "Anna"),
            ("lastName", "Baker"),
            ("email", "anna@example.org"),
            ("jobTitle", "Boss"),
            ("employeeNumber", "4711"),
            ("department", "Sales"),
        ];

        foreach (var (attribute, sample) in six)
        {
            await Assertions.Expect(Page.GetByLabel($"Paths of {attribute}", new() { Exact = true })).Not.ToHaveValueAsync("");
            await Assertions.Expect(Row(attribute)).ToContainTextAsync(sample);
        }
        await Page.GetByRole(AriaRole.Link, new() { Name = "Mask the samples" }).ClickAsync();
        await Assertions.Expect(Row("email")).Not.ToContainTextAsync("anna@example.org");
    }

    [Test]
    public async Task A_mapping_shows_what_was_received_and_needs_a_uid_and_an_operator_adds_an_attribute()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await OpenPortal(organization, $"/connections/{connection}/mapping");
        await Assertions.Expect(Page.GetByText("provision one user on demand")).ToBeVisibleAsync();
        await entra.CreateAsync("anna@example.com", ("title", "Boss" + Script), ("nickName", "An"));
        await Page.ReloadAsync();
        await Assertions.Expect(Row("jobTitle")).ToContainTextAsync("Boss" + Script);
        await Assertions.Expect(Page.GetByText("ask its operator")).ToBeVisibleAsync();
        await MustBeAccessible();

        await Page.GetByLabel("Who somebody is").FillAsync("");
        await Page.GetByLabel("Paths of jobTitle").FillAsync("titel");
        await Click("Preview");
        await Assertions.Expect(Page.Locator("[id='mapping.uid-help']")).ToContainTextAsync("needs at least one path");
        await Page.GetByLabel("Who somebody is").FillAsync("userName");
        await Page.GetByLabel("Form of the uid").SelectOptionAsync("any");
        await Click("Preview");
        await Assertions.Expect(Row("jobTitle").Locator(".wrong")).ToContainTextAsync("titel");
        await Page.GetByLabel("Paths of jobTitle").FillAsync("");
        await Click("Preview");
        await Assertions.Expect(Heading).ToHaveTextAsync("Preview");
        await Click("Save");
        await Assertions.Expect(Page.GetByLabel("Who somebody is")).ToHaveValueAsync("userName");
        await Assertions.Expect(Row("jobTitle")).ToContainTextAsync("Suggested: title");
        await Click("Fill in what is suggested");
        await Assertions.Expect(Page.GetByLabel("Paths of jobTitle")).ToHaveValueAsync("title");
        await Click("Preview");
        await Click("Save");

        var stored = await Get($"/connections/{connection}/mapping");
        Assert.That(stored["uid"]!.ToJsonString(), Is.EqualTo("""["userName"]"""));
        Assert.That(stored["attributes"]!.AsArray().Select(a => (string)a!["name"]!), Does.Contain("jobTitle"));
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
    }

    [Test]
    public async Task An_operator_adds_an_attribute_and_orders_roles_that_groups_get()
    {
        var (_, connection, entra) = await NewDirectory();
        using var __ = entra;
        var anna = await entra.CreateAsync("anna@example.com", ("nickName", "An"));
        await entra.CreateGroupAsync("Sales", anna);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections/{connection}/mapping?new=nickName");
        var name = Page.GetByLabel("Attribute", new() { Exact = true });
        await name.FillAsync("nick" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"));
        var attribute = await name.InputValueAsync();
        await Click("Add");
        await Assertions.Expect(Page.GetByLabel($"Paths of {attribute}")).ToHaveValueAsync("nickName");
        await MustBeAccessible();
        await Click("Preview");
        await Click("Save");
        await Assertions.Expect(Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        await Page.GotoAsync($"/portal/connections/{connection}/users/{anna}");
        await Assertions
            .Expect(Page.Locator("#fields tr", new() { Has = Page.GetByText(attribute, new() { Exact = true }) }))
            .ToContainTextAsync("An");

        await Page.GotoAsync($"/portal/connections/{connection}/roles");
        var (first, second) = ("a" + attribute, "b" + attribute);
        foreach (var key in (string[])[first, second])
        {
            if (!await Page.GetByLabel("Key", new() { Exact = true }).IsVisibleAsync())
                await Page.GetByText("New role", new() { Exact = true }).ClickAsync();
            await Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
            await Click("Add");
            await Assertions.Expect(Page.Locator(".order li").First).ToContainTextAsync(key);
        }
        await Click($"Move {first} up");
        await Assertions.Expect(Page.Locator(".order li").First).ToContainTextAsync(first);
        await Page.GetByLabel("Sales").SelectOptionAsync(second);
        await Page.GetByLabel("Of several roles").SelectOptionAsync("highest");
        await Page.GetByLabel("Whoever has no other role").SelectOptionAsync(first);
        await MustBeAccessible();
        await Click("Preview");
        await Click("Save");

        await Assertions.Expect(Page.GetByLabel("Sales")).ToHaveValueAsync(second);
        var stored = await Get($"/connections/{connection}/role-mappings");
        Assert.That(
            ((string)stored["mode"]!, (string)stored["default"]!, (string)stored["groups"]![0]!["role"]!),
            Is.EqualTo(("highest", first, second))
        );
    }

    ILocator Box(string group) => Page.Locator(".boxes li", new() { HasText = group });

    ILocator Row(string attribute) => Page.Locator("tr", new() { Has = Page.GetByLabel($"Paths of {attribute}", new() { Exact = true }) });

    Task Click(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
