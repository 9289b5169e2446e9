using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>What somebody tries who should not.</summary>
[TestFixture]
sealed class AttackTests : PortalTest
{
    [Test]
    public async Task A_link_that_a_program_has_looked_at_opens_once_and_not_twice()
    {
        var organization = await NewOrganization();
        var link = await NewLink(organization);
        using var scanner = new HttpClient();
        await scanner.GetStringAsync(new Uri(link));
        await Page.GotoAsync(link);
        await Assertions.Expect(Page.GetByText("This link works once")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Connections");

        var again = await Page.GotoAsync(link);

        Assert.That(again!.Status, Is.EqualTo(410));
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("used already");
        await MustBeAccessible();
    }

    [Test]
    public async Task A_link_that_has_expired_says_so()
    {
        var organization = await NewOrganization();
        var link = await NewLink(organization);
        await Sql(organization, "expires_at = now() - interval '1 hour'");

        Assert.That((await Page.GotoAsync(link))!.Status, Is.EqualTo(410));
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("time of the link has passed");
    }

    [Test]
    public async Task A_link_that_does_not_exist_is_not_found()
    {
        Assert.That((await Page.GotoAsync("/portal/open/guessed"))!.Status, Is.EqualTo(404));
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no such link");
    }

    [Test]
    public async Task A_link_that_is_revoked_ends_its_sessions()
    {
        var organization = await NewOrganization();
        await OpenPortal(organization);
        var (_, links) = await Server.Send(HttpMethod.Get, $"/portal-links?organizationId={organization}");
        await Server.Send(HttpMethod.Delete, $"/portal-links/{links!["data"]![0]!["id"]}");

        await Page.GotoAsync("/portal/connections");

        await Assertions.Expect(Heading).ToHaveTextAsync("You are not signed in");
        await MustBeAccessible();
    }

    [Test]
    public async Task An_admin_key_that_is_revoked_ends_its_session_and_a_key_of_an_application_opens_none()
    {
        var key = await Post("/admin-keys", new JsonObject { ["label"] = "Test", ["scope"] = "full" });
        var app = await Post("/admin-keys", new JsonObject { ["label"] = "Test", ["scope"] = "app" });
        await SignInAsOperator((string)app["key"]!);
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no admin key");
        await SignInAsOperator((string)key["key"]!);
        await Assertions.Expect(Heading).ToHaveTextAsync("Connections");
        await Server.Send(HttpMethod.Delete, $"/admin-keys/{key["id"]}");

        await Page.GotoAsync("/portal/connections");

        await Assertions.Expect(Heading).ToHaveTextAsync("You are not signed in");
    }

    [Test]
    public async Task A_read_only_link_shows_no_buttons_and_changes_nothing()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await Page.GotoAsync(await NewLink(organization, ("readOnly", JsonValue.Create(true)), ("uses", JsonValue.Create("many"))));
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("You can look at everything, and change nothing.");
        await Assertions.Expect(Page.Locator("main")).Not.ToContainTextAsync(new Regex("manage|works once"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        Assert.That(await Page.GetByRole(AriaRole.Button, new() { Name = "New connection" }).CountAsync(), Is.Zero);
        Assert.That((await Page.GotoAsync("/portal/connections/new"))!.Status, Is.EqualTo(403));
        await Page.GotoAsync($"/portal/connections/{connection}/edit");
        // As if the button were there.
        await Page.EvaluateAsync("document.getElementById('name').value = 'Taken'; document.querySelector('main form').submit()");

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("change nothing");
        Assert.That((string)(await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Body!["name"]!, Is.EqualTo("Entra"));
    }

    [TestCase("")]
    [TestCase("/edit")]
    [TestCase("/sync")]
    [TestCase("/delete")]
    [TestCase("/users")]
    [TestCase("/groups")]
    [TestCase("/activity")]
    [TestCase("/activity/requests")]
    [TestCase("/activity/logins")]
    [TestCase("/why?q=Secret")]
    [TestCase("/support")]
    [TestCase("/live")]
    public async Task The_session_of_one_organization_does_not_find_a_connection_of_another(string page)
    {
        var (ours, theirs) = (await NewOrganization(), await NewOrganization("Theirs"));
        var connection = await NewConnection(theirs, "Secret name");
        await OpenPortal(ours);

        var answer = await Page.GotoAsync(page == "/live" ? $"/portal/live/{connection}" : $"/portal/connections/{connection}{page}");

        Assert.That(answer!.Status, Is.EqualTo(404));
        Assert.That(await Page.ContentAsync(), Does.Not.Contain("Secret name"));
        await Page.GotoAsync($"/portal/connections?organizationId={theirs}");
        Assert.That(await Page.ContentAsync(), Does.Not.Contain("Secret name"));
        Assert.That((await Page.GotoAsync("/portal/organizations"))!.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_link_to_one_connection_opens_no_other_of_the_same_organization()
    {
        var organization = await NewOrganization();
        var (mine, other) = (await NewConnection(organization, "Mine"), await NewConnection(organization, "Other"));
        await OpenPortal(organization, "/connections", ("connectionId", JsonValue.Create(mine)));

        await Assertions.Expect(Page.Locator(".of")).ToHaveTextAsync("Mine");
        Assert.That((await Page.GotoAsync($"/portal/connections/{other}"))!.Status, Is.EqualTo(404));
        Assert.That((await Page.GotoAsync("/portal/connections/new"))!.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_form_of_another_site_is_refused()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await OpenPortal(organization, $"/connections/{connection}/edit");
        // Without the token of the form, but with the cookie.
        await Page.EvaluateAsync("document.querySelector('main form [name=__RequestVerificationToken]').value = 'forged'");
        await Page.EvaluateAsync("document.getElementById('name').value = 'Taken'; document.querySelector('main form').submit()");

        await Assertions.Expect(Heading).ToHaveTextAsync("This does not work");
        Assert.That((string)(await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Body!["name"]!, Is.EqualTo("Entra"));
    }

    [TestCase(400, "Sec-Fetch-Site", "cross-site")]
    [TestCase(400, "Origin", "https://evil.example.com")]
    [TestCase(400, "Origin", "https://app.example.com")]
    [TestCase(400, "Origin", "no address")]
    [TestCase(302, "Sec-Fetch-Site", "same-origin")]
    [TestCase(302, "Origin", "null")]
    [TestCase(302, "Origin", null)]
    public async Task A_form_that_a_page_of_another_site_sends_is_refused_even_with_the_token_of_the_session(
        int expected,
        string header,
        string? value
    )
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization));
        // Nothing stands for the address of the portal itself.
        client.Headers[header] = value ?? Server.Address.GetLeftPart(UriPartial.Authority);

        var (status, _, _) = await client.SendFormAsync($"/portal/connections/{connection}/edit", ("name", "Taken"), ("provider", "entra"));

        Assert.That(status, Is.EqualTo(expected));
        var name = (string)(await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Body!["name"]!;
        Assert.That(name, Is.EqualTo(expected == 302 ? "Taken" : "Entra"));
    }

    [Test]
    public async Task A_cookie_that_was_there_before_is_replaced_when_a_link_is_opened()
    {
        var (first, second) = (await NewOrganization(), await NewOrganization());
        await NewConnection(second, "Of the second");
        await OpenPortal(first);
        var before = (await Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "portal");

        await OpenPortal(second);

        var after = (await Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "portal");
        Assert.That(after.Value, Is.Not.EqualTo(before.Value));
        Assert.That((after.HttpOnly, after.SameSite), Is.EqualTo((true, SameSiteAttribute.Lax)));
        await Assertions.Expect(Page.GetByText("Of the second")).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_script_in_a_name_is_shown_as_text()
    {
        const string name = "<img src=x onerror=\"window.isTaken=1\"><script>window.isTaken=1</script>";
        var organization = await NewOrganization(name);
        var connection = await NewConnection(organization, name);
        await OpenPortal(organization);
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        await Page.GotoAsync($"/portal/connections/{connection}/delete");

        await Assertions.Expect(Page.Locator(".of")).ToHaveTextAsync(name);
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
    }

    [TestCase("https://evil.example.com")]
    [TestCase("https://app.example.com.evil.example.com")]
    [TestCase("https://app.example.com@evil.example.com")]
    [TestCase("javascript:alert(1)")]
    [TestCase("//app.example.com")]
    [TestCase("https://app.example.com/\r\nX-Header: y")]
    public async Task A_link_leads_back_to_listed_origins_alone(string address)
    {
        var request = new JsonObject { ["organizationId"] = await NewOrganization(), ["returnUrl"] = address };

        Assert.That((await Server.Send(HttpMethod.Post, "/portal-links", request.ToJsonString())).Status, Is.EqualTo(400));
    }

    [TestCase("/portal//evil.example.com?lang=de")]
    [TestCase("/portal/%5cevil.example.com?theme=dark")]
    [TestCase("//evil.example.com/portal?lang=de")]
    public async Task No_choice_leads_to_another_server(string path)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = Server.Address };
        using var answer = await client.GetAsync(new Uri(Server.Address.GetLeftPart(UriPartial.Authority) + path));

        Assert.That(answer.Headers.Location?.ToString(), Is.Null.Or.StartWith("/portal"));
    }

    /// <summary>Who watches the lengths of compressed answers could find out what is in them.</summary>
    [Test]
    public async Task A_page_is_compressed_and_an_answer_to_a_form_which_may_show_a_secret_is_not()
    {
        var address = new Uri(Server.Address, "/console");
        using var client = new HttpClient();
        var token = (await client.GetStringAsync(address)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token)]);

        using var page = await client.GetAsync(address);
        using var answer = await client.PostAsync(address, form);

        Assert.That(page.Content.Headers.ContentEncoding, Is.EqualTo((string[])["gzip"]));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("Admin key"));
    }

    [Test]
    public async Task No_other_site_may_show_the_portal_in_a_frame()
    {
        using var client = Server.ClientWith(null);
        using var answer = await client.GetAsync(new Uri("/console", UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            Does.Contain("frame-ancestors 'none'").And.Contains("default-src 'none'").And.Not.Contain("unsafe")
        );
        Assert.That(answer.Headers.GetValues("X-Frame-Options").Single(), Is.EqualTo("DENY"));
        Assert.That(answer.Headers.CacheControl!.NoStore, Is.True);
    }

    static Task Sql(Guid organization, string change) =>
        PostgresFixture.ExecuteAsync(
            $"UPDATE portal_links SET {change} WHERE organization_id = '{organization}'",
            PostgresFixture.ConnectionString
        );
}
