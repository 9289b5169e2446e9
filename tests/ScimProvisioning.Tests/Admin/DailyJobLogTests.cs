using System.Net;
using System.Net.Sockets;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Admin;

/// <summary>What the daily job of a start says in the log.</summary>
[TestFixture, Parallelizable]
sealed class DailyJobLogTests
{
    string _database = "";
    TestConnection _connection = null!;

    [SetUp]
    public async Task Prepare()
    {
        await using var server = new ScimServer(_database = await PostgresFixture.CreateDatabaseAsync());
        _connection = await server.Connect("""{"label":"Entra","expiresInDays":5}""");
    }

    [TestCase("now() + interval '5 days'", "Token {0} of connection {1} expires within 5 days")]
    [TestCase("now() - interval '1 hour'", "Token {0} of connection {1} has expired")]
    public async Task A_warning_is_one_line_with_ids_alone(string expiresAt, string text)
    {
        await PostgresFixture.ExecuteAsync($"DELETE FROM jobs; UPDATE tokens SET expires_at = {expiresAt}, warned_days = NULL", _database);
        using var process = StartServer("http://127.0.0.1:0");

        var line = await process.SaysAsync($"{_connection.TokenId}");

        Assert.That(
            line,
            Does.Contain("warn:")
                .And.Not.Contain("Entra")
                .And.EndsWith(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, _connection.TokenId, _connection.Id))
        );
    }

    [Test]
    public async Task What_was_deleted_is_told_with_its_number()
    {
        await PostgresFixture.ExecuteAsync(
            $"""
            DELETE FROM jobs;
            INSERT INTO failed_logins (connection_id, id, occurred_at, reason, request_id)
                SELECT '{_connection.Id}', gen_random_uuid(), now() - interval '31 days', 'unknown', '' FROM generate_series(1, 3);
            """,
            _database
        );
        using var process = StartServer("http://127.0.0.1:0");

        Assert.That(await process.SaysAsync("failed logins"), Does.Contain("Deleted 3 failed logins that were kept long enough"));
    }

    [Test]
    public async Task A_run_that_fails_is_told_in_one_line_and_the_server_goes_on()
    {
        await PostgresFixture.ExecuteAsync("ALTER TABLE jobs RENAME TO away", _database);
        var url = $"http://127.0.0.1:{FreePort()}";
        using var process = StartServer(url);

        var line = await process.SaysAsync("The daily job was not done");

        Assert.That(line, Does.Contain("relation \"jobs\" does not exist").And.EndsWith("next try in 00:05:00"));
        using var client = new HttpClient { BaseAddress = new(url) };
        for (var tries = 0; ; tries++)
        {
            try
            {
                Assert.That((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
                return;
            }
            // It may not listen yet.
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    ServerProcess StartServer(string url) =>
        ServerProcess.Start(
            ("ConnectionStrings__Postgres", _database),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("ASPNETCORE_URLS", url)
        );

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
