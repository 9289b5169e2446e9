using System.Globalization;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class ExpiryWarningTests
{
    DailyServer _server = null!;

    [SetUp]
    public async Task Start() => _server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync());

    [TearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_token_is_warned_of_once_at_each_threshold_and_once_when_it_has_expired()
    {
        var directory = await _server.Connect("""{"label":"Entra","expiresInDays":70}""");

        var told = new List<string>();
        for (var day = 1; day <= 73; day++)
        {
            await _server.RunJob(1);
            foreach (var warning in (await DailyServer.Warnings(directory)).Skip(told.Count))
                told.Add($"{warning} on day {day}");
        }

        Assert.That(
            told,
            Is.EqualTo(
                new[]
                {
                    "token_expiring 60 on day 10",
                    "token_expiring 30 on day 40",
                    "token_expiring 14 on day 56",
                    "token_expiring 7 on day 63",
                    "token_expiring 1 on day 69",
                    "token_expired 0 on day 70",
                }
            )
        );
    }

    [TestCase("15,5,100", "token_expiring 25,token_expired 0")]
    [TestCase("35,35", "token_expiring 5,token_expired 0")]
    [TestCase("100,1", "token_expired 0")]
    public async Task Of_thresholds_that_have_passed_unseen_only_the_nearest_is_told(string days, string told)
    {
        var directory = await _server.Connect("""{"expiresInDays":40}""");

        foreach (var day in days.Split(','))
            await _server.RunJob(int.Parse(day, CultureInfo.InvariantCulture));

        Assert.That(string.Join(',', await DailyServer.Warnings(directory)), Is.EqualTo(told));
    }

    [Test]
    public async Task A_warning_names_the_token_and_holds_no_secret()
    {
        var directory = await _server.Connect("""{"label":"Entra","expiresInDays":7}""");

        await _server.RunJob(1);

        var warning = await directory.Ask<string>(
            "SELECT changes || actor FROM changes WHERE connection_id = $1 AND type = 'connection.token_expiring'"
        );
        Assert.That(
            warning,
            Does.Contain($"{directory.Connection.TokenId}").And.Contain("\"Entra\"").And.Contain("expiresAt").And.EndsWith("server")
        );
    }

    [Test]
    public async Task Client_secrets_are_warned_of_with_the_label_of_their_client()
    {
        var directory = await _server.Connect("{}");
        await _server.Execute(
            $"""
            WITH client AS (INSERT INTO oauth_clients (id, connection_id, client_id, label, scopes, created_at, created_by)
                VALUES (gen_random_uuid(), '{directory.Connection.Id}', 'client', 'Okta', '{"{read}"}', now(), 'test') RETURNING id)
            INSERT INTO oauth_client_secrets (id, connection_id, oauth_client_id, hash, hint, created_at, created_by, expires_at)
            SELECT gen_random_uuid(), '{directory.Connection.Id}', id, 'hash', 'hint', now(), 'test', '{_server.Clock.GetUtcNow().AddDays(
                10
            ):O}'
            FROM client
            """
        );

        await _server.RunJob(1);
        await _server.RunJob(10);

        Assert.That(await DailyServer.Warnings(directory), Is.EqualTo(new[] { "client_secret_expiring 9", "client_secret_expired 0" }));
        Assert.That(
            await directory.Ask<string>(
                "SELECT string_agg(changes::text, '') FROM changes WHERE connection_id = $1 AND type LIKE '%secret_ex%'"
            ),
            Does.Contain("Okta")
        );
    }

    [Test]
    public async Task A_connection_that_is_deleted_meanwhile_does_not_end_the_run()
    {
        var directories = new[] { await _server.Connect("""{"expiresInDays":3}"""), await _server.Connect("""{"expiresInDays":3}""") };
        var told = new List<Guid>();

        await foreach (var warning in _server.ExpiryWarnings())
        {
            told.Add(warning.ConnectionId);
            await _server.Execute($"UPDATE connections SET state = 'deleted' WHERE id <> '{warning.ConnectionId}'");
        }

        Assert.That(told, Has.Count.EqualTo(1).And.SubsetOf(directories.Select(directory => directory.Connection.Id)));
    }

    [TestCase("UPDATE tokens SET revoked_at = now()")]
    [TestCase("UPDATE connections SET state = 'disconnected'")]
    [TestCase("UPDATE connections SET state = 'deleted'")]
    [TestCase("UPDATE tokens SET expires_at = NULL")]
    [TestCase(
        """
            INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
            SELECT id, id, 'c', '{read}', now(), 'test' FROM connections;
            UPDATE tokens SET oauth_client_id = connection_id
            """
    )]
    public async Task What_is_not_to_expire_is_not_warned_of(string statement)
    {
        var directory = await _server.Connect("""{"expiresInDays":3}""");
        await _server.Execute(statement);

        await _server.RunJob(1);
        await _server.RunJob(3);

        Assert.That(await DailyServer.Warnings(directory), Is.Empty);
    }
}
