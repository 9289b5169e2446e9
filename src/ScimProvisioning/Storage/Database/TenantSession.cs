using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// A database session that one request uses for transactions confined to one connection (tenant) by row-level security.
/// <c>BEGIN</c> and the tenant travel with the first statements, <c>COMMIT</c> with the last: what needs one batch costs one round trip.
/// Statements after a commit begin the next transaction. Disposed without a commit, everything is rolled back.
/// </summary>
sealed class TenantSession : IAsyncDisposable
{
    /// <summary>
    /// What a costly request may take, in all its statements together and with what it has waited before. Answered within 10 seconds, a
    /// client does not take it for an outage; Entra waits 60.
    /// </summary>
    static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    /// <summary>What is left of it however long the request has waited.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>The <c>lock_timeout</c> of <see cref="PostgresPool"/>, for requests that have not waited.</summary>
    static readonly TimeSpan LongestLock = TimeSpan.FromSeconds(10);

    readonly NpgsqlConnection _connection;
    readonly Guid _tenant;
    readonly string _begin;
    readonly TimeSpan _waited;
    readonly long _opened = Stopwatch.GetTimestamp();

    bool _begun;
    bool _isLifted;
    (long Since, TimeSpan Time)? _limit;
    CancellationToken _cancel;

    TenantSession(NpgsqlConnection connection, Guid tenant, string begin, TimeSpan waited) =>
        (_connection, _tenant, _begin, _waited) = (connection, tenant, begin, waited);

    /// <param name="waited">What the request has waited before it asks for this session.</param>
    public static async Task<TenantSession> OpenAsync(
        NpgsqlDataSource database,
        Guid tenant,
        CancellationToken ct,
        TimeSpan waited = default
    )
    {
        var asked = Stopwatch.GetTimestamp();
        var connection = await database.OpenConnectionAsync(ct);
        return new(connection, tenant, "BEGIN", waited + Stopwatch.GetElapsedTime(asked));
    }

    /// <summary>The same, but every statement of a transaction sees the database as its first one did.</summary>
    public static async Task<TenantSession> OpenRepeatableAsync(NpgsqlDataSource database, Guid tenant, CancellationToken ct) =>
        new(await database.OpenConnectionAsync(ct), tenant, "BEGIN ISOLATION LEVEL REPEATABLE READ", waited: default);

    /// <summary>Lets a transaction see that tenant's rows, and no others.</summary>
    // A literal, since SET takes no parameters; set_config() would not reach the workers of a sharded database.
    public static string Confine(Guid tenant) => $"SET LOCAL app.connection_id = '{tenant}'";

    /// <summary>How long Npgsql waits for the answers to one batch; <c>null</c>: as the connection string says.</summary>
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>
    /// From now on PostgreSQL stops a statement when the time for all of them has run out. For requests that may cost a lot, because no
    /// index serves them.
    /// </summary>
    public void LimitTime()
    {
        var left = Budget - _waited - Stopwatch.GetElapsedTime(_opened);
        _limit ??= (Stopwatch.GetTimestamp(), left > Least ? left : Least);
    }

    /// <summary>Ends the limit: what comes now is no part of the costly request, such as the write after a search.</summary>
    public void LiftLimit()
    {
        _isLifted = _limit is not null;
        _limit = null;
    }

    /// <summary>
    /// Whether a statement failed because it ran into the limit. Anything else that stops a statement, such as an operator, does so
    /// earlier.
    /// </summary>
    public bool HasRunOutOfTime(PostgresException failure) => failure.SqlState is PostgresErrorCodes.QueryCanceled && IsOver;

    /// <summary>For a statement that has run out of time: refuses it here unless it had its fair share of the time.</summary>
    /// <exception cref="UnavailableException">Waiting took most of the time: the request may be good when it need not wait.</exception>
    public void RequireFairTime(PostgresException failure)
    {
        if (_limit is { } limit && limit.Time < Budget / 2)
            throw new UnavailableException(
                "The request has waited for others so long that no time was left for it. Nothing was changed: send it again, "
                    + "and fewer at the same time.",
                failure
            );
    }

    /// <summary>Runs the statements in one round trip.</summary>
    public Task<NpgsqlDataReader> ReadAsync(CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements) =>
        RunAsync(statements, commit: false, ct);

    /// <summary>
    /// Runs the statements and commits in one round trip. The commit is done once the reader has been read to its end without an error.
    /// </summary>
    public Task<NpgsqlDataReader> CommitAsync(CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements) =>
        RunAsync(statements, commit: true, ct);

    /// <summary>The same for statements that answer nothing: the commit is done when this returns.</summary>
    /// <returns>How many rows they have changed.</returns>
    public async Task<int> CommitAllAsync(CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements)
    {
        await using var rows = await CommitAsync(ct, statements);
        await EndAsync(rows, ct);
        return rows.RecordsAffected;
    }

    /// <summary>Reads what <see cref="CommitAsync"/> answers to the outcome of the COMMIT: only then is the write done.</summary>
    public static async Task EndAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        while (await rows.NextResultAsync(ct)) { }
    }

    async Task<NpgsqlDataReader> RunAsync(IEnumerable<NpgsqlBatchCommand> statements, bool commit, CancellationToken ct)
    {
        _cancel = ct;
        var batch = _connection.CreateBatch();
        if (CommandTimeout is { } timeout)
            batch.Timeout = (int)timeout.TotalSeconds;
        if (!_begun)
        {
            batch.BatchCommands.Add(new(_begin));
            batch.BatchCommands.Add(new(Confine(_tenant)));
            if (_waited >= Least)
                batch.BatchCommands.Add(new(LimitLocks(LongestLock - _waited)));
            _begun = true;
        }
        if (_limit is { } limit)
            batch.BatchCommands.Add(new(Limit(limit.Time - Stopwatch.GetElapsedTime(limit.Since))));
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

    static string LimitLocks(TimeSpan left) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = '{Math.Max(1, (int)left.TotalSeconds)}s'");

    // In whole seconds, since the text of each value is kept as a statement of its own. 0 would be no limit.
    static string Limit(TimeSpan left) =>
        left > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = '{Math.Ceiling(left.TotalSeconds)}s'")
            : "SET LOCAL statement_timeout = '1ms'";

    bool IsOver => _limit is { } limit && Stopwatch.GetElapsedTime(limit.Since) >= limit.Time;

    public async ValueTask DisposeAsync()
    {
        if (_cancel.IsCancellationRequested || IsOver)
            await ForgetPreparedAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>
    /// Makes the session fit for the next request after a statement was stopped. Npgsql 10 takes a statement for prepared that PostgreSQL
    /// was stopped at while it planned it, but knows none of its columns: the next one of that text, in another request, would fail with
    /// "Received unexpected backend message DataRow".
    /// </summary>
    async Task ForgetPreparedAsync()
    {
        try
        {
            await using (var rollback = new NpgsqlCommand("ROLLBACK", _connection))
                await rollback.ExecuteNonQueryAsync();
            _connection.UnprepareAll();
        }
        // The session is broken, and so never used again.
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException) { }
    }
}
