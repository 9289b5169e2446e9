using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Whatever keeps an identity provider or a person out, a page says it in plain words, with what to do.</summary>
[TestFixture]
sealed class CauseTests : PortalTest
{
    const string Mapping = """
        {"uid":["externalId"],"attributes":[
        {"name":"userName","paths":["userName"]},{"name":"jobTitle","paths":["title"],"whenMissing":"hold"}]}
        """;

    [Test]
    public async Task Each_cause_of_a_failed_login_is_named_with_its_cure()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        var address = (string)(await Get($"/connections/{connection}"))["tenantUrl"]!;
        var foreign = (string)(await Post($"/connections/{await NewConnection(organization)}/tokens", []))["token"]!;
        var (expired, revoked, good) = (await NewToken(connection), await NewToken(connection), await NewToken(connection));
        await Sql($"UPDATE tokens SET expires_at = '2000-01-01' WHERE id = '{expired["id"]}'");
        await Server.Send(HttpMethod.Delete, $"/connections/{connection}/tokens/{revoked["id"]}");
        foreach (
            var token in (string?[])[null, "unknown", ScimServer.AdminKey, foreign, (string?)expired["token"], (string?)revoked["token"]]
        )
            await Refused(address, token);
        await Change(connection, """{"allowedAddresses":["10.0.0.0/8"]}""");
        await Refused(address, (string?)good["token"]);
        await Change(connection, """{"allowedAddresses":[]}""");
        foreach (var verb in (string[])["enable", "disable"])
            await Post($"/connections/{connection}/{verb}", []);
        await Refused(address, (string?)good["token"]);
        await Post($"/connections/{connection}/enable", []);
        await Post($"/connections/{connection}/disconnect", []);
        await Refused(address, (string?)good["token"]);

