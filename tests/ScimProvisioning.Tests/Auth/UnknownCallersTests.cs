using System.Net.Http.Headers;
using Npgsql;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Auth.Entra;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Auth;

/// <summary>Who guesses cannot take the database from those who know.</summary>
[TestFixture, Parallelizable]
sealed class UnknownCallersTests
{
    // An RS256 token that nobody signed: it names no tenant, so the key in the URL is all there is to look up.
    const string MadeUpToken = "eyJhbGciOiJSUzI1NiJ9.e30.x";

    [TestCase("admin_keys")]
    [TestCase("oauth_clients")]
    [TestCase("connections")]
    public async Task Guesses_take_few_sessions_and_are_told_to_wait_while_the_neighbours_are_served(string lookedUp)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(server, database);
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        // Each look-up hangs, as it does when the database is busy.
        await using var hold = new NpgsqlCommand($"LOCK TABLE {lookedUp}", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var guesses = Enumerable.Range(0, 100).Select(_ => GuessAsync(server, lookedUp)).ToArray();
        await Wait.UntilAsync(() => guesses.Any(guess => guess.IsCompleted), "one is refused while others hang");
        // The neighbour's own token is looked up among the connections too, now and then: there, who needs a session but no connection is
        // the neighbour.
        var neighbour = lookedUp is "connections" ? await ReadyAsync(server) : (await directory.Get("/Users")).Status;
        await Wait.UntilAsync(() => guesses.Count(guess => guess.IsCompleted) >= 96, "all but a few are answered without a look-up");
        var waiting = await directory.Ask<long>(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND $1::uuid IS NOT NULL
                AND query NOT LIKE '% projections %' -- The projection looks at the connections, too.
            """
        );
        await transaction.RollbackAsync();
        var answers = await Task.WhenAll(guesses);

        Assert.That(neighbour, Is.EqualTo(200));
        Assert.That(waiting, Is.InRange(1, 4));
        Assert.That(answers.Count(status => status == 503), Is.GreaterThanOrEqualTo(96));
        Assert.That(answers, Has.All.EqualTo(503).Or.EqualTo(401));
    }

    [Test]
    public async Task An_address_that_goes_on_guessing_is_not_looked_up_any_more_but_what_was_good_before_is()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var connection = await server.Connect();
        var client = await TestOAuthClient.CreateAsync(server, connection.Id);
        using var admin = await server.AdminOf(await server.Organization());
        Assert.That((await admin.Call("GET", "/connections")).Status, Is.EqualTo(200));
        Assert.That((await client.InBody()).Status, Is.EqualTo(200));
        // Side by side, since each answer is held back.
        for (var i = 0; i < 15; i++)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GuessAsync(server, "admin_keys")));

        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("LOCK TABLE admin_keys", other, transaction);
            await hold.ExecuteNonQueryAsync();
            // 20 a second may still ask. They hang until the lock is gone; the others are answered before.
            var guesses = Enumerable.Range(0, 60).Select(_ => GuessAsync(server, "admin_keys")).ToArray();
            await Wait.UntilAsync(() => guesses.Any(guess => guess.IsCompleted), "one is refused without a look-up");
        }

        Assert.That((await admin.Call("GET", "/connections")).Status, Is.EqualTo(200));
        Assert.That((await client.InBody()).Status, Is.EqualTo(200));
        Assert.That(await TestOAuthClient.Opens(server, connection.Token, connection.Key), Is.EqualTo(200));
    }

    [Test]
    public async Task A_key_that_was_unknown_a_moment_ago_opens_once_it_is_there()
    {
        await using var server = new ScimServer();
        var (row, key) = AdminKeyStore.Create("Late", AdminKey.Full, null, "test", server.Clock.GetUtcNow());
        using var client = server.ClientWith(key);
        Assert.That((await client.Call("GET", "/connections")).Status, Is.EqualTo(401));

        // By another server, whose notification does not come.
        await PostgresFixture.ExecuteAsync(
            $"""
            SET app.organization_id = '*';
            INSERT INTO admin_keys (id, hash, hint, scope, created_at, created_by)
            VALUES ('{row.Id}', decode('{Convert.ToHexString(row.Hash)}', 'hex'), '{row.Hint}', '{row.Scope}', now(), 'test')
            """,
            PostgresFixture.ConnectionString
        );

        await Wait.UntilAsync(async () => (await client.Call("GET", "/connections")).Status == 200, "the key opens");
    }

    [Test]
    public async Task A_new_connection_opens_at_once_although_its_server_has_just_refused_others()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = EntraTenant.Trusting(issuer);
        for (var i = 0; i < 50; i++)
            await GuessAsync(server, "connections");
        var tenant = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var token = issuer.EntraToken(tenant);
        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(401));

        await server.Send(HttpMethod.Post, "/connections", $$"""{"name":"New","entraTenantId":"{{tenant}}"}""");

        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(200));
    }

    static async Task<int> ReadyAsync(ScimServer server)
    {
        using var client = server.ClientWith(null);
        using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return (int)answer.StatusCode;
    }

    static async Task<int> GuessAsync(ScimServer server, string lookedUp)
    {
        var name = RandomName.Create("");
        using var client = server.ClientWith(
            lookedUp switch
            {
                "admin_keys" => $"sk_{name}",
                "oauth_clients" => null,
                _ => MadeUpToken,
            }
        );
        if (lookedUp is "oauth_clients")
        {
            using var form = new StringContent(
                $"{TestOAuthClient.Grant}&client_id=client-{name}&client_secret=x",
                new MediaTypeHeaderValue("application/x-www-form-urlencoded")
            );
            using var answer = await client.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form);
            return (int)answer.StatusCode;
        }
        var path = lookedUp is "admin_keys" ? "/api/v1/connections" : $"/scim/v2/con-{name}/Users";
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)response.StatusCode;
    }
}
