using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Admin;

namespace ScimProvisioning.Tests.Admin;

/// <summary>A database of their own each: there is one daily look for all connections.</summary>
[TestFixture, Parallelizable]
sealed class DailyLookTests
{
    string _database = "";
    ScimServer _server = null!;

    [SetUp]
    public async Task Start() => _server = await StartAsync(_database = await PostgresFixture.CreateDatabaseAsync());

    [TearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_token_is_warned_of_once_at_each_threshold_and_once_when_it_has_expired()
    {
        var directory = await Connect("""{"label":"Entra","expiresInDays":70}""");

        var told = new List<string>();
        for (var day = 1; day <= 73; day++)
        {
            await NextDay(1);
            foreach (var warning in (await Warnings(directory)).Skip(told.Count)) told.Add($"{warning} on day {day}");
        }

        Assert.That(told, Is.EqualTo(new[]
        {
            "token_expiring 60 on day 10", "token_expiring 30 on day 40", "token_expiring 14 on day 56",
            "token_expiring 7 on day 63", "token_expiring 1 on day 69", "token_expired 0 on day 70",
        }));
    }

    [TestCase("15,5,100", "token_expiring 25,token_expired 0")]
    [TestCase("35,35", "token_expiring 5,token_expired 0")]
    [TestCase("100,1", "token_expired 0")]
    public async Task Of_thresholds_that_have_passed_unseen_only_the_nearest_is_told(string days, string told)
    {
        var directory = await Connect("""{"expiresInDays":40}""");

        foreach (var day in days.Split(',')) await NextDay(int.Parse(day, CultureInfo.InvariantCulture));

        Assert.That(string.Join(',', await Warnings(directory)), Is.EqualTo(told));
    }

    [Test]
    public async Task A_warning_names_the_token_and_holds_no_secret()
    {
        var directory = await Connect("""{"label":"Entra","expiresInDays":7}""");

        await NextDay(1);

        var warning = await directory.Ask<string>("SELECT changes || actor FROM events WHERE connection_id = $1 AND type = 'connection.token_expiring'");
        Assert.That(warning, Does.Contain($"{directory.Connection.TokenId}").And.Contain("\"Entra\"").And.Contain("expiresAt").And.EndsWith("server"));
    }

    [Test]
    public async Task Client_secrets_are_warned_of_with_the_label_of_their_client()
    {
        var directory = await Connect("{}");
        await Execute($"""
            WITH client AS (INSERT INTO oauth_clients (id, connection_id, client_id, label, scopes, created_at, created_by)
                VALUES (gen_random_uuid(), '{directory.Connection.Id}', 'client', 'Okta', '{"{read}"}', now(), 'test') RETURNING id)
            INSERT INTO oauth_client_secrets (id, connection_id, oauth_client_id, hash, hint, created_at, created_by, expires_at)
            SELECT gen_random_uuid(), '{directory.Connection.Id}', id, 'hash', 'hint', now(), 'test', now() + interval '10 days' FROM client
            """);

        await NextDay(1);
        await NextDay(10);

        Assert.That(await Warnings(directory), Is.EqualTo(new[] { "client_secret_expiring 9", "client_secret_expired 0" }));
        Assert.That(await directory.Ask<string>("SELECT string_agg(changes::text, '') FROM events WHERE connection_id = $1 AND type LIKE '%secret_ex%'"), Does.Contain("Okta"));
    }

    [TestCase("UPDATE tokens SET revoked_at = now()")]
    [TestCase("UPDATE connections SET state = 'disconnected'")]
    [TestCase("UPDATE connections SET state = 'deleted'")]
    [TestCase("UPDATE tokens SET expires_at = NULL")]
    [TestCase("INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by) SELECT id, id, 'c', '{read}', now(), 'test' FROM connections; UPDATE tokens SET oauth_client_id = connection_id")]
    public async Task What_is_not_to_expire_is_not_warned_of(string statement)
    {
        var directory = await Connect("""{"expiresInDays":3}""");
        await Execute(statement);

        await NextDay(1);
        await NextDay(3);

        Assert.That(await Warnings(directory), Is.Empty);
    }

    [Test]
    public async Task Two_servers_that_look_at_once_warn_once()
    {
        await using var other = await StartAsync(_database);
        var directories = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Connect("""{"expiresInDays":5}""")));
        foreach (var server in new[] { _server, other }) server.Clock.Advance(TimeSpan.FromDays(1));

