using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Auth;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Faults;

/// <summary>PostgreSQL runs, but does not serve: what an operator or a failing machine can do to it.</summary>
[TestFixture, Parallelizable]
sealed class UnservingDatabaseTests
{
    const string CutSessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{db}' AND pid <> pg_backend_pid()";

    static readonly TestCaseData[] Ways =
    [
        new("25006 read-only", "ALTER DATABASE {db} SET default_transaction_read_only = on", "ALTER DATABASE {db} RESET ALL", true),
        new("53300 no room", "ALTER ROLE {role} CONNECTION LIMIT 0", "ALTER ROLE {role} CONNECTION LIMIT -1", false),
        new("55000 closed", "ALTER DATABASE {db} ALLOW_CONNECTIONS false", "ALTER DATABASE {db} ALLOW_CONNECTIONS true", false),
        new("28000 no login", "ALTER ROLE {role} NOLOGIN", "ALTER ROLE {role} LOGIN", false),
        new("28P01 new password", "ALTER ROLE {role} PASSWORD 'other'", "ALTER ROLE {role} PASSWORD '{role}'", false),
        new("3D000 away", "ALTER DATABASE {db} RENAME TO {db}_away", "ALTER DATABASE {db}_away RENAME TO {db}", false),
    ];

    string _role = "";
    string _database = "";
    string _name = "";
    ScimServer _server = null!;
    TestDirectory _directory = null!;
    TestOAuthClient _client = null!;
    string _user = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        // No superuser: PostgreSQL limits nothing for those.
        _role = $"unserved_{Environment.ProcessId}";
        await PostgresFixture.ExecuteAsync($"CREATE ROLE {_role} LOGIN CREATEROLE");
        _database = await PostgresFixture.CreateEmptyDatabaseAsync(_role) + "Timeout=2;";
        _name = new NpgsqlConnectionStringBuilder(_database).Database!;
        _server = new(_database);
        _directory = await TestDirectory.CreateAsync(_server, _database);
        _client = await TestOAuthClient.CreateAsync(_server, _directory.Connection.Id);
        _user = await _directory.User("ada");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCaseSource(nameof(Ways))]
    public async Task Every_way_in_is_503_with_Retry_After_until_it_serves_again(string _, string fault, string mend, bool readsGoOn)
    {
        IReadOnlyList<(string Request, int Status, TimeSpan? RetryAfter)> during;
        await FaultAsync(fault);
        try
        {
            await Sql(CutSessions);
            during = await RequestsAsync("during", withReads: !readsGoOn);
        }
        finally
        {
            await Sql(mend);
        }

        Assert.That(during.Select(answer => $"{answer.Request}: {answer.Status}"), Has.All.EndsWith(": 503"));
        Assert.That(during.Select(answer => answer.RetryAfter), Has.All.GreaterThan(TimeSpan.Zero));
        // Sessions that began while it was read-only stay so; the server must get rid of them.
        await Wait.UntilAsync(
            async () => (await RequestsAsync("after", withReads: true)).All(answer => answer.Status < 300),
            "everything is served again"
        );
    }

    [TestCase("SELECT pg_cancel_backend(pid)", Description = "57014 from outside")]
    [TestCase("SELECT pg_terminate_backend(pid)", Description = "57P01")]
    public async Task A_request_that_an_operator_stops_is_503(string stop)
    {
        await using var hold = new NpgsqlConnection(_database);
        await hold.OpenAsync();
        await using var transaction = await hold.BeginTransactionAsync();
        await using var lockTable = new NpgsqlCommand("LOCK TABLE resources", hold, transaction);
        await lockTable.ExecuteNonQueryAsync();

        // The search has a time limit of its own, the others have not.
        var waiting = new[]
        {
            _directory.Get("/Users?filter=title%20co%20%22x%22"),
            _directory.Get($"/Users/{_user}"),
            _directory.Patch($"/Users/{_user}", """{"op":"add","path":"title","value":"x"}"""),
        };
        var stopped = $"{stop} FROM pg_stat_activity WHERE datname = '{_name}' AND wait_event_type = 'Lock'";
        await Wait.UntilAsync(
            async () =>
            {
                await Sql(stopped);
                return waiting.All(request => request.IsCompleted);
            },
            "all are stopped"
        );

        Assert.That((await Task.WhenAll(waiting)).Select(answer => answer.Error), Has.All.EqualTo((503, (string?)null)));
    }

    [Test]
    public async Task A_pool_without_a_free_session_is_503()
    {
        await using var server = new ScimServer(_database + "Maximum Pool Size=2;Timeout=1;");
        using var client = server.ClientWith(_directory.Connection.Token);
        var pool = server.Services.GetRequiredService<NpgsqlDataSource>();
        await using var first = await TakeSessionAsync(pool);
        // The other one belongs to the listener.
        await PostgresFixture.UntilListeningAsync(_database, 2);

        var answer = await Answer.ReadAsync(await client.GetAsync(new Uri($"/scim/v2/Users/{_user}", UriKind.Relative)));

        Assert.That(answer.Error, Is.EqualTo((503, (string?)null)));
    }

    /// <summary>A job of the server may have taken both for a moment.</summary>
    static async Task<NpgsqlConnection> TakeSessionAsync(NpgsqlDataSource pool)
    {
        NpgsqlConnection? session = null;
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    session = await pool.OpenConnectionAsync();
                }
                catch (NpgsqlException) { }
                return session is not null;
            },
            "a session is free"
        );
        return session!;
    }

    async Task<IReadOnlyList<(string Request, int Status, TimeSpan? RetryAfter)>> RequestsAsync(string run, bool withReads)
    {
        var answers = new List<(string, int, TimeSpan?)>();
        if (withReads)
        {
            await Ask("GET", $"/scim/v2/Users/{_user}", _directory.Connection.Token);
            await Ask("GET", "/scim/v2/Users?filter=title%20co%20%22x%22", _directory.Connection.Token);
            await Ask("GET", "/api/v1/connections", ScimServer.AdminKey);
        }
        var name = RandomName.Create($"{run}.");
        await Ask("POST", "/scim/v2/Users", _directory.Connection.Token, $$"""{"userName":"{{name}}"}""");
        await Ask("POST", "/api/v1/organizations", ScimServer.AdminKey, """{"name":"Acme"}""");
        using (var form = new StringContent($"{TestOAuthClient.Grant}&client_id={_client.ClientId}&client_secret={_client.Secret}"))
        {
            form.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            using var response = await _server.ClientWith(null).PostAsync(new Uri("/oauth2/token", UriKind.Relative), form);
            answers.Add(("POST /oauth2/token", (int)response.StatusCode, response.Headers.RetryAfter?.Delta));
        }
        return answers;

        async Task Ask(string method, string path, string key, string? json = null)
        {
            using var client = _server.ClientWith(key);
            using var request = new HttpRequestMessage(new(method), path);
            if (json is not null)
                request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
            using var response = await client.SendAsync(request);
            answers.Add(($"{method} {path}", (int)response.StatusCode, response.Headers.RetryAfter?.Delta));
        }
    }

    /// <summary>A database is renamed only while nobody uses it, and the server may come back between the two statements.</summary>
    Task FaultAsync(string fault) =>
        Wait.UntilAsync(
            async () =>
            {
                await Sql(CutSessions);
                try
                {
                    await Sql(fault);
                    return true;
                }
                catch (PostgresException inUse) when (inUse.SqlState == PostgresErrorCodes.ObjectInUse)
                {
                    return false;
                }
            },
            "the fault is there"
        );

    Task Sql(string sql) =>
        PostgresFixture.ExecuteAsync(
            sql.Replace("{db}", _name, StringComparison.Ordinal).Replace("{role}", _role, StringComparison.Ordinal)
        );
}
