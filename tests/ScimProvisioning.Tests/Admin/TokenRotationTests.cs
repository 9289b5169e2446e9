using System.Net;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class TokenRotationTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Both_tokens_are_good_until_the_overlap_is_over()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();

        var (status, made) = await Rotate(server, connection, """{"overlapHours":2}""");

        Assert.That(status, Is.EqualTo(201));
        Assert.That(await Opens(server, connection.Token, (string)made!["token"]!), Is.EqualTo((true, true)));
        server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.That(await Opens(server, connection.Token, (string)made["token"]!), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task The_old_token_says_that_it_is_replaced()
    {
        var connection = await _server.Connect();

        var (_, made) = await Rotate(_server, connection, "{}");

        Assert.That((await Token(connection, connection.TokenId))["replacedAt"], Is.Not.Null);
        Assert.That((await Token(connection, (Guid)made!["id"]!))["replacedAt"], Is.Null);
    }

    [TestCase(null, 24)]
    [TestCase("{}", 24)]
    [TestCase("""{"overlapHours":1}""", 1)]
    [TestCase("""{"overlapHours":720}""", 48)]
    public async Task The_old_token_ends_with_the_overlap_but_never_later_than_it_would_have(string? json, int hours)
    {
        var connection = await _server.Connect("""{"expiresInDays":2}""");
        var before = _server.Clock.GetUtcNow();

        await Rotate(_server, connection, json);

        var end = (DateTime)(await Token(connection, connection.TokenId))["expiresAt"]! - before.UtcDateTime;
        Assert.That(end, Is.EqualTo(TimeSpan.FromHours(hours)).Within(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task Without_an_overlap_the_old_token_is_revoked_at_once()
    {
        var connection = await _server.Connect();

        var (_, made) = await Rotate(_server, connection, """{"overlapHours":0}""");

        Assert.That(await Opens(_server, connection.Token, (string)made!["token"]!), Is.EqualTo((false, true)));
        Assert.That((string?)(await Token(connection, connection.TokenId))["status"], Is.EqualTo("revoked"));
    }

    [TestCase("{}", "old", "read", 365)]
    [TestCase("""{"label":"new","scopes":["read","write"],"expiresInDays":10}""", "new", "read,write", 10)]
    public async Task The_new_token_takes_label_and_scopes_of_the_old_one_unless_told_otherwise(
        string json,
        string label,
        string scopes,
        int days
    )
    {
        var connection = await _server.Connect("""{"label":"old","scopes":["read"],"expiresInDays":100}""");

        var (_, made) = await Rotate(_server, connection, json);

        var token = await Token(connection, (Guid)made!["id"]!);
        Assert.That(
            ((string?)token["label"], string.Join(',', token["scopes"]!.AsArray().Select(scope => (string?)scope))),
            Is.EqualTo((label, scopes))
        );
        Assert.That((DateTime)token["expiresAt"]! - (DateTime)token["createdAt"]!, Is.EqualTo(TimeSpan.FromDays(days)));
    }

    [TestCase("revoked")]
    [TestCase("expired")]
    public async Task A_token_that_is_not_active_is_not_rotated(string status)
    {
        await using var server = new ScimServer();
        var connection = await server.Connect("""{"expiresInDays":1}""");
        if (status == "revoked")
            await server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
        else
            server.Clock.Advance(TimeSpan.FromDays(1));

        var (refused, problem) = await Rotate(server, connection, null);
        var (_, list) = await server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens");

        Assert.That((refused, (string?)problem!["code"]), Is.EqualTo((409, "token_not_active")));
        Assert.That(list!["data"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [TestCase("""{"overlapHours":-1}""")]
    [TestCase("""{"overlapHours":721}""")]
    public async Task An_overlap_has_its_bounds(string json)
    {
        var connection = await _server.Connect();

        var (status, problem) = await Rotate(_server, connection, json);

        Assert.That((status, (string?)problem!["errors"]!["overlapHours"]![0]), Is.EqualTo((400, "Must be between 0 and 720 hours.")));
        Assert.That((string?)(await Token(connection, connection.TokenId))["status"], Is.EqualTo("active"));
    }

    [Test]
    public async Task Of_two_rotations_without_overlap_one_wins()
    {
        var connection = await _server.Connect();

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Rotate(_server, connection, """{"overlapHours":0}""")));

        Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo(new[] { 201, 409 }));
    }

    [Test]
    public async Task Rotating_is_two_changes_of_the_connection_and_two_entries_of_the_audit_log_without_secrets()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var (_, made) = await Rotate(_server, directory.Connection, null);

        var audit = await directory.Ask<string>(
            """
            SELECT string_agg(action || ' ' || target_id, ',' ORDER BY action DESC) FROM audit_log
            WHERE connection_id = $1 AND action <> 'connection.created' AND before IS NOT NULL
            """
        );
        Assert.That(audit, Is.EqualTo($"connection.token_rotated {directory.Connection.TokenId}"));
        Assert.That(
            await directory.Ask<string>("SELECT string_agg(type, ',' ORDER BY sequence) FROM changes WHERE connection_id = $1"),
            Is.EqualTo("connection.created,connection.token_created,connection.token_rotated,connection.token_created")
        );
        Assert.That(
            await directory.Ask<string>("SELECT string_agg(to_jsonb(a)::text, '') FROM audit_log a WHERE connection_id = $1"),
            Does.Not.Contain((string)made!["token"]!)
        );
    }

    static Task<(int Status, JsonNode? Body)> Rotate(ScimServer server, TestConnection connection, string? json) =>
        server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens/{connection.TokenId}/rotate", json);

    async Task<JsonNode> Token(TestConnection connection, Guid id) =>
        (await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens/{id}")).Body!;

    static async Task<(bool Old, bool New)> Opens(ScimServer server, string old, string made)
    {
        async Task<bool> Open(string token) =>
            (await server.ClientWith(token).GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode is HttpStatusCode.OK;
        return (await Open(old), await Open(made));
    }
}
