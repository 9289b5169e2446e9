using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Which events are asked for. What is <c>null</c> excludes none.</summary>
/// <param name="Types">Names of types.</param>
sealed record EventFilter(Guid? ConnectionId, Guid? OrganizationId, IReadOnlyCollection<string>? Types);

/// <summary>The state of the log when a page was read.</summary>
/// <param name="Drawn">No event has a higher number.</param>
/// <param name="DroppedTo">The last number that was thrown away.</param>
sealed record EventLogState(int Epoch, long DroppedTo, long Drawn);

/// <summary>A part of the log.</summary>
/// <param name="Bodies">The events in order, each as the bytes that are sent.</param>
/// <param name="Next">Up to here no event that fits the filter is still to come.</param>
/// <param name="IsCaughtUp">There was nothing behind <paramref name="Next"/> when the log was read.</param>
sealed record EventPage(IReadOnlyList<byte[]> Bodies, long Next, bool IsCaughtUp, EventLogState Log)
{
    /// <summary><see cref="Next"/> as readers keep it.</summary>
    public string NextPosition => new EventPosition(Log.Epoch, Next).ToString();
}

/// <summary>
/// Reads events in the order of their positions. That is the order of their commits: whoever has seen one has seen all before it. The cost
/// of a page depends on neither the length of the log nor how rare the types are.
/// </summary>
sealed class EventReader(NpgsqlDataSource database, EventMonths months)
{
    /// <summary>With types, a page looks through this many events at most.</summary>
    public const int MostLookedThrough = 10_000;

    /// <summary>
    /// Bytes of a page, after which no further event is read. A page is in memory until its reader has got it, and 1,000 events are rarely
    /// larger.
    /// </summary>
    const int MostBytes = 2 * 1024 * 1024;

    // After the events: what was dropped while they were read is known here.
    const string ReadLog =
        "SELECT epoch, dropped_to, (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_position) FROM event_log";

    /// <param name="reach">Whose events are seen.</param>
    /// <param name="after">The number of a position; 0: from the oldest event that is kept.</param>
    /// <param name="most">Events at most.</param>
    /// <param name="waiting">
    /// Ends the wait for a session. A page that is being read is read to its end: Npgsql 10 takes a statement that was stopped while it was
    /// planned for prepared, and the next request with it would fail.
    /// </param>
    public async Task<EventPage> ReadAsync(Reach reach, EventFilter filter, long after, int most, CancellationToken waiting)
    {
        var ct = CancellationToken.None;
        var window = await months.FindAsync(after, ct);
        await using var session = await database.OpenConnectionAsync(waiting);
        await using var batch = session.CreateBatch();
        // The end comes first: all events up to it are seen by the statements that follow.
        batch.BatchCommands.Add(new("BEGIN"));
        batch.BatchCommands.Add(new(Reach.EverythingStatement));
        batch.BatchCommands.Add(EventsEnd.ReadNumber(window));
        foreach (var statement in reach.Confine().Split(';'))
            batch.BatchCommands.Add(new(statement));
        if (filter.Types is not null)
            batch.BatchCommands.Add(LookedThrough(window, filter, after));
        batch.BatchCommands.Add(Events(window, filter, after, most));
        batch.BatchCommands.Add(new(ReadLog));
        batch.BatchCommands.Add(new("COMMIT"));

        await using var rows = await batch.ExecuteReaderAsync(ct);
        var end = await rows.ReadAsync(ct) ? rows.GetInt64(0) : (long?)null;
        await rows.NextResultAsync(ct);
        long? lookedTo = null;
        if (filter.Types is not null)
        {
            lookedTo = await rows.ReadAsync(ct) ? rows.GetInt64(0) : null;
            await rows.NextResultAsync(ct);
        }
        var (bodies, last, isFull) = await ReadBodiesAsync(rows, most, ct);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var log = new EventLogState(rows.GetInt32(0), rows.GetInt64(1), rows.GetInt64(2));
        while (await rows.NextResultAsync(ct)) { }

        // Nothing of a month that is over: the window ends with its last position, also when that was dropped.
        var windowEnd = Math.Max(window.Last ?? end ?? log.DroppedTo, after);
        var next = isFull ? last : Math.Max(lookedTo ?? windowEnd, last);
        return new(bodies, next, window.Last is null && next >= windowEnd, log);
    }

    static NpgsqlBatchCommand Events(EventWindow window, EventFilter filter, long after, int most)
    {
        var sql = new Sql();
        var condition = Condition(window, filter, after, sql);
        var events = filter.Types is null
            ? $"SELECT position, body FROM events WHERE {condition}"
            : $"""
                SELECT position, body FROM (
                    SELECT position, type, body FROM events WHERE {condition} ORDER BY position LIMIT {MostLookedThrough}) seen
                WHERE type = ANY({sql.Add([.. filter.Types])})
                """;
        return sql.Statement(
            $"""
            SELECT position, body FROM (
                SELECT position, body, sum(octet_length(body)) OVER (ORDER BY position) - octet_length(body) AS before
                FROM ({events} ORDER BY position LIMIT {sql.Add((long)most)}) page) sized
            WHERE before <= {MostBytes} ORDER BY position
            """
        );
    }

    /// <summary>
    /// The last event that a page with types looks at; no row: it looks at all. In a statement before that of the page, which then sees all
    /// up to there.
    /// </summary>
    static NpgsqlBatchCommand LookedThrough(EventWindow window, EventFilter filter, long after)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT position FROM events WHERE {Condition(window, filter, after, sql)}
            ORDER BY position OFFSET {MostLookedThrough - 1} LIMIT 1
            """
        );
    }

    static string Condition(EventWindow window, EventFilter filter, long after, Sql sql)
    {
        var condition = $"{window.Condition} AND position > {sql.Add(after)}";
        if (filter.ConnectionId is { } connection)
            condition += $" AND connection_id = {sql.Add(connection)}";
        if (filter.OrganizationId is { } organization)
            condition += $" AND organization_id = {sql.Add(organization)}";
        return condition;
    }

    static async Task<(List<byte[]> Bodies, long Last, bool IsFull)> ReadBodiesAsync(NpgsqlDataReader rows, int most, CancellationToken ct)
    {
        var (bodies, last, bytes) = (new List<byte[]>(), 0L, 0);
        while (await rows.ReadAsync(ct))
        {
            bodies.Add(rows.GetFieldValue<byte[]>(1));
            last = rows.GetInt64(0);
            bytes += bodies[^1].Length;
        }
        return (bodies, last, bodies.Count == most || bytes > MostBytes);
    }
}
