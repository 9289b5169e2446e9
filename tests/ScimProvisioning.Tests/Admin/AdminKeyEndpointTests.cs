using System.Net;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class AdminKeyEndpointTests
{
    const string Configured = "00000000-0000-7000-8000-000000000002";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_key_is_shown_once_and_opens_the_admin_api()
    {
        var (status, made) = await _server.Send(HttpMethod.Post, "/admin-keys", """{"label":"Terraform"}""");
        var (_, shown) = await _server.Send(HttpMethod.Get, $"/admin-keys/{made!["id"]}");

        var key = (string)made["key"]!;
        Assert.That((status, (string?)made["scope"], (string?)made["hint"]), Is.EqualTo((201, "full", $"{key[..5]}…{key[^4..]}")));
        Assert.That(key, Does.Match("^sk_[A-Za-z0-9_-]{43}$"));
        Assert.That(
            shown!.AsObject().Select(member => member.Key),
            Is.EquivalentTo(
                new[] { "id", "label", "hint", "scope", "organizationId", "source", "createdAt", "createdBy", "lastUsedAt", "revokedAt" }
            )
        );
        Assert.That(
            ((string?)shown["label"], (string?)shown["source"], (string?)shown["createdBy"]),
            Is.EqualTo(("Terraform", "stored", $"admin-key:{Configured}"))
        );
        Assert.That((await ScimServer.Send(_server.ClientWith(key), HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));
        Assert.That((DateTime?)(await _server.Send(HttpMethod.Get, $"/admin-keys/{made["id"]}")).Body!["lastUsedAt"], Is.Not.Null);
    }

    [TestCase("""{}""", "label", "Must not be empty.")]
    [TestCase("""{"label":"a\nb"}""", "label", "Must not contain control characters.")]
    [TestCase("""{"label":"n","scope":"write"}""", "scope", "Must be one of: full, read, app.")]
    [TestCase(
        """{"label":"n","organizationId":"00000000-0000-0000-0000-000000000009"}""",
        "organizationId",
        "There is no such organization."
    )]
    public async Task A_wrong_field_is_named_with_a_message(string json, string field, string message)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/admin-keys", json);

        Assert.That((status, (string?)problem!["errors"]![field]![0]), Is.EqualTo((400, message)));
    }

    [Test]
    public async Task The_configured_key_is_the_first_of_the_list_and_the_pages_go_on_after_it()
    {
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        foreach (var label in new[] { "a", "b", "c" })
        {
            await server.Send(HttpMethod.Post, "/admin-keys", $$"""{"label":"{{label}}"}""");
            server.Clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        var pages = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var (_, page) = await server.Send(HttpMethod.Get, $"/admin-keys?limit=2{after}");
            pages.Add(string.Join(',', page!["data"]!.AsArray().Select(key => $"{key!["label"]} {key["source"]}")));
            after = page["next"] is { } next ? $"&after={next}" : null;
        }

        Assert.That(pages, Is.EqualTo(new[] { "Admin__ApiKey configuration,a stored", "b stored,c stored" }));
    }

    [TestCase("DELETE", "", 204)]
    [TestCase("POST", "/revoke", 200)]
    public async Task A_revoked_key_is_refused_by_the_next_request_on_every_server(string method, string action, int expected)
    {
        await using var other = new ScimServer();
        var (id, key) = await Create();
        Assert.That((await ScimServer.Send(other.ClientWith(key), HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));

        var (first, _) = await _server.Send(new(method), $"/admin-keys/{id}{action}");
        var revokedAt = await RevokedAt(id);
        var (second, _) = await _server.Send(new(method), $"/admin-keys/{id}{action}");

        Assert.That((first, second), Is.EqualTo((expected, expected)));
        Assert.That(revokedAt, Is.Not.Null.And.EqualTo(await RevokedAt(id)));
        foreach (var server in new[] { _server, other })
            Assert.That(
                (await server.ClientWith(key).GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode,
                Is.EqualTo(HttpStatusCode.Unauthorized)
            );
    }

    [Test]
    public async Task The_configured_key_is_revoked_in_the_configuration_alone()
    {
        var (status, problem) = await _server.Send(HttpMethod.Delete, $"/admin-keys/{Configured}");
        var (_, shown) = await _server.Send(HttpMethod.Get, $"/admin-keys/{Configured}");

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "configured_key")));
        Assert.That((string?)problem["detail"], Does.Contain("Admin__ApiKey").And.Contain("restart"));
        Assert.That((string?)shown!["label"], Is.EqualTo("Admin__ApiKey"));
    }

    [TestCase("GET", "")]
    [TestCase("DELETE", "")]
    [TestCase("POST", "/revoke")]
    public async Task An_unknown_key_is_a_404_problem(string method, string action) =>
        Assert.That((await _server.Send(new(method), $"/admin-keys/00000000-0000-0000-0000-000000000009{action}")).Status, Is.EqualTo(404));

    async Task<(Guid Id, string Key)> Create()
    {
        var (_, made) = await _server.Send(HttpMethod.Post, "/admin-keys", """{"label":"test"}""");
        return ((Guid)made!["id"]!, (string)made["key"]!);
    }

    async Task<string?> RevokedAt(Guid id) => (string?)(await _server.Send(HttpMethod.Get, $"/admin-keys/{id}")).Body!["revokedAt"];
}
