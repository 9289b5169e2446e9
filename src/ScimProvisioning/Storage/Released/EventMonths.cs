using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Where to look for events: a part of the log that is at most a few of its months.</summary>
/// <param name="From">As a literal of SQL, as <paramref name="To"/>.</param>
/// <param name="Last">Up to here the part has all events; <c>null</c>: it goes to the end of the log.</param>
sealed record EventWindow(string From, string To, long? Last)
{
    /// <summary>
    /// A condition on <c>events</c>. With literals PostgreSQL opens only these partitions; with parameters it would lock all of them.
    /// </summary>
    public string Condition => $"recorded_at >= {From} AND recorded_at < {To}{(Last is { } last ? $" AND position <= {last}" : "")}";

    /// <summary>What was recorded since a time.</summary>
    /// <param name="until">Before this time; <c>null</c>: up to now.</param>
    public static EventWindow Between(DateTimeOffset since, DateTimeOffset? until) =>
        new(TimeLiteral.Of(since), until is { } end ? TimeLiteral.Of(end) : "'infinity'::timestamptz", null);
}

/// <summary>
/// Knows which months of the log have which positions. A transaction that began before the end of a month may draw its positions after
/// others of the next month. So a month that is over is read together with the next one, and only up to its last position.
/// </summary>
sealed class EventMonths(NpgsqlDataSource database)
{
    const string Read = """
        SELECT to_date(right(c.relname, 7), 'YYYY_MM'), clock_timestamp() FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass ORDER BY 1
        """;

    /// <summary>No transaction that draws positions runs so long.</summary>
    static readonly TimeSpan LongestTransaction = TimeSpan.FromDays(1);

    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    Map? _map;

    /// <summary>Where the newest events are.</summary>
    public Task<EventWindow> OpenAsync(CancellationToken ct) => FindAsync(long.MaxValue, ct);

    /// <param name="after">A position that was read before, or 0.</param>
    public async Task<EventWindow> FindAsync(long after, CancellationToken ct)
    {
        var map = _map;
        if (map is null || Stopwatch.GetElapsedTime(map.ReadAt) > Kept)
            _map = map = await ReadAsync(map, ct);
        foreach (var month in map.Over)
            if (month.Last > after)
                return EventWindow.Between(month.Begins, month.Begins.AddMonths(2)) with { Last = month.Last };
        return EventWindow.Between(map.Open, map.End);
    }

    async Task<Map> ReadAsync(Map? known, CancellationToken ct)
    {
        var readAt = Stopwatch.GetTimestamp();
        var (months, now) = (new List<DateTimeOffset>(), DateTimeOffset.MaxValue);
        await using (var rows = await AcrossConnections.RunAsync(database, ct, new NpgsqlBatchCommand(Read)))
            while (await rows.ReadAsync(ct))
            {
                months.Add(new(rows.GetDateTime(0), TimeSpan.Zero));
                now = rows.GetFieldValue<DateTimeOffset>(1);
            }
        var over = months.TakeWhile(month => month.AddMonths(1) + LongestTransaction < now).ToList();
        var lasts = known?.Over.ToDictionary(month => month.Begins, month => month.Last) ?? [];
        foreach (var month in over.Where(month => !lasts.ContainsKey(month)))
            lasts[month] = await LastAsync(month, ct);
        // Until the map is read again, another month may begin.
        return new(
            [.. over.Select(month => new Month(month, lasts[month]))],
            over.Count < months.Count ? months[over.Count] : now,
            months.Count == 0 ? now : new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(2),
            readAt
        );
    }

    async Task<long> LastAsync(DateTimeOffset month, CancellationToken ct)
    {
        var statement = new NpgsqlBatchCommand(
            $"""
            SELECT position FROM events WHERE {EventWindow.Between(month, month.AddMonths(1)).Condition}
            ORDER BY position DESC LIMIT 1
            """
        );
        await using var rows = await AcrossConnections.RunAsync(database, ct, statement);
        return await rows.ReadAsync(ct) ? rows.GetInt64(0) : 0;
    }

    /// <param name="Last">The last position of the month; 0: it has none.</param>
    sealed record Month(DateTimeOffset Begins, long Last);

    /// <param name="Over">The months in which nothing is written any more.</param>
    /// <param name="Open">The beginning of the first of the others.</param>
    /// <param name="End">The end of the last one that may have events.</param>
    sealed record Map(IReadOnlyList<Month> Over, DateTimeOffset Open, DateTimeOffset End, long ReadAt);
}
