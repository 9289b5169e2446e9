using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

[TestFixture]
sealed class PageTests : PortalTest
{
    const string Long = "Außerordentlich-lange-Gesellschaft-mit-einem-Namen-ohne-eine-einzige-Stelle-zum-Umbrechen-und-noch-länger";
    const string RightToLeft = "شركة الاختبار";

    static readonly string[] Pages = ["", "/edit", "/sync", "/delete"];

    [Test]
    public async Task Each_page_of_a_connection_is_accessible_in_both_colours_and_fits_a_phone()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, Long);
        await OpenPortal(organization);

        foreach (var page in Pages)
        {
            await Page.GotoAsync($"/portal/connections/{connection}{page}");
            await MustBeAccessible();
        }
    }

    [Test]
    public async Task On_a_phone_the_menu_leaves_the_first_screen_to_the_page_and_begins_at_it()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, "Entra");
        await OpenWindowAsync(
            new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
            }
        );
        await OpenPortal(organization, $"/connections/{connection}/settings");

        var heading = await Heading.BoundingBoxAsync();
        Assert.That(heading!.Y, Is.LessThan(740 / 3));
        await Assertions.Expect(Page.Locator("aside [aria-current]")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Test]
    public async Task The_lists_and_the_sign_in_are_accessible()
    {
        var organization = await NewOrganization(RightToLeft);
        await NewConnection(organization, RightToLeft);
        await NewConnection(organization, Long);
        await Page.GotoAsync("/console");
        await MustBeAccessible();
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections?organizationId={organization}");

        await MustBeAccessible();
        string[] pages = ["organizations", "organizations/new", "connections/new", "links", "links/new"];
        foreach (var page in pages.Append($"links/new?organizationId={organization}"))
        {
            await Page.GotoAsync($"/portal/{page}");
            await MustBeAccessible();
        }
    }

    [Test]
    public async Task A_new_connection_shows_its_Tenant_URL_and_Secret_Token_once()
    {
        var organization = await NewOrganization();
        await OpenPortal(organization, "/connections/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Contoso");
        await Page.GetByLabel("Identity provider").SelectOptionAsync("okta");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        // By the names that Okta has for both.
        var token = await Page.GetByLabel("Authorization", new() { Exact = true }).InputValueAsync();
        var url = await Page.GetByLabel("SCIM connector base URL", new() { Exact = true }).InputValueAsync();
        Assert.That(await Page.GetByRole(AriaRole.Button, new() { Name = "Copy Authorization" }).IsVisibleAsync(), Is.True);
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("Create App Integration");
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("Test Connector Configuration");
        await MustBeAccessible();
        using var client = Server.ClientWith(token);
        Assert.That((int)(await client.GetAsync(new Uri(url + "/Users"))).StatusCode, Is.EqualTo(200));
        await Page.GetByRole(AriaRole.Button, new() { Name = "I have copied both" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#step")).ToHaveTextAsync("2. Tenant URL and Secret Token");
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("Create App Integration");
        await Assertions.Expect(Page.GetByLabel("SCIM connector base URL", new() { Exact = true })).ToHaveValueAsync(url);
        Assert.That(await Page.ContentAsync(), Does.Not.Contain(token).And.Contains("Contoso"));
    }

    [Test]
    public async Task What_is_wrong_with_a_form_is_said_beside_the_field_and_nothing_is_made()
    {
        var organization = await NewOrganization();
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/connections/new?organizationId={organization}");
        await Page.GetByLabel("Entra tenant id").FillAsync("no id");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#entraTenantId-help")).ToContainTextAsync("Must be an id");
        await Page.GetByLabel("Entra tenant id").FillAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Assertions.Expect(Page.Locator("#name-help")).ToHaveTextAsync("Must not be empty.");
        await MustBeAccessible();
        var (_, list) = await Server.Send(HttpMethod.Get, $"/connections?organizationId={organization}");
        Assert.That(list!["data"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task A_connection_is_renamed_and_the_audit_log_names_the_link()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await OpenPortal(organization, $"/connections/{connection}/edit");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Fabrikam");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(Page.Locator(".of")).ToHaveTextAsync("Fabrikam");
        Assert.That(await entra.TestConnectionAsync(), Is.EqualTo(200), "Tenant URL and token stay.");
        var (_, log) = await Server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection}&action=connection.updated");
        Assert.That(log!.ToJsonString(), Does.Contain("portal:"));
    }

    [Test]
    public async Task A_connection_is_deleted_only_when_its_name_is_typed()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization, "Contoso");
        await OpenPortal(organization, $"/connections/{connection}/delete");
        await Page.GetByLabel("Type Contoso to confirm").FillAsync("Fabrikam");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete the connection" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#confirm-help")).ToBeVisibleAsync();
        Assert.That((await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Status, Is.EqualTo(200));
        await Page.GetByLabel("Type Contoso to confirm").FillAsync("Contoso");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete the connection" }).ClickAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("Connections");
        Assert.That((await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_connection_too_many_is_refused_in_plain_words_until_more_are_allowed()
    {
        var organization = (Guid)(await Post("/organizations", new JsonObject { ["name"] = "Acme", ["maxConnections"] = 1 }))["id"]!;
        await NewConnection(organization);
        await OpenPortal(organization, "/connections/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Second");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There can be no more connections.");
        await Server.Send(HttpMethod.Patch, $"/organizations/{organization}", """{"maxConnections":2}""");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Assertions.Expect(Page.GetByLabel("Secret Token", new() { Exact = true })).Not.ToHaveValueAsync("");
    }

    [Test]
    public async Task The_overview_follows_what_happens_without_a_reload()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await OpenPortal(organization, $"/connections/{connection}");
        await Assertions.Expect(Page.Locator("#health")).ToContainTextAsync("pending");
        await Page.EvaluateAsync("window.isSame = true");
        await Post($"/connections/{connection}/enable", []);

        await Assertions.Expect(Page.Locator("#health")).ToContainTextAsync("active", new() { Timeout = 10_000 });
        Assert.That(await Page.EvaluateAsync<bool>("window.isSame === true"), Is.True);
    }

    [Test]
    public async Task Without_script_the_same_works()
    {
        await OpenWindowAsync(new() { JavaScriptEnabled = false });
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await OpenPortal(organization, $"/connections/{connection}");

        await Page.GetByText("Display", new() { Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Deutsch" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Übersicht");
        await Page.GetByText("Darstellung", new() { Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Dunkel" }).ClickAsync();
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Neu laden" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task An_operator_says_whose_connection_it_is_and_a_choice_of_colours_keeps_it()
    {
        var organization = await NewOrganization("Contoso");
        await SignInAsOperator();
        await Page.GotoAsync("/portal/connections/new");
        Assert.That(await Page.Locator("main form[method=post]").CountAsync(), Is.Zero);
        await Page.GotoAsync($"/portal/connections/new?organizationId={organization}");
        await Page.GetByText("Display", new() { Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Dark" }).ClickAsync();
        await Assertions.Expect(Page.GetByText("Contoso")).ToBeVisibleAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Entra");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("The connection is there");
        var (_, list) = await Server.Send(HttpMethod.Get, $"/connections?organizationId={organization}");
        Assert.That(list!["data"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_signs_out_is_signed_out()
    {
        await SignInAsOperator();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("You are signed out");
        await MustBeAccessible();
        await Page.GotoAsync("/portal/connections");

        await Assertions.Expect(Heading).ToHaveTextAsync("You are not signed in");
    }

    [Test]
    public async Task The_product_that_the_link_comes_from_is_led_back_to()
    {
        var organization = await NewOrganization();
        await OpenPortal(organization, "/connections", ("returnUrl", JsonValue.Create("https://app.example.com/settings")!));

        await Assertions
            .Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Back to" }))
            .ToHaveAttributeAsync("href", "https://app.example.com/settings");
    }
}
