using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Operators find organizations by their names, and what belongs to them.</summary>
[TestFixture]
sealed class OperatorListTests : PortalTest
{
    [Test]
    public async Task Connections_say_whose_they_are_and_are_those_of_the_chosen_organization()
    {
        var (ours, theirs) = (Named("Ours"), Named("Theirs"));
        var (mine, other) = (await NewOrganization(ours), await NewOrganization(theirs));
        await NewConnection(mine, "Mine");
        await NewConnection(other, "Other");
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections?q={ours}");
        await Choose(ours);
        await Press("Show");

        await Assertions.Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("tbody tr")).ToContainTextAsync("Mine");
        await Assertions.Expect(Page.Locator("tbody tr td").First).ToHaveTextAsync(ours);
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Button, new() { Name = "New connection" }).ClickAsync();
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync(ours);
    }

    [TestCase("connections", "organizationId")]
    [TestCase("connections/new", "organizationId")]
    [TestCase("links", "organizationId")]
    [TestCase("audit", "organizationId")]
    [TestCase("audit", "connectionId")]
    public async Task An_address_with_what_is_no_id_shows_an_error_and_not_everything(string page, string member)
    {
        await NewConnection(await NewOrganization());
        await SignInAsOperator();

        Assert.That((await Page.GotoAsync($"/portal/{page}?{member}=abc"))!.Status, Is.EqualTo(400));
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"{member}: Must be an id");
        Assert.That(await Page.Locator("main table, main .lines, main form").CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Connections_of_an_organization_that_is_not_there_are_no_others()
    {
        await SignInAsOperator();

        var nobody = Guid.CreateVersion7(Server.Clock.GetUtcNow());
        Assert.That((await Page.GotoAsync($"/portal/connections?organizationId={nobody}"))!.Status, Is.EqualTo(404));
    }

    [TestCase("keys", "Name", "")]
    [TestCase("webhooks/new", "Address", "https://app.example.com/")]
    public async Task All_organizations_must_be_chosen(string page, string field, string before)
    {
        var text = before + Named("robot").Replace(' ', '-');
        var list = page == "keys" ? "/admin-keys?limit=200" : "/webhook-endpoints?limit=200";
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/{page}");
        await Page.GetByLabel(field, new() { Exact = true }).FillAsync(text);
        await Press("Create");
        await Assertions.Expect(Page.Locator("#organizationId-help")).ToContainTextAsync("Choose an organization, or all");
        Assert.That((await Get(list)).ToJsonString(), Does.Not.Contain(text));
        await MustBeAccessible();
        await Choose("All organizations");
        await Press("Create");

        await Assertions.Expect(Page.Locator(".copy input")).Not.ToHaveValueAsync("");
        var made = (await Get(list))["data"]!.AsArray().Single(one => one!.ToJsonString().Contains(text, StringComparison.Ordinal))!;
        Assert.That(made["organizationId"], Is.Null);
        await Server.Send(HttpMethod.Delete, $"{list.Split('?')[0]}/{made["id"]}");
    }

    [Test]
    public async Task Among_many_organizations_one_is_found_by_how_its_name_begins()
    {
        for (var i = 0; i < 51; i++)
            await NewOrganization($"Many {i}");
        var (name, label) = (Named("Übergroß"), Named("robot"));
        var organization = await NewOrganization(name);
        await SignInAsOperator();
        await Page.GotoAsync("/portal/keys");
        Assert.That(await Page.Locator("#organizationId option").CountAsync(), Is.EqualTo(52));
        await Page.GetByLabel("Organization begins with").FillAsync(name.ToUpperInvariant());
        await Press("Search");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(label);
        await Choose(name);
        await MustBeAccessible();
        await Press("Create");
        await Assertions.Expect(Page.GetByLabel("Admin key", new() { Exact = true })).Not.ToHaveValueAsync("");

        var keys = (await Get("/admin-keys?limit=200"))["data"]!.AsArray();
        Assert.That((Guid)keys.Single(key => (string?)key!["label"] == label)!["organizationId"]!, Is.EqualTo(organization));
        await Page.GotoAsync($"/portal/organizations?q={name}");
        await Assertions.Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Page.GotoAsync("/portal/organizations?q=many");
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("the first 50: there are more");
        await MustBeAccessible();
    }

    [Test]
    public async Task An_external_id_that_another_organization_has_is_refused_in_plain_words()
    {
        var id = Named("customer");
        await Post("/organizations", new JsonObject { ["name"] = "First", ["externalId"] = id });
        await SignInAsOperator();
        await Page.GotoAsync("/portal/organizations/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Second");
        await Page.GetByLabel("External id").FillAsync(id);
        await MustBeAccessible();
        await Press("Create");

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Another organization has this external id.");
    }

    [Test]
    public async Task Links_are_listed_with_what_has_become_of_them()
    {
        var name = Named("Links");
        var organization = await NewOrganization(name);
        var connection = await NewConnection(organization, "Entra of links");
        foreach (var state in (string[])["used", "expired", "revoked", "open"])
            await Make(state);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/links?organizationId={organization}");

        // The newest first.
        var states = Page.Locator("tbody .badge");
        await Assertions.Expect(states).ToHaveTextAsync(["can be opened", "revoked", "expired", "used"]);
        var rows = Page.Locator("tbody tr");
        await Assertions.Expect(rows.First).ToContainTextAsync(name);
        await Assertions.Expect(rows.First).ToContainTextAsync("only Entra of links");
        await Assertions.Expect(rows.First).ToContainTextAsync("read only, several times");
        Assert.That(await rows.Nth(1).Locator("button").CountAsync(), Is.Zero);
        await rows.First.Locator("summary").ClickAsync();
        await MustBeAccessible();
        await Page.GotoAsync("/portal/connections");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Portal links", Exact = true }).ClickAsync();
        await Assertions.Expect(rows.First).ToBeVisibleAsync();

        async Task Make(string state)
        {
            var request = new JsonObject
            {
                ["connectionId"] = connection,
                ["readOnly"] = true,
                ["uses"] = state == "used" ? "once" : "many",
            };
            var made = await Post("/portal-links", request);
            var id = (string)made["link"]!["id"]!;
            if (state == "used")
                (await PlainClient.OpenAsync(Server, (string)made["url"]!)).Dispose();
            if (state == "expired")
                await PostgresFixture.ExecuteAsync(
                    $"UPDATE portal_links SET expires_at = '2020-01-01T00:00:00Z' WHERE id = '{id}'",
                    PostgresFixture.ConnectionString
                );
            if (state == "revoked")
                await Server.Send(HttpMethod.Delete, $"/portal-links/{id}");
        }
    }

    [Test]
    public async Task A_key_of_one_organization_sees_its_own_links_and_one_that_may_only_read_changes_none()
    {
        var (mine, other) = (await NewOrganization(Named("Mine")), await NewOrganization("Somebody else"));
        await NewLink(mine);
        await NewLink(other);
        var own = new JsonObject { ["label"] = "Own", ["organizationId"] = mine };
        await SignInAsOperator((string)(await Post("/admin-keys", own))["key"]!);
        await Page.GotoAsync($"/portal/links?organizationId={other}");
        await Assertions.Expect(Page.Locator(".empty")).ToBeVisibleAsync();
        await Page.GotoAsync("/portal/links");
        await Assertions.Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Press("New portal link");
        await Press("Create");
        await Assertions.Expect(Page.GetByLabel("Link", new() { Exact = true })).Not.ToHaveValueAsync("");
        Assert.That((await Page.GotoAsync("/portal/organizations/new"))!.Status, Is.EqualTo(404));

        var reader = new JsonObject { ["label"] = "Reader", ["scope"] = "read" };
        await SignInAsOperator((string)(await Post("/admin-keys", reader))["key"]!);
        await Page.GotoAsync($"/portal/links?organizationId={mine}");
        await Assertions.Expect(Page.Locator("tbody tr")).ToHaveCountAsync(2);
        Assert.That(await Page.Locator("tbody button").CountAsync(), Is.Zero);
        foreach (var page in (string[])["links/new", "organizations/new"])
            Assert.That((await Page.GotoAsync($"/portal/{page}"))!.Status, Is.EqualTo(403), page);
    }

    [Test]
    public async Task The_audit_log_is_filtered_by_what_there_is_by_organization_and_by_who_did_it()
    {
        var name = Named("Audited");
        var organization = await NewOrganization(name);
        var connection = await NewConnection(organization, "Audited connection");
        await Post($"/connections/{connection}/tokens", []);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/audit?q={name}");
        await Choose(name);
        await Press("Show");
        await Assertions.Expect(Page.Locator(".lines > li")).ToHaveCountAsync(3);
        await Page.GetByLabel("Action").SelectOptionAsync("connection.created");
        await Press("Show");

        await Assertions.Expect(Page.Locator(".lines > li")).ToHaveCountAsync(1);
        await Page.Locator(".lines summary").ClickAsync();
        await Assertions.Expect(Page.Locator(".lines dl")).ToContainTextAsync(name);
        await Assertions.Expect(Page.Locator(".lines dl")).ToContainTextAsync("Audited connection");
        await MustBeAccessible();
        await Page.Locator(".lines dl a").ClickAsync();
        await Assertions.Expect(Page.GetByLabel("By whom")).ToHaveValueAsync("admin-key:00000000-0000-7000-8000-000000000002");
        await Assertions
            .Expect(Page.Locator("#actors option").First)
            .ToHaveAttributeAsync("value", await Page.GetByLabel("By whom").InputValueAsync());
    }

    static string Named(string name) => $"{name} {Guid.CreateVersion7(Server.Clock.GetUtcNow())}";

    async Task Choose(string organization) =>
        await Page.GetByLabel("Organization", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = organization });

    Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
