using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>An event that is to be sent to an endpoint.</summary>
/// <param name="Lane">What must stay in order.</param>
sealed record PendingEvent(long Position, Guid Id, string Type, Guid Lane)
{
    public Guid Object { get; init; }

    public long Version { get; init; }

    /// <summary>As it is stored; <c>null</c>: the event is not kept any more.</summary>
    public string? Body { get; init; }

    /// <summary>An earlier one of its lane was not delivered yet.</summary>
    public bool Waits { get; init; }

    /// <summary>It has a row in <c>webhook_deliveries</c>.</summary>
    public bool HasRow { get; init; }

    /// <summary>How often it was tried before.</summary>
    public int Tried { get; init; }

    /// <summary>When it was tried first.</summary>
    public DateTimeOffset? FirstAt { get; init; }
}

/// <summary>
/// What one server does with an endpoint: it takes the right to send, reads what comes next, and gives the right back. Only rows of the
/// endpoint and events within its reach are named.
/// </summary>
static class WebhookTurn
{
    /// <summary>Events that are read at once.</summary>
    public const int Size = 100;

    /// <summary>So many failures in a row stop the position of an endpoint.</summary>
    public const int MostFailures = 20;

    /// <summary>
    /// So many rows in <c>webhook_deliveries</c> stop it too: else each event behind one that is never taken would become a row. They are
    /// many, because then the events of all other objects and connections wait, too.
    /// </summary>
    public const int MostWaiting = 100_000;

    /// <summary>How long a server has the right to send after it has taken or renewed it: what a killed one delays others.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    static readonly string Until = $"clock_timestamp() + interval '{(int)Lease.TotalSeconds} seconds'";

    /// <summary>No row: it is disabled, or another server sends.</summary>
    public static NpgsqlBatchCommand Take(Guid endpoint, Guid lease)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints e SET lease = {sql.Add(lease)}, lease_until = {Until}
            WHERE e.id = {sql.Add(endpoint)} AND e.state = 'active'
                AND (e.lease_until IS NULL OR e.lease_until < clock_timestamp() OR e.lease = {sql.Add(lease)})
            RETURNING {WebhookEndpoint.Columns}
            """
        );
    }

    /// <summary>
    /// One row: whether it is enabled (then it is another server that sends when there is nothing to take), the end of the log, and how
    /// many rows it has in <c>webhook_deliveries</c>, counted to <see cref="MostWaiting"/>.
    /// </summary>
    public static NpgsqlBatchCommand Look(Guid endpoint)
    {
        var sql = new Sql();
        var id = sql.Add(endpoint);
        return sql.Statement(
            $"""
            SELECT EXISTS (SELECT FROM webhook_endpoints WHERE id = {id} AND state = 'active'), {EventsEnd.Number},
                (SELECT count(*) FROM (SELECT FROM webhook_deliveries WHERE endpoint_id = {id} LIMIT {MostWaiting}) waiting)
            """
        );
    }

    /// <summary>No row: the right was lost. A disabled endpoint keeps what is under way.</summary>
    public static NpgsqlBatchCommand Renew(Guid endpoint, Guid lease)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints SET lease_until = {Until}
            WHERE id = {sql.Add(endpoint)} AND lease = {sql.Add(lease)} RETURNING 1
            """
        );
    }

    /// <param name="due">When it is looked at next; <c>null</c>: when the first of its rows is due.</param>
    public static NpgsqlBatchCommand Release(Guid endpoint, Guid lease, DateTimeOffset? due)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints e SET lease_until = NULL, due_at = {(due is { } at ? sql.Add(at) : WebhookResults.DueAt)}
            WHERE id = {sql.Add(endpoint)} AND lease = {sql.Add(lease)}
            """
        );
    }

    /// <summary>No row: the right was lost, or it is disabled already.</summary>
    public static NpgsqlBatchCommand Disable(Guid endpoint, Guid lease, string reason)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints SET state = 'disabled', disabled_reason = {sql.Add(reason)}, lease_until = NULL
            WHERE id = {sql.Add(endpoint)} AND lease = {sql.Add(lease)} AND state = 'active' RETURNING id
            """
        );
    }

    /// <summary>The next events that were neither sent nor have a row.</summary>
    public static NpgsqlBatchCommand Next(WebhookEndpoint endpoint, EventWindow window, long end)
    {
        var sql = new Sql();
        var lane = Lane(endpoint.Order);
        var waits = $"EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = {sql.Add(endpoint.Id)} AND d.lane = {lane})";
        return sql.Statement(
            $"""
            SELECT v.position, v.id, v.type, coalesce(v.object_id, {lane}), coalesce(v.version, 0), {lane}, {waits}, v.body FROM events v
            WHERE {window.Condition} AND v.position > {sql.Add(endpoint.Position)} AND v.position <= {sql.Add(end)}{Matches(
                sql,
                endpoint,
                endpoint.Types
            )}
            ORDER BY v.position LIMIT {Size}
            """
        );
    }

    /// <summary>The body of an event that was told just now.</summary>
    /// <param name="open">Where the newest events are.</param>
    public static NpgsqlBatchCommand Body(EventWindow open, NewEvent told)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT body FROM events WHERE {open.Condition} AND id = {sql.Add(told.Id)} AND type = {sql.Add(told.Type)}
            ORDER BY position DESC LIMIT 1
            """
        );
    }

    /// <summary>The lane of the event <c>v</c>.</summary>
    public static string Lane(string order) =>
        order == WebhookEndpoint.ByConnection
            ? "coalesce(v.connection_id, '00000000-0000-0000-0000-000000000000')"
            : "coalesce(v.object_id, v.connection_id, '00000000-0000-0000-0000-000000000000')";

    /// <summary>The condition that the endpoint gets the event <c>v</c>. A test is sent at once, and never by the log.</summary>
    public static string Matches(Sql sql, WebhookEndpoint endpoint, string[]? types)
    {
        var condition = $" AND v.type <> '{EventType.WebhookTest.Name}'";
        if (endpoint.Reach.ConnectionId is { } connection)
            condition += $" AND v.connection_id = {sql.Add(connection)}";
        if (endpoint.Reach is { ConnectionId: null, OrganizationId: { } organization })
            condition += $" AND v.organization_id = {sql.Add(organization)}";
        if (types is not null)
            condition += $" AND v.type = ANY({sql.Add([.. types.Select(type => (string?)type)])})";
        return condition;
    }

    public static async Task<List<PendingEvent>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<PendingEvent>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(rows.GetInt64(0), rows.GetGuid(1), rows.GetString(2), rows.GetGuid(5))
                {
                    Object = rows.GetGuid(3),
                    Version = rows.GetInt64(4),
                    Waits = rows.GetBoolean(6),
                    Body = rows.GetString(7),
                }
            );
        return read;
    }
}
