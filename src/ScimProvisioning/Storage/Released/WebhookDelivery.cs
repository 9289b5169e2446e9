using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A row of <c>webhook_deliveries</c> as admins see it.</summary>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextAt">When it is tried next; <c>null</c>: an earlier one of its lane comes first, or it is exhausted.</param>
/// <param name="IsExhausted">It was tried as often as the ladder says.</param>
sealed record WebhookDelivery(
    Guid Id,
    Guid EndpointId,
    Guid EventId,
    string Type,
    long Position,
    int Attempts,
    DateTimeOffset? NextAt,
    bool IsExhausted,
    string? Error,
    DateTimeOffset CreatedAt
)
{
    public const string Failed = "failed";
    public const string Waiting = "waiting";
    public const string Exhausted = "exhausted";

    const string Columns = "id, endpoint_id, event_id, type, position, attempts, next_at, exhausted, error, created_at";

    public string Status =>
        IsExhausted ? Exhausted
        : Attempts > 0 ? Failed
        : Waiting;

    /// <param name="status"><c>null</c>: any.</param>
    /// <param name="about">Only events of this connection; <c>null</c>: all that the endpoint gets.</param>
    public static NpgsqlBatchCommand Page(Guid endpoint, string? status, Guid after, int most, Guid? about = null)
    {
        var sql = new Sql();
        var condition = status switch
        {
            Failed => " AND NOT exhausted AND attempts > 0",
            Waiting => " AND NOT exhausted AND attempts = 0",
            Exhausted => " AND exhausted",
            _ => "",
        };
        if (about is { } connection)
            condition += $"""
                 AND EXISTS (SELECT FROM events e WHERE e.position = webhook_deliveries.position AND e.id = webhook_deliveries.event_id
                    AND e.connection_id = {sql.Add(connection)})
                """;
        return sql.Statement(
            $"""
            SELECT {Columns} FROM webhook_deliveries
            WHERE endpoint_id = {sql.Add(endpoint)} AND id > {sql.Add(after)}{condition} ORDER BY id LIMIT {sql.Add((long)most)}
            """
        );
    }

    public static NpgsqlBatchCommand Read(Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM webhook_deliveries WHERE id = {sql.Add(id)}");
    }

    public static async Task<List<WebhookDelivery>> ReadAllAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<WebhookDelivery>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetGuid(1),
                    rows.GetGuid(2),
                    rows.GetString(3),
                    rows.GetInt64(4),
                    rows.GetInt32(5),
                    rows.IsDBNull(6) ? null : rows.GetFieldValue<DateTimeOffset>(6),
                    rows.GetBoolean(7),
                    rows.IsDBNull(8) ? null : rows.GetString(8),
                    rows.GetFieldValue<DateTimeOffset>(9)
                )
            );
        return read;
    }

    /// <summary>Tries it now, and from the first step of the ladder on; no row when an earlier one of its lane comes first.</summary>
    public NpgsqlBatchCommand Retry(DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries d SET attempts = 0, first_at = NULL, exhausted = false, next_at = {sql.Add(now)}
            WHERE endpoint_id = {sql.Add(EndpointId)} AND position = {sql.Add(Position)}
                AND NOT EXISTS (
                    SELECT FROM webhook_deliveries b
                    WHERE b.endpoint_id = d.endpoint_id AND b.lane = d.lane AND b.position < d.position)
            RETURNING {Columns}
            """
        );
    }

    /// <summary>
    /// Rows with an earlier one of their lane before them have no time: <see cref="WebhookResults.DueAt"/> would look at them, while they
    /// are not tried.
    /// </summary>
    public static NpgsqlBatchCommand Settle(Guid endpoint)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries d SET next_at = NULL WHERE d.endpoint_id = {sql.Add(endpoint)} AND d.next_at IS NOT NULL
                AND EXISTS (
                    SELECT FROM webhook_deliveries b
                    WHERE b.endpoint_id = d.endpoint_id AND b.lane = d.lane AND b.position < d.position)
            """
        );
    }

    /// <summary>Has the endpoint looked at, and no longer only its first row.</summary>
    public static NpgsqlBatchCommand Wake(Guid endpoint, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement($"UPDATE webhook_endpoints SET failures = 0, due_at = {sql.Add(now)} WHERE id = {sql.Add(endpoint)}");
    }
}

/// <summary>Events that an endpoint has got, to be sent to it again.</summary>
/// <param name="Until"><c>null</c>: up to the last one that it has got.</param>
/// <param name="Types">Some of those that the endpoint gets; <c>null</c>: all of them.</param>
sealed record WebhookReplay(WebhookEndpoint Endpoint, DateTimeOffset Since, DateTimeOffset? Until, string[]? Types)
{
    /// <summary>How many there are, up to <paramref name="most"/>.</summary>
    public NpgsqlBatchCommand Count(long most)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT count(*) FROM (SELECT FROM events v WHERE {Matches(sql)} LIMIT {sql.Add(most)}) counted");
    }

    /// <summary>Makes a row for each, and answers how many there are. The first of each lane is due.</summary>
    public NpgsqlBatchCommand[] Insert(DateTimeOffset now)
    {
        var (insert, due) = (new Sql(), new Sql());
        return
        [
            insert.Statement(
                $"""
                INSERT INTO webhook_deliveries
                    (endpoint_id, position, organization_id, id, event_id, type, lane, attempts, next_at, created_at)
                SELECT {insert.Add(Endpoint.Id)}, v.position, {insert.Add(Endpoint.Reach.OrganizationId)},
                    {WebhookResults.DeliveryId("v.id")}, v.id, v.type, {WebhookTurn.Lane(Endpoint.Order)}, 0, NULL, {insert.Add(now)}
                FROM events v WHERE {Matches(insert)}
                ON CONFLICT (endpoint_id, position) DO UPDATE SET attempts = 0, first_at = NULL, exhausted = false
                """
            ),
            due.Statement(
                $"""
                UPDATE webhook_deliveries d SET next_at = {due.Add(now)}, exhausted = false,
                    attempts = CASE WHEN exhausted THEN 0 ELSE attempts END
                FROM (
                    SELECT DISTINCT ON (lane) position FROM webhook_deliveries
                    WHERE endpoint_id = {due.Add(Endpoint.Id)} ORDER BY lane, position) head
                WHERE d.endpoint_id = {due.Add(Endpoint.Id)} AND d.position = head.position
                """
            ),
            WebhookDelivery.Settle(Endpoint.Id),
            WebhookDelivery.Wake(Endpoint.Id, now),
        ];
    }

    string Matches(Sql sql)
    {
        var types = (Types, Endpoint.Types) switch
        {
            (null, var all) => all,
            (var some, null) => some,
            var (some, all) => [.. some.Intersect(all)],
        };
        // What was told before the endpoint was made, it has not got.
        var first = Endpoint.FirstPosition is { } position
            ? $"v.position > {sql.Add(position)}"
            : $"v.recorded_at >= {sql.Add(Endpoint.CreatedAt)}";
        return $"{EventWindow.Between(Since, Until).Condition} AND {first} AND v.position <= {sql.Add(Endpoint.Position)}"
            + WebhookTurn.Matches(sql, Endpoint, types);
    }
}
