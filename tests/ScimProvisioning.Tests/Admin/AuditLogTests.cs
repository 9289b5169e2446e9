using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Every change by an admin is in the audit log: who changed what and when, with the values before and after.</summary>
[TestFixture, Parallelizable]
sealed class AuditLogTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_change_tells_who_what_and_from_what_to_what()
    {
        var connection = await _server.Connect();
        await _server.Send(HttpMethod.Patch, $"/connections/{connection.Id}/settings", """{"uniqueGroupNames":false}""");

        var entries = await Entries($"connectionId={connection.Id}");

        Assert.That(
            entries.Select(e => (string?)e["action"]),
            Is.EqualTo(new[] { "connection.updated", "connection.token_created", "connection.created" })
        );
        Assert.That((string?)entries[0]["actor"], Is.EqualTo("admin-key:00000000-0000-7000-8000-000000000002"));
        Assert.That(
            ((bool)entries[0]["before"]!["settings"]!["uniqueGroupNames"]!, (bool)entries[0]["after"]!["settings"]!["uniqueGroupNames"]!),
            Is.EqualTo((true, false))
        );
        Assert.That((entries[2]["before"], (string?)entries[2]["after"]!["name"]), Is.EqualTo(((JsonNode?)null, "Test")));
        Assert.That((string?)entries[0]["requestId"], Is.Not.Empty);
        Assert.That((string?)entries[0]["address"], Does.Contain("127.0.0.1"));
        Assert.That((string?)entries[0]["occurredAt"], Does.EndWith("Z"));
    }

    [Test]
    public async Task A_change_of_a_connection_is_in_its_change_log()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await _server.Send(HttpMethod.Patch, $"/connections/{directory.Connection.Id}/settings", """{"uniqueGroupNames":false}""");

        var last = await directory.Ask<string>(
            "SELECT to_jsonb(e)::text FROM changes e WHERE connection_id = $1 ORDER BY sequence DESC LIMIT 1"
        );

        var change = JsonNode.Parse(last)!;
        Assert.That(
            ((string?)change["type"], (string?)change["resource_type"], (Guid)change["resource_id"]!, (int)change["version"]!),
            Is.EqualTo(("connection.updated", "Connection", directory.Connection.Id, 3))
        );
        Assert.That(
            ((string?)change["changes"]![0]!["path"], (string?)change["actor"]),
            Is.EqualTo(("settings", "admin-key:00000000-0000-7000-8000-000000000002"))
        );
    }

    [Test]
    public async Task What_changes_nothing_is_not_in_it()
    {
        var connection = await _server.Connect();
        var before = (await Entries($"connectionId={connection.Id}")).Count;

        await _server.Send(HttpMethod.Patch, $"/connections/{connection.Id}/settings", """{"uniqueGroupNames":true}""");
        await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", """{"expiresInDays":0}""");
        await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/schemas", "{}");

        Assert.That(await Entries($"connectionId={connection.Id}"), Has.Count.EqualTo(before));
    }

    [Test]
    public async Task It_holds_no_secret()
    {
        var connection = await _server.Connect();

        var (_, page) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection.Id}");

        Assert.That(
            page!.ToJsonString(),
            Does.Contain("connection.token_created").And.Not.Contain(connection.Token).And.Not.Contain(connection.Token.Split('.')[2])
        );
    }

    [Test]
    public async Task It_is_read_page_by_page_newest_first()
    {
        var connection = await _server.Connect();
        for (var i = 0; i < 3; i++)
            await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", "{}");

        var (_, first) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection.Id}&limit=3");
        var (_, second) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection.Id}&limit=3&after={first!["next"]}");

        var ids = first["data"]!.AsArray().Concat(second!["data"]!.AsArray()).Select(e => (string)e!["id"]!).ToArray();
        Assert.That(ids, Has.Length.EqualTo(5).And.Ordered.Descending.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That((ids.Distinct().Count(), second["next"]), Is.EqualTo((5, (JsonNode?)null)));
    }

    [TestCase("action=connection.token_created", 1)]
    [TestCase("actor=admin-key:00000000-0000-7000-8000-000000000002", 2)]
    [TestCase("actor=server", 0)]
    [TestCase("organizationId=00000000-0000-7000-8000-000000000001", 2)]
    [TestCase("organizationId=00000000-0000-7000-8000-000000000009", 0)]
    public async Task It_can_be_searched(string query, int found)
    {
        var connection = await _server.Connect();

        Assert.That(await Entries($"connectionId={connection.Id}&{query}"), Has.Count.EqualTo(found));
    }

    async Task<List<JsonNode>> Entries(string query)
    {
        var (status, page) = await _server.Send(HttpMethod.Get, $"/audit-log?{query}");
        Assert.That(status, Is.EqualTo(200));
        return [.. page!["data"]!.AsArray().Select(entry => entry!)];
    }
}