        await Task.WhenAll(new[] { _server, other, _server, other }.Select(server => server.Services.GetRequiredService<DailyLook>().LookAsync(CancellationToken.None)));

        foreach (var directory in directories) Assert.That(await Warnings(directory), Is.EqualTo(new[] { "token_expiring 4" }));
    }

    [Test]
    public async Task Within_a_day_there_is_no_second_look()
    {
        await NextDay(1);
        var directory = await Connect("""{"expiresInDays":1}""");

        _server.Clock.Advance(TimeSpan.FromHours(23));
        await Look();
        var early = await Warnings(directory);
        _server.Clock.Advance(TimeSpan.FromMinutes(30));
        await Look();
        var later = await Warnings(directory);
        _server.Clock.Advance(TimeSpan.FromMinutes(31));
        await Look();

        Assert.That((early.Length, later.Length, await Warnings(directory)), Is.EqualTo((0, 0, new[] { "token_expired 0" })));
    }

    [Test]
    public async Task What_is_too_old_is_thrown_away_and_the_rest_stays()
    {
        var (old, live) = (await Connect("{}"), await Connect("{}"));
        await Execute(
            $"""
            INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by) SELECT id, id, id::text, '{"{read}"}', now(), 'test' FROM connections;
            INSERT INTO tokens (id, connection_id, oauth_client_id, jti_hash, hint, created_at, expires_at)
                SELECT gen_random_uuid(), id, id, sha256(id::text::bytea || expiry::text::bytea), '', now(), now() + expiry FROM connections, unnest(ARRAY[interval '-1 hour', '1 hour']) expiry;
            INSERT INTO idempotency_keys (admin_key_id, key_hash, request_hash, answer, created_at) VALUES (gen_random_uuid(), '', '', '', now()), (gen_random_uuid(), '', '', '', now() + interval '1 hour');
            INSERT INTO failed_logins (connection_id, id, occurred_at, reason, request_id) VALUES
                ('{old.Connection.Id}', gen_random_uuid(), now() - interval '29 days 1 hour', 'unknown', ''), ('{live.Connection.Id}', gen_random_uuid(), now() - interval '28 days', 'unknown', '');
            """);

        await NextDay(1);

        Assert.That(await old.Ask<string>(
            "SELECT concat_ws(' ', (SELECT count(*) FROM tokens WHERE oauth_client_id IS NOT NULL), (SELECT count(*) FROM tokens WHERE oauth_client_id IS NULL), (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM failed_logins), $1 IS NULL)"),
            Is.EqualTo("2 2 1 1 f"));
    }

    [Test]
    public async Task A_look_that_failed_is_taken_up_again_by_the_same_server()
    {
        var directory = await Connect("""{"expiresInDays":3}""");
        await Execute("ALTER TABLE oauth_clients RENAME TO away");
        Assert.That(() => NextDay(1), Throws.InstanceOf<PostgresException>());

        await Execute("ALTER TABLE away RENAME TO oauth_clients");
        await Look();

        Assert.That(await Warnings(directory), Is.EqualTo(new[] { "token_expiring 2" }));
    }

    /// <summary>A server whose first look, that of its start, is over.</summary>
    static async Task<ScimServer> StartAsync(string database)
    {
        var server = new ScimServer(database);
        server.StartServer();
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT count(*) = 1 FROM jobs");
        for (var tries = 0; !(bool)(await command.ExecuteScalarAsync())!; tries++)
        {
            Assert.That(tries, Is.LessThan(100));
            await Task.Delay(50);
        }
        return server;
    }

    async Task<TestDirectory> Connect(string token)
    {
        var connection = await _server.Connect(token);
        return new(_server.ClientWith(connection.Token), connection, _database);
    }

    Task Look() => _server.Services.GetRequiredService<DailyLook>().LookAsync(CancellationToken.None);

    Task Execute(string sql) => PostgresFixture.ExecuteAsync(sql, _database);

    Task NextDay(int days)
    {
        _server.Clock.Advance(TimeSpan.FromDays(days));
        return Look();
    }

    /// <summary>Type and days left, in order.</summary>
    static async Task<string[]> Warnings(TestDirectory directory)
    {
        var told = await directory.Ask<object>(
            """
            SELECT string_agg(substr(type, 12) || ' ' || (jsonb_path_query_first(changes, '$[*] ? (@.path == "daysLeft").new') #>> '{}'), ',' ORDER BY sequence)
            FROM events WHERE connection_id = $1 AND type ~ '_(expiring|expired)$'
            """);
        return told is string text ? text.Split(',') : [];
    }
}
