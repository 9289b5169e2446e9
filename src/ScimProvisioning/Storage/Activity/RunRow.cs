using System.Text.Json;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>A row of the table <c>runs</c>.</summary>
/// <param name="LastAt">When its last request came.</param>
/// <param name="EndedAt"><c>null</c>: the next request may still be part of it.</param>
/// <param name="NotLogged">Requests that are missing in the log, as far as the servers know.</param>
/// <param name="Figures">What it has done; <c>null</c>: it is not closed, and is counted when it is asked for.</param>
/// <param name="ReadAt">By the clock of the database, as all times of runs and requests.</param>
sealed record RunRow(
    Guid ConnectionId,
    Guid OrganizationId,
    Guid Id,
    DateTimeOffset StartedAt,
    DateTimeOffset LastAt,
    DateTimeOffset? EndedAt,
    long NotLogged,
    RunFigures? Figures,
    DateTimeOffset ReadAt
)
{
    const string Columns = "connection_id, organization_id, id, started_at, last_at, ended_at, not_logged, figures::text, now()";

    /// <summary>The newest first.</summary>
    /// <param name="before">The last one of the page before; <c>null</c>: the first page.</param>
    public static NpgsqlBatchCommand Page(Guid connection, Guid? before, int most)
    {
        var sql = new Sql();
        var older = before is { } id ? $" AND id < {sql.Add(id)}" : "";
        return sql.Statement(
            $"SELECT {Columns} FROM runs WHERE connection_id = {sql.Add(connection)}{older} ORDER BY id DESC LIMIT {sql.Add((long)most)}"
        );
    }

    public static NpgsqlBatchCommand One(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM runs WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}");
    }

    /// <summary>The runs that have requests between two times, both included.</summary>
    public static NpgsqlBatchCommand Within(Guid connection, DateTimeOffset first, DateTimeOffset last)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM runs WHERE connection_id = {sql.Add(connection)}
                AND last_at >= {sql.Add(first)} AND started_at <= {sql.Add(last)}
            """
        );
    }

    /// <summary>The last full run that is closed.</summary>
    public static NpgsqlBatchCommand LastFull(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM runs WHERE connection_id = {sql.Add(connection)} AND figures ->> 'kind' = 'full' ORDER BY id DESC LIMIT 1
            """
        );
    }

    public static async Task<List<RunRow>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<RunRow>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetGuid(1),
                    rows.GetGuid(2),
                    rows.GetFieldValue<DateTimeOffset>(3),
                    rows.GetFieldValue<DateTimeOffset>(4),
                    rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                    rows.GetInt64(6),
                    rows.IsDBNull(7) ? null : JsonSerializer.Deserialize<RunFigures>(rows.GetString(7), RunFigures.Json),
                    rows.GetFieldValue<DateTimeOffset>(8)
                )
            );
        return read;
    }

    /// <summary>Lets runs go on to these requests; where the gap was too long, or there is none, another one begins.</summary>
    /// <param name="came">For each connection its first and last request, and how many could not be logged.</param>
    public static IEnumerable<NpgsqlBatchCommand> GoOn(IReadOnlyList<RunTouch> came, TimeSpan gap)
    {
        // First all locks, in one order: servers that write at the same time wait for each other.
        var locks = new Sql();
        yield return locks.Statement(
            $"""
            SELECT FROM runs WHERE connection_id = ANY({locks.Add([.. came.Select(c => c.ConnectionId)])}) AND ended_at IS NULL
            ORDER BY connection_id FOR UPDATE
            """
        );
        var end = new Sql();
        yield return end.Statement(
            $"""
            UPDATE runs SET ended_at = last_at FROM {Came(end, came)}
            WHERE runs.connection_id = came.connection_id AND ended_at IS NULL AND came.first > last_at + {Interval(gap)}
            """
        );
        var go = new Sql();
        yield return go.Statement(
            $"""
            INSERT INTO runs (connection_id, organization_id, id, started_at, last_at, not_logged)
            SELECT c.id, c.organization_id, came.id, first, last, not_logged FROM {Came(go, came)}
            JOIN connections c ON c.id = came.connection_id ORDER BY c.id
            ON CONFLICT (connection_id) WHERE ended_at IS NULL DO UPDATE SET last_at = greatest(runs.last_at, excluded.last_at),
                started_at = least(runs.started_at, excluded.started_at), not_logged = runs.not_logged + excluded.not_logged
            """
        );
    }

    /// <summary>Ends runs after which nothing has come for so long, except those that go on at this moment.</summary>
    public static NpgsqlBatchCommand EndSilent(TimeSpan gap) =>
        new(
            $"""
            UPDATE runs SET ended_at = last_at WHERE (connection_id, id) IN (
                SELECT connection_id, id FROM runs WHERE closed_at IS NULL AND ended_at IS NULL AND last_at < now() - {Interval(gap)}
                FOR UPDATE SKIP LOCKED)
            """
        );

    /// <summary>The runs that have ended and are to be counted.</summary>
    public static NpgsqlBatchCommand Ended() =>
        new("SELECT connection_id, id FROM runs WHERE closed_at IS NULL AND ended_at IS NOT NULL ORDER BY last_at LIMIT 1000");

    /// <summary>
    /// Asks for the right to close runs of a connection: one row that is true, or false while another server does it. A lock of its own,
    /// since the lock of a row would make this a transaction that writes, and nothing of anybody is released while one counts.
    /// </summary>
    public static NpgsqlBatchCommand Lock(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT pg_try_advisory_xact_lock(hashtextextended('runs ' || {sql.Add(connection)}::text, 0))");
    }

    /// <summary>
    /// A run that has ended and is not closed. Runs of a connection are closed in their order, since each begins in the change log where
    /// the one before has ended.
    /// </summary>
    public static NpgsqlBatchCommand ToClose(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM runs WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}
                AND ended_at IS NOT NULL AND closed_at IS NULL AND NOT EXISTS (
                    SELECT FROM runs earlier WHERE earlier.connection_id = runs.connection_id AND earlier.closed_at IS NULL
                        AND (earlier.started_at, earlier.id) < (runs.started_at, runs.id))
            """
        );
    }

    /// <summary>Answers a row if it was not closed before.</summary>
    public NpgsqlBatchCommand Close(RunFigures figures)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE runs SET closed_at = now(), figures = {sql.AddJson(JsonSerializer.Serialize(figures, RunFigures.Json))}
            WHERE connection_id = {sql.Add(ConnectionId)} AND id = {sql.Add(Id)} AND closed_at IS NULL RETURNING id
            """
        );
    }

    public static string Interval(TimeSpan time) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"interval '{time.TotalSeconds} seconds'");

    static string Came(Sql sql, IReadOnlyList<RunTouch> came)
    {
        string[] values =
        [
            sql.Add([.. came.Select(c => c.ConnectionId)]),
            sql.Add([.. came.Select(c => Guid.CreateVersion7(c.First))]),
            sql.Add([.. came.Select(c => c.First)]),
            sql.Add([.. came.Select(c => c.Last)]),
            sql.Add([.. came.Select(c => c.NotLogged)]),
        ];
        return $"unnest({string.Join(", ", values)}) AS came (connection_id, id, first, last, not_logged)";
    }
}

/// <summary>What has come of a connection since the last time.</summary>
readonly record struct RunTouch(Guid ConnectionId, DateTimeOffset First, DateTimeOffset Last, long NotLogged);
