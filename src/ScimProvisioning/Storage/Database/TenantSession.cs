using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// A database session that one request uses for transactions confined to one connection (tenant) by row-level security.
/// <c>BEGIN</c> and the tenant travel with the first statements, <c>COMMIT</c> with the last: a read costs one round trip, a write two.
/// Statements after a commit begin the next transaction. Disposed without a commit, everything is rolled back.
/// </summary>
sealed class TenantSession(NpgsqlConnection connection, Guid tenant, string begin = "BEGIN") : IAsyncDisposable
{
    /// <summary>
    /// What a costly request may take, in all its statements together. Answered within 10 seconds, a client does not take it for an outage;
    /// Entra waits 60.
    /// </summary>
    static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    bool _begun;
    bool _isLifted;
    long? _limitedSince;

    public static async Task<TenantSession> OpenAsync(NpgsqlDataSource database, Guid tenant, CancellationToken ct) =>
        new(await database.OpenConnectionAsync(ct), tenant);

    /// <summary>The same, but every statement of a transaction sees the database as its first one did.</summary>
    public static async Task<TenantSession> OpenRepeatableAsync(NpgsqlDataSource database, Guid tenant, CancellationToken ct) =>
        new(await database.OpenConnectionAsync(ct), tenant, "BEGIN ISOLATION LEVEL REPEATABLE READ");

    /// <summary>Lets a transaction see that tenant's rows, and no others.</summary>
    // A literal, since SET takes no parameters; set_config() would not reach the workers of a sharded database.
    public static string Confine(Guid tenant) => $"SET LOCAL app.connection_id = '{tenant}'";

    /// <summary>
    /// From now on PostgreSQL stops a statement when the time for all of them has run out. For requests that may cost a lot, because no
    /// index serves them.
    /// </summary>
    public void LimitTime() => _limitedSince ??= Stopwatch.GetTimestamp();

    /// <summary>Ends the limit: what comes now is no part of the costly request, such as the write after a search.</summary>
    public void LiftLimit()
    {
        _isLifted = _limitedSince is not null;
        _limitedSince = null;
    }

    /// <summary>
    /// Whether a statement failed because it ran into the limit. Anything else that stops a statement, such as an operator, does so
    /// earlier.
    /// </summary>
    public bool HasRunOutOfTime(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.QueryCanceled && _limitedSince is { } since && Stopwatch.GetElapsedTime(since) >= Budget;

    /// <summary>Runs the statements in one round trip.</summary>
    public Task<NpgsqlDataReader> ReadAsync(CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements) =>
        RunAsync(statements, commit: false, ct);

    /// <summary>
    /// Runs the statements and commits in one round trip. The commit is done once the reader has been read to its end without an error.
    /// </summary>
    public Task<NpgsqlDataReader> CommitAsync(CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements) =>
        RunAsync(statements, commit: true, ct);

    async Task<NpgsqlDataReader> RunAsync(IEnumerable<NpgsqlBatchCommand> statements, bool commit, CancellationToken ct)
    {
        var batch = connection.CreateBatch();
        if (!_begun)
        {
            batch.BatchCommands.Add(new(begin));
            batch.BatchCommands.Add(new(Confine(tenant)));
            _begun = true;
        }
        if (_limitedSince is { } since)
            batch.BatchCommands.Add(new(Limit(Budget - Stopwatch.GetElapsedTime(since))));
        if (_isLifted)
            batch.BatchCommands.Add(new("SET LOCAL statement_timeout = DEFAULT"));
        _isLifted = false;
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        if (commit)
        {
            batch.BatchCommands.Add(new("COMMIT"));
            _begun = false;
        }
        return await batch.ExecuteReaderAsync(ct);
    }

    // In whole seconds, since the text of each value is kept as a statement of its own. 0 would be no limit.
    static string Limit(TimeSpan left) =>
        left > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = '{Math.Ceiling(left.TotalSeconds)}s'")
            : "SET LOCAL statement_timeout = '1ms'";

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
