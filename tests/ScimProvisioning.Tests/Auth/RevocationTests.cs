using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class RevocationTests
{
    static readonly Uri Users = new("/scim/v2/Users", UriKind.Relative);

    [Test]
    public async Task A_revoked_token_is_refused_by_the_very_next_request()
    {
        await using var server = new ScimServer();
        for (var i = 0; i < 5; i++)
        {
            var connection = await server.Connect();
            using var client = server.ClientWith(connection.Token);
            Assert.That((await client.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

            await server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");

            Assert.That((await client.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    [Test]
    public async Task A_token_revoked_on_one_server_is_refused_by_another_once_it_is_notified()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        await using var there = new ScimServer(database);
        var connection = await here.Connect();
        using var client = there.ClientWith(connection.Token);
        await PostgresFixture.UntilListeningAsync(database, 2);
        Assert.That((await client.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        // What is not announced is not noticed yet: the other server does remember, so the notification is what counts below.
        await PostgresFixture.ExecuteAsync(
            $"UPDATE tokens SET expires_at = now() - interval '1 hour' WHERE id = '{connection.TokenId}'",
            database
        );
        Assert.That((await client.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var watch = Stopwatch.StartNew();
        await here.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");

        // The clock of the servers stands still, so only the notification can end this. The limit leaves room for a busy machine.
        while ((await client.GetAsync(Users)).StatusCode is HttpStatusCode.OK)
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task A_look_up_that_a_change_has_overtaken_is_not_remembered()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var connection = await server.Connect();
        using var client = server.ClientWith(connection.Token);
        await PostgresFixture.UntilListeningAsync(database, 1);
        await using var locker = new NpgsqlConnection(database);
        await locker.OpenAsync();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE tokens", locker))
            await hold.ExecuteNonQueryAsync();

        var slow = client.GetAsync(Users);
        await PostgresFixture.UntilAsync(
            database,
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        );
        server.Services.GetRequiredService<ConnectionCache>().Clear();
        await transaction.CommitAsync();
        Assert.That((await slow).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await PostgresFixture.ExecuteAsync($"UPDATE tokens SET revoked_at = now() WHERE id = '{connection.TokenId}'", database);
        Assert.That((await client.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_last_use_of_a_token_is_noted()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        using var client = server.ClientWith(connection.Token);
        await client.GetAsync(Users);

        for (var tries = 0; ; tries++)
        {
            var (_, tokens) = await server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens");
            if (tokens!["data"]![0]!["lastUsedAt"] is not null)
                return;
            Assert.That(tries, Is.LessThan(100));
            await Task.Delay(50);
        }
    }

    [Test]
    public async Task A_lost_database_is_no_reason_to_refuse_a_token()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var connection = await server.Connect();
        using var client = server.ClientWith(connection.Token);

        await PostgresFixture.ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");

        Assert.That((int)(await client.GetAsync(Users)).StatusCode, Is.GreaterThanOrEqualTo(500));
    }
}
