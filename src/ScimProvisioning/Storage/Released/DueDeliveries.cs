using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Rows of <c>webhook_deliveries</c> that are due, and the events that they stand for.</summary>
static class DueDeliveries
{
    /// <summary>
    /// At most one of each lane; of an endpoint that has stopped the first one alone. <see cref="WebhookTurn.Take"/> comes before.
    /// </summary>
    public static NpgsqlBatchCommand Read(Guid endpoint, DateTimeOffset now)
    {
        var sql = new Sql();
        var (id, time) = (sql.Add(endpoint), sql.Add(now));
        // Each part begins with the endpoint, so that only one of them looks at any row.
        return sql.Statement(
            $"""
            SELECT d.position, d.event_id, d.type, d.lane, d.attempts, d.first_at
            FROM webhook_endpoints e
            CROSS JOIN LATERAL (
                SELECT w.* FROM webhook_deliveries w
                WHERE w.endpoint_id = e.id AND w.next_at <= {time}
                    AND NOT EXISTS (
                        SELECT FROM webhook_deliveries b
                        WHERE b.endpoint_id = w.endpoint_id AND b.lane = w.lane AND b.position < w.position)
                ORDER BY w.next_at, w.position LIMIT {WebhookTurn.Size}) d
            WHERE e.id = {id} AND e.failures < {WebhookTurn.MostFailures}
            UNION ALL
            SELECT d.position, d.event_id, d.type, d.lane, d.attempts, d.first_at
            FROM webhook_endpoints e
            CROSS JOIN LATERAL (
                SELECT w.* FROM webhook_deliveries w
                WHERE w.endpoint_id = e.id AND w.next_at IS NOT NULL
                ORDER BY w.position LIMIT 1) d
            WHERE e.id = {id} AND e.failures >= {WebhookTurn.MostFailures} AND d.next_at <= {time}
            ORDER BY 1
            """
        );
    }

    /// <summary>Without what only the events have: <see cref="WithEventsAsync"/>.</summary>
    public static async Task<List<PendingEvent>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<PendingEvent>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(rows.GetInt64(0), rows.GetGuid(1), rows.GetString(2), rows.GetGuid(3))
                {
                    HasRow = true,
                    Tried = rows.GetInt32(4),
                    FirstAt = rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                }
            );
        return read;
    }

    /// <summary>
    /// Reads their events, each in its month: a join would open every partition of the log. An event that is not kept has no body.
    /// </summary>
    public static async Task<List<PendingEvent>> WithEventsAsync(
        NpgsqlDataSource database,
        EventMonths months,
        List<PendingEvent> due,
        CancellationToken ct
    )
    {
        var positions = new Dictionary<EventWindow, List<long>>();
        foreach (var e in due)
        {
            var window = await months.FindAsync(e.Position - 1, ct);
            positions.TryAdd(window, []);
            positions[window].Add(e.Position);
        }
        var events = new Dictionary<long, (Guid? Object, long Version, string Body)>();
        await using var rows = await AcrossConnections.RunAsync(database, ct, positions.Select(part => Events(part.Key, part.Value)));
        do while (await rows.ReadAsync(ct))
            events[rows.GetInt64(0)] = (rows.IsDBNull(1) ? null : rows.GetGuid(1), rows.GetInt64(2), rows.GetString(3));
        while (await rows.NextResultAsync(ct));
        return
        [
            .. due.Select(e =>
                events.TryGetValue(e.Position, out var told)
                    ? e with
                    {
                        Object = told.Object ?? e.Lane,
                        Version = told.Version,
                        Body = told.Body,
                    }
                    : e
            ),
        ];
    }

    static NpgsqlBatchCommand Events(EventWindow window, List<long> positions)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT position, object_id, coalesce(version, 0), body FROM events
            WHERE {window.Condition} AND position = ANY({sql.Add([.. positions])})
            """
        );
    }
}
