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
