using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Admin;
using ScimProvisioning.Admin.Credentials;

namespace ScimProvisioning.Tests.Admin;

/// <summary>A server on a database of its own, since there is one daily job for all connections.</summary>
sealed class DailyServer : IDisposable
{
    readonly ScimServer _server;

    DailyServer(string database, Dictionary<string, string>? settings) => (_server, Database) = (new(database, settings), database);

    public string Database { get; }

    public FakeTimeProvider Clock => _server.Clock;

    public HttpClient Admin => _server.Admin;

    public static DailyServer Start(string database, Dictionary<string, string>? settings = null)
    {
        var server = new DailyServer(database, settings);
        server._server.StartServer();
        return server;
    }

    public async Task<TestDirectory> Connect(string token)
    {
        var connection = await _server.Connect(token);
        return new(_server.ClientWith(connection.Token), connection, Database);
    }

    public Task Execute(string sql) => PostgresFixture.ExecuteAsync(sql, Database);

    public Task RunJob() => _server.Services.GetRequiredService<DailyJob>().RunIfDueAsync(CancellationToken.None);

    /// <summary>Runs the job so many days later.</summary>
    public Task RunJob(int days)
    {
        Clock.Advance(TimeSpan.FromDays(days));
        return RunJob();
    }

    public IAsyncEnumerable<Expiring> ExpiryWarnings() =>
        ActivatorUtilities.CreateInstance<ExpiryWarnings>(_server.Services).TellAsync(CancellationToken.None);

    /// <summary>Type and days left, in order.</summary>
    public static async Task<string[]> Warnings(TestDirectory directory)
    {
        var told = await directory.Ask<object>(
            """
            SELECT string_agg(
                substr(type, 12) || ' ' || (jsonb_path_query_first(changes, '$[*] ? (@.path == "daysLeft").new') #>> '{}'),
                ',' ORDER BY sequence)
            FROM changes WHERE connection_id = $1 AND type ~ '_(expiring|expired)$'
            """
        );
        return told is string text ? text.Split(',') : [];
    }

    public void Dispose() => _server.Dispose();
}
