using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Finds the endpoints that there is something to send to, over all organizations.</summary>
static class PendingWebhooks
{
    const string Free = "e.state = 'active' AND (e.lease_until IS NULL OR e.lease_until < clock_timestamp())";

    /// <summary>
    /// Endpoints whose rows are due, or whose server has died, or that get one of the events after <paramref name="seen"/> up to
    /// <paramref name="end"/>, which all are in the window.
    /// </summary>
    public static NpgsqlBatchCommand Find(EventWindow window, long seen, long end, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT e.id FROM webhook_endpoints e WHERE {Free} AND e.due_at <= {sql.Add(now)}
            UNION SELECT e.id FROM webhook_endpoints e WHERE {Free} AND e.lease_until IS NOT NULL
            UNION SELECT e.id
            FROM (
                SELECT DISTINCT organization_id, connection_id, type FROM events
                WHERE {window.Condition} AND position > {sql.Add(seen)} AND position <= {sql.Add(end)}) fresh
            JOIN webhook_endpoints e ON (e.organization_id = fresh.organization_id OR e.organization_id IS NULL)
                AND (e.connection_id = fresh.connection_id OR e.connection_id IS NULL)
                AND (fresh.type = ANY (e.types) OR e.types IS NULL)
            WHERE e.state = 'active'
            """
        );
    }

    /// <summary>
    /// Every endpoint that is behind the end, for a server that starts: it does not know what others have left, or leave when they stop.
    /// </summary>
    public static NpgsqlBatchCommand FindBehind(long end)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT e.id FROM webhook_endpoints e WHERE e.state = 'active' AND e.position < {sql.Add(end)}");
    }

    /// <summary>More rows than these are not counted.</summary>
    const int MostCounted = 10_000;

    /// <summary>
    /// What operators watch: when the oldest row of active endpoints was made, how many there are, how many of these endpoints fail, and
    /// how many endpoints are disabled.
    /// </summary>
    public static NpgsqlBatchCommand Standing() =>
        new(
            $"""
            SELECT
                (SELECT min(oldest) FROM webhook_endpoints e CROSS JOIN LATERAL (
                    SELECT min(created_at) AS oldest FROM (
                        SELECT created_at FROM webhook_deliveries d WHERE d.endpoint_id = e.id ORDER BY position LIMIT 1) first) o
                    WHERE e.state = 'active'),
                (SELECT count(*) FROM (
                    SELECT FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
                    WHERE e.state = 'active' LIMIT {MostCounted}) waiting),
                (SELECT count(*) FROM webhook_endpoints WHERE state = 'active' AND failing_since IS NOT NULL),
                (SELECT count(*) FROM webhook_endpoints WHERE state = 'disabled')
            """
        );
}