        await OpenPortal(organization, $"/connections/{connection}/activity/logins");
        string[] causes =
        [
            "No token",
            "Unknown token",
            "An admin key instead of a token",
            "Token of another connection",
            "Expired",
            "Revoked",
            "Address not allowed",
            "The connection is disabled",
            "The connection is disconnected",
        ];
        foreach (var cause in causes)
            await Assertions
                .Expect(Page.Locator("#logins tr", new() { Has = Page.GetByText(cause, new() { Exact = true }) }))
                .ToBeVisibleAsync();
        foreach (var text in await Page.Locator("#logins td:nth-child(2) span").AllInnerTextsAsync())
            Assert.That(text, Has.Length.GreaterThan(40), "It says what to do.");
        await MustBeAccessible();
    }

    [Test]
    public async Task A_wrong_address_is_named_among_the_failed_logins_of_the_activity()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.AskAsync("scim/Users");
        await OpenPortal(organization, $"/connections/{connection}/activity");

        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Wrong address");
    }

    [Test]
    public async Task Each_reason_why_somebody_is_not_here_is_found_by_a_name_or_a_mail_address()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var inside = new List<Guid>();
        foreach (var name in (string[])["there", "off", "gone", "guarded"])
            inside.Add(await entra.CreateAsync($"{name}@example.com", name));
        await entra.CreateGroupAsync("Inside", [.. inside]);
        await Set(connection, "scope", """{"mode":"groups","groups":[{"name":"Inside"}]}""");
        await Released(connection, 4);
        await entra.CreateAsync("outside@example.com", "outside");
        await entra.RefusedAsync("refused@example.com", 400, ("active", "maybe"));
        await entra.CreateAsync("refused@other.example.com", "similar");
        await entra.DeactivateAsync(inside[1]);
        await entra.DeleteAsync(inside[2]);

        await OpenPortal(organization, $"/connections/{connection}/why");
        await MustSay("nobody@example.com", "Never received");
        await MustSay("there", "The application has this person");
        await MustSay("outside@example.com", "Out of scope");
        await MustSay("refused@example.com", "Received and refused");
        await MustSay("refused@elsewhere.example.com", "Nobody has just this name");
        await MustSay("off@example.com", "Switched off");
        await MustSay("gone@example.com", "Deleted");
        await Set(connection, "guard", """{"enabled":true,"share":0,"count":0,"windowMinutes":60}""");
        await entra.DeactivateAsync(inside[3]);
        await MustSay("guarded", "Held by the guard");
        await Set(connection, "scope", """{"mode":"all"}""");
        await Set(connection, "mapping", Mapping);
        await entra.CreateAsync("held@example.com", "held");
        await MustSay("held@example.com", "Held back by a problem");
        await Post($"/connections/{connection}/disconnect", []);
        await MustSay("nobody@example.com", "The connection is disconnected");
    }

    [Test]
    public async Task What_the_api_says_is_said_in_the_language_of_the_page()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await Set(connection, "mapping", Mapping);
        await Set(connection, "scope", """{"mode":"groups","groups":[{"name":"Innen"}]}""");
        await entra.CreateGroupAsync("Innen", await entra.CreateAsync("held@example.com", "held"));
        await entra.CreateAsync("outside@example.com", ("title", "Boss"), ("active", false));
        // The clock of the server stands still in between.
        Server.CatchUp();
        using (var wrong = await Entra.WithWrongTokenAsync(Server, connection))
            await wrong.TestConnectionAsync();

        await OpenPortal(organization, $"/connections/{connection}/activity/logins?lang=de");
        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Das Token stammt nicht von diesem Server");
        await Page.GotoAsync($"/portal/connections/{connection}/activity");
        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Das Token stammt nicht von diesem Server");
        await Page.GotoAsync($"/portal/connections/{connection}");
        await Assertions.Expect(Page.Locator("#health")).ToContainTextAsync("Der Identitätsanbieter kann sich nicht anmelden. Das Token");
        await Assertions.Expect(Page.Locator("#health")).ToContainTextAsync("Zurückgehaltene Personen: 1.");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Wer zurückgehalten wird" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#people")).ToContainTextAsync("„jobTitle“ ist erforderlich und hat keinen Wert");
        await Page.GotoAsync($"/portal/connections/{connection}/why");
        await MustSay("held@example.com", "Von einem Problem zurückgehalten");
        await Assertions.Expect(Page.Locator(".verdict")).ToContainTextAsync("Füllen Sie jobTitle beim Identitätsanbieter aus");
        await Assertions.Expect(Page.Locator(".lines")).ToContainTextAsync("Seitdem zurückgehalten: „jobTitle“");
        await MustSay("outside@example.com", "Nicht im Umfang");
        await Assertions.Expect(Page.Locator(".verdict")).ToContainTextAsync("zum direkten Mitglied von „Innen“.");
        await Assertions.Expect(Page.Locator(".verdict h3")).ToHaveTextAsync("Außerdem: Abgeschaltet");
        await MustBeAccessible();
        await Page.GotoAsync($"/portal/connections/{connection}/why?q=outside@example.com&lang=en");
        await Assertions.Expect(Page.Locator(".verdict")).ToContainTextAsync("make the person a direct member of 'Innen'.");
    }

    [Test]
    public async Task Where_a_page_says_what_to_do_a_link_leads_there()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await Set(connection, "scope", """{"mode":"groups","groups":[{"name":"Inside"}]}""");
        await entra.CreateAsync("outside@example.com", "outside");
        await entra.RefusedAsync("refused@example.com", 400, ("active", "maybe"));

        await OpenPortal(organization, $"/connections/{connection}/why");
        await MustSay("refused@example.com", "Received and refused");
        await Page.GetByRole(AriaRole.Link, new() { Name = "The request", Exact = true }).First.ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Requests");
        await Assertions.Expect(Page.Locator(".lines > li")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator(".lines > li")).ToContainTextAsync("400");

        await Page.GotoAsync($"/portal/connections/{connection}/why");
        await MustSay("outside@example.com", "Out of scope");
        await Page.Locator(".verdict").GetByRole(AriaRole.Link, new() { Name = "Scope", Exact = true }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Scope");
        await Page.GotoAsync($"/portal/connections/{connection}");
        await Page.Locator("#health").GetByRole(AriaRole.Link, new() { Name = "The requests that were refused" }).ClickAsync();
        await Assertions.Expect(Page.GetByLabel("Kind")).ToHaveValueAsync("errors");
        await Assertions.Expect(Page.GetByText("refused@example.com").First).ToBeVisibleAsync();
    }

    async Task MustSay(string name, string verdict) =>
        await Wait.UntilAsync(
            async () =>
            {
                await Page.GotoAsync(new Uri(Page.Url).GetLeftPart(UriPartial.Path) + "?q=" + name);
                return await Page.Locator(".verdict h2").InnerTextAsync() == verdict;
            },
            $"{name}: {verdict}"
        );

    static async Task<JsonNode> NewToken(Guid connection) => await Post($"/connections/{connection}/tokens", []);

    static async Task Refused(string address, string? token)
    {
        using var entra = Entra.At(Server, address, token!);
        Assert.That(await entra.TestConnectionAsync(), Is.EqualTo(401));
    }

    static async Task Change(Guid connection, string json) => await Server.Send(HttpMethod.Patch, $"/connections/{connection}", json);

    static async Task Set(Guid connection, string what, string json)
    {
        var (status, answer) = await Server.Send(HttpMethod.Put, $"/connections/{connection}/{what}", json);
        Assert.That(status, Is.EqualTo(200), $"{answer}");
    }

    static Task Sql(string statement) => PostgresFixture.ExecuteAsync(statement, PostgresFixture.ConnectionString);
}
