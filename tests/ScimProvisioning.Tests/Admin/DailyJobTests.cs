using Npgsql;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Work;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class DailyJobTests
{
    DailyServer _server = null!;

    [SetUp]
    public async Task Start() => _server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync());

    [TearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Two_servers_that_run_the_job_at_once_warn_once()
    {
        using var other = DailyServer.Start(_server.Database);
        var directories = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _server.Connect("""{"expiresInDays":5}""")));
        foreach (var server in new[] { _server, other })
            server.Clock.Advance(TimeSpan.FromDays(1));

        await Task.WhenAll(new[] { _server, other, _server, other }.Select(server => server.RunJob()));

        foreach (var directory in directories)
            Assert.That(await DailyServer.Warnings(directory), Is.EqualTo(new[] { "token_expiring 4" }));
    }

    [Test]
    public async Task Within_a_day_there_is_no_second_run()
    {
        await _server.RunJob(1);
        var directory = await _server.Connect("""{"expiresInDays":1}""");

        _server.Clock.Advance(TimeSpan.FromHours(23));
        await _server.RunJob();
        var early = await DailyServer.Warnings(directory);
        _server.Clock.Advance(TimeSpan.FromMinutes(30));
        await _server.RunJob();
        var later = await DailyServer.Warnings(directory);
        _server.Clock.Advance(TimeSpan.FromMinutes(31));
        await _server.RunJob();

        Assert.That((early.Length, later.Length, await DailyServer.Warnings(directory)), Is.EqualTo((0, 0, new[] { "token_expired 0" })));
    }

    [Test]
    public async Task What_is_too_old_is_deleted_and_the_rest_stays()
    {
        var (old, live) = (await _server.Connect("{}"), await _server.Connect("{}"));
        var now = $"timestamptz '{_server.Clock.GetUtcNow():O}'";
        await _server.Execute(
            $"""
            INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
                SELECT id, id, id::text, '{"{read}"}', {now}, 'test' FROM connections;
            INSERT INTO tokens (id, connection_id, oauth_client_id, jti_hash, hint, created_at, expires_at)
                SELECT gen_random_uuid(), id, id, sha256(id::text::bytea || expiry::text::bytea), '', {now}, {now} + expiry
                FROM connections, unnest(ARRAY[interval '-1 hour', '1 hour']) expiry;
            INSERT INTO idempotency_keys (admin_key_id, key_hash, request_hash, answer, created_at) VALUES
                (gen_random_uuid(), '', '', '', {now}), (gen_random_uuid(), '', '', '', {now} + interval '1 hour');
            INSERT INTO failed_logins (connection_id, id, occurred_at, reason, request_id) VALUES
                ('{old.Connection.Id}', gen_random_uuid(), {now} - interval '29 days 1 hour', 'unknown', ''),
                ('{live.Connection.Id}', gen_random_uuid(), {now} - interval '28 days', 'unknown', '');
            """
        );

        await _server.RunJob(1);

        Assert.That(
            await old.Ask<string>(
                """
                SELECT concat_ws(
                    ' ',
                    (SELECT count(*) FROM tokens WHERE oauth_client_id IS NOT NULL),
                    (SELECT count(*) FROM tokens WHERE oauth_client_id IS NULL),
                    (SELECT count(*) FROM idempotency_keys),
                    (SELECT count(*) FROM failed_logins),
                    $1 IS NULL)
                """
            ),
            Is.EqualTo("2 2 1 1 f")
        );
    }

    [Test]
    public async Task Much_that_is_too_old_is_deleted_a_thousand_rows_at_a_time()
    {
        var directory = await _server.Connect("{}");
        var old = $"timestamptz '{_server.Clock.GetUtcNow():O}' - interval '1000 days'";
        await _server.Execute(
            $"""
            INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
                SELECT id, id, id::text, '{"{read}"}', {old}, 'test' FROM connections;
            INSERT INTO tokens (id, connection_id, oauth_client_id, jti_hash, hint, created_at, expires_at)
                SELECT gen_random_uuid(), c.id, c.id, sha256(n::text::bytea), '', {old}, {old}
                FROM connections c, generate_series(1, 2100) n;
            INSERT INTO idempotency_keys (admin_key_id, key_hash, request_hash, answer, created_at)
                SELECT gen_random_uuid(), '', '', '', {old} FROM generate_series(1, 2100);
            INSERT INTO failed_logins (connection_id, id, occurred_at, reason, request_id)
                SELECT c.id, gen_random_uuid(), {old}, 'unknown', '' FROM connections c, generate_series(1, 2100);
            CREATE FUNCTION limit_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF (SELECT count(*) FROM gone) > 1000 THEN RAISE EXCEPTION 'too many rows in a statement'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER limit_rows AFTER DELETE ON tokens REFERENCING OLD TABLE AS gone EXECUTE FUNCTION limit_rows();
            CREATE TRIGGER limit_rows AFTER DELETE ON idempotency_keys REFERENCING OLD TABLE AS gone EXECUTE FUNCTION limit_rows();
            CREATE TRIGGER limit_rows AFTER DELETE ON failed_logins REFERENCING OLD TABLE AS gone EXECUTE FUNCTION limit_rows();
            """
        );

        await _server.RunJob(1);

        Assert.That(
            await directory.Ask<string>(
                """
                SELECT concat_ws(
                    ' ',
                    (SELECT count(*) FROM tokens WHERE oauth_client_id IS NOT NULL),
                    (SELECT count(*) FROM idempotency_keys),
                    (SELECT count(*) FROM failed_logins),
                    $1 IS NULL)
                """
            ),
            Is.EqualTo("0 0 0 f")
        );
    }

    [Test]
    public async Task A_run_that_failed_is_tried_again_after_a_pause()
    {
        var directory = await _server.Connect("""{"expiresInDays":3}""");
        await _server.Execute("ALTER TABLE oauth_clients RENAME TO away");
        Assert.That(() => _server.RunJob(1), Throws.InstanceOf<PostgresException>());

        await _server.Execute("ALTER TABLE away RENAME TO oauth_clients");
        await _server.RunJob();
        var early = await DailyServer.Warnings(directory);
        _server.Clock.Advance(Lease.Life);
        await _server.RunJob();

        Assert.That((early, await DailyServer.Warnings(directory)), Is.EqualTo((Array.Empty<string>(), new[] { "token_expiring 2" })));
    }

    [Test]
    public async Task The_run_of_a_server_that_was_killed_is_taken_over_by_another()
    {
        var directory = await _server.Connect("""{"expiresInDays":3}""");
        await using var database = NpgsqlDataSource.Create(_server.Database);
        await using (var connection = await database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The killed server waits for this lock in the middle of its run.
            await new NpgsqlCommand("LOCK TABLE oauth_clients", connection).ExecuteNonQueryAsync();
            using var other = ServerProcess.Start(
                ("ConnectionStrings__Postgres", _server.Database),
                ("Admin__ApiKey", ScimServer.AdminKey),
                ("Tokens__SigningKey", ScimServer.SigningKey),
                ("ASPNETCORE_URLS", "http://127.0.0.1:0")
            );
            await other.ListensOnAsync();
            await PostgresFixture.UntilAsync(
                _server.Database,
                "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'oauth_clients'::regclass AND NOT granted"
            );
            await other.KillAsync();
        }

        await _server.RunJob();
        var early = await DailyServer.Warnings(directory);
        // The killed server had the real time, which is later than the clock of this one.
        _server.Clock.Advance(TimeSpan.FromHours(1));
        await _server.RunJob();

        Assert.That((early, await DailyServer.Warnings(directory)), Is.EqualTo((Array.Empty<string>(), new[] { "token_expiring 3" })));
    }
}
