using System.Text.Json.Nodes;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Tests.Auth;

/// <summary>The list of failed logins: what stays in it, and who reads it.</summary>
[TestFixture, Parallelizable]
sealed class FailedLoginListTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task It_is_read_page_by_page_newest_first()
    {
        var connection = await _server.Connect();
        await InsertAsync(connection, 5);
        var last = await _server.FailAsync(null, connection.Key);
        await _server.FailedLoginsAsync(connection.Id, last.RequestId);

        var (_, first) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/failed-logins?limit=4");
        var (_, second) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/failed-logins?limit=4&after={first!["next"]}");

        var entries = first["data"]!.AsArray().Concat(second!["data"]!.AsArray()).ToArray();
        Assert.That(entries.Select(entry => (DateTime)entry!["at"]!).ToArray(), Has.Length.EqualTo(6).And.Ordered.Descending);
        Assert.That(
            ((string?)entries[0]!["requestId"], first["data"]!.AsArray().Count, second["next"]),
            Is.EqualTo((last.RequestId, 4, (JsonNode?)null))
        );
    }

    [Test]
    public async Task The_last_hundred_of_a_connection_stay()
    {
        var (connection, other) = (await _server.Connect(), await _server.Connect());
        await InsertAsync(connection, 150);
        await InsertAsync(other, 3);

        var refused = await _server.FailAsync(null, connection.Key);
        await _server.FailedLoginsAsync(connection.Id, refused.RequestId);

        var (_, page) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/failed-logins?limit=200");
        var (_, others) = await _server.Send(HttpMethod.Get, $"/connections/{other.Id}/failed-logins");
        Assert.That((page!["data"]!.AsArray().Count, others!["data"]!.AsArray().Count), Is.EqualTo((100, 3)));
        Assert.That((string?)page["data"]![0]!["requestId"], Is.EqualTo(refused.RequestId));
    }

    [Test]
    public async Task Of_what_repeats_itself_within_a_minute_the_last_stays()
    {
        await using var server = new ScimServer();
        // Far from the end of a minute.
        server.Clock.Advance(TimeSpan.FromSeconds(61 - server.Clock.GetUtcNow().Second));
        var connection = await server.Connect();
        var first = await server.FailAsync(null, connection.Key);
        await server.FailedLoginsAsync(connection.Id, first.RequestId);

        for (var i = 0; i < 20; i++)
            await server.FailAsync(null, connection.Key);
        // Ids are in order by the millisecond.
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var other = await server.FailAsync("unknown", connection.Key);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var last = await server.FailAsync(null, connection.Key);
        await server.FailedLoginsAsync(connection.Id, last.RequestId);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = await server.FailAsync(null, connection.Key);

        var failed = await server.FailedLoginsAsync(connection.Id, later.RequestId);
        Assert.That(
            failed.Select(entry => (string?)entry["requestId"]),
            Is.EqualTo(new[] { later.RequestId, last.RequestId, other.RequestId })
        );
    }

    [Test]
    public async Task A_good_login_is_not_in_it()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Get("/Users");
        var refused = await _server.FailAsync(null, directory.Connection.Key);

        Assert.That(await _server.FailedLoginsAsync(directory.Connection.Id, refused.RequestId), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task The_key_of_an_organization_does_not_open_the_list_of_another()
    {
        var connection = await _server.Connect();
        await InsertAsync(connection, 1);
        var (row, key) = AdminKeyStore.Create(
            null,
            AdminKey.Full,
            Guid.CreateVersion7(_server.Clock.GetUtcNow()),
            "test",
            _server.Clock.GetUtcNow()
        );
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO organizations (id, name, created_at) VALUES ('{row.OrganizationId}', 'Other', now());
            INSERT INTO admin_keys (id, hash, organization_id, created_at) VALUES ('{row.Id}', '\x{Convert.ToHexString(
                row.Hash
            )}', '{row.OrganizationId}', now());
            """,
            PostgresFixture.ConnectionString
        );

        using var foreign = await _server
            .ClientWith(key)
            .GetAsync(new Uri($"/api/v1/connections/{connection.Id}/failed-logins", UriKind.Relative));
        using var own = await _server.ClientWith(key).GetAsync(new Uri("/api/v1/connections", UriKind.Relative));

        Assert.That(((int)foreign.StatusCode, (int)own.StatusCode), Is.EqualTo((404, 200)));
    }

    /// <summary>So many of the past, an hour apart.</summary>
    static Task InsertAsync(TestConnection connection, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rows = Enumerable
            .Range(1, count)
            .Select(i => now.AddHours(-i))
            .Select(at => $"('{connection.Id}', '{Guid.CreateVersion7(at)}', '{at:O}', 'unknown', 'test')");
        return PostgresFixture.ExecuteAsync(
            $"INSERT INTO failed_logins (connection_id, id, occurred_at, reason, request_id) VALUES {string.Join(',', rows)}",
            PostgresFixture.ConnectionString
        );
    }
}
