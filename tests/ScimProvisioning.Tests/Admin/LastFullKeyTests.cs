using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Tests.Admin;

/// <summary>The last admin key that may do everything. The server has no configured key, which would count as such a key.</summary>
[TestFixture, Parallelizable]
sealed class LastFullKeyTests
{
    string _database = "";
    ScimServer _server = null!;
    string? _key;

    HttpClient First => _server.ClientWith(_key);

    [SetUp]
    public async Task Start()
    {
        _server = new(
            _database = await PostgresFixture.CreateDatabaseAsync(),
            new() { ["environment"] = "Development", ["Admin:ApiKey"] = "" }
        );
        _server.StartServer();
        // The server makes a key itself when it starts and prints it, where this test cannot read it.
        for (_key = null; _key is null; _key = await Bootstrap())
            await PostgresFixture.ExecuteAsync("TRUNCATE admin_keys", _database);
    }

    [TearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_last_key_that_may_do_everything_cannot_be_revoked()
    {
        var (_, list) = await ScimServer.Send(First, HttpMethod.Get, "/admin-keys");
        await Make("""{"label":"reader","scope":"read"}""");
        await Make("""{"label":"customer","organizationId":"00000000-0000-7000-8000-000000000001"}""");

        var (status, problem) = await Revoke((Guid)list!["data"]![0]!["id"]!);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "last_full_key")));
        Assert.That((await ScimServer.Send(First, HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Of_the_last_two_that_are_revoked_at_once_one_stays()
    {
        await Make("""{"label":"second"}""");
        var (_, list) = await ScimServer.Send(First, HttpMethod.Get, "/admin-keys");
        await using var source = NpgsqlDataSource.Create(_database);
        await using var session = await source.OpenConnectionAsync();
        await using var hold = await session.BeginTransactionAsync();
        await new NpgsqlCommand("SELECT FROM admin_keys FOR UPDATE", session).ExecuteNonQueryAsync();

        var revocations = list!["data"]!.AsArray().Select(key => Revoke((Guid)key!["id"]!)).ToList();
        await BothWait(source);
        await hold.CommitAsync();
        var answers = await Task.WhenAll(revocations);

        Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo(new[] { 200, 409 }));
        Assert.That(answers.Select(answer => (string?)answer.Body!["code"]), Does.Contain("last_full_key"));
    }

    [Test]
    public async Task A_start_without_a_live_full_key_makes_one()
    {
        await Make("""{"label":"reader","scope":"read"}""");
        Assert.That(await Bootstrap(), Is.Null);

        await PostgresFixture.ExecuteAsync("UPDATE admin_keys SET revoked_at = now() WHERE scope = 'full'", _database);

        Assert.That((await ScimServer.Send(_server.ClientWith(await Bootstrap()), HttpMethod.Get, "/admin-keys")).Status, Is.EqualTo(200));
    }

    Task<string?> Bootstrap() => _server.Services.GetRequiredService<AdminKeyStore>().BootstrapAsync(CancellationToken.None);

    Task<(int Status, JsonNode? Body)> Make(string json) => ScimServer.Send(First, HttpMethod.Post, "/admin-keys", json);

    Task<(int Status, JsonNode? Body)> Revoke(Guid id) => ScimServer.Send(First, HttpMethod.Post, $"/admin-keys/{id}/revoke");

    static async Task BothWait(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(
            "SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        );
        for (var tries = 0; !(bool)(await command.ExecuteScalarAsync())!; tries++)
        {
            Assert.That(tries, Is.LessThan(100));
            await Task.Delay(50);
        }
    }
}
