using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Admin;

namespace ScimProvisioning.Tests.Admin;

/// <summary>A server on a database of its own, since there is one daily look for all connections; the look of its start is over.</summary>
sealed class DailyServer : IDisposable
{
    readonly ScimServer _server;

    DailyServer(string database) => (_server, Database) = (new(database), database);

    public string Database { get; }

    public TestClock Clock => _server.Clock;

    public static async Task<DailyServer> StartAsync(string database)
    {
        var server = new DailyServer(database);
        server._server.StartServer();
        await PostgresFixture.UntilAsync(database, "SELECT count(*) = 1 FROM jobs");
        return server;
    }

    public async Task<TestDirectory> Connect(string token)
    {
        var connection = await _server.Connect(token);
        return new(_server.ClientWith(connection.Token), connection, Database);
    }

    public Task Execute(string sql) => PostgresFixture.ExecuteAsync(sql, Database);

    public Task Look() => _server.Services.GetRequiredService<DailyJob>().LookAsync(CancellationToken.None);

    /// <summary>Looks so many days later.</summary>
    public Task Look(int days)
    {
        Clock.Advance(TimeSpan.FromDays(days));
        return Look();
    }

    /// <summary>Type and days left, in order.</summary>
    public static async Task<string[]> Warnings(TestDirectory directory)
    {
        var told = await directory.Ask<object>(
            """
            SELECT string_agg(substr(type, 12) || ' ' || (jsonb_path_query_first(changes, '$[*] ? (@.path == "daysLeft").new') #>> '{}'), ',' ORDER BY sequence)
            FROM events WHERE connection_id = $1 AND type ~ '_(expiring|expired)$'
            """
        );
        return told is string text ? text.Split(',') : [];
    }

    public void Dispose() => _server.Dispose();
}
