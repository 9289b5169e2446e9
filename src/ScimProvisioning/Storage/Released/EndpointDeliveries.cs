using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>How an event stands at a webhook endpoint.</summary>
/// <param name="Gets">The endpoint asks for events of this type.</param>
/// <param name="HasPassed">It was sent, or has got a row in <c>webhook_deliveries</c>.</param>
/// <param name="Attempts">Failed attempts so far; <c>null</c>: nothing is waiting.</param>
/// <param name="NextAt">When it is tried next; <c>null</c>: an earlier one comes first, or it was tried often enough.</param>
sealed record EndpointDelivery(
    Guid EndpointId,
    string Url,
    bool IsEnabled,
    bool Gets,
    bool HasPassed,
    int? Attempts,
    bool IsExhausted,
    DateTimeOffset? NextAt,
    string? Error
);

/// <summary>Tells to which endpoints an event was delivered.</summary>
static class EndpointDeliveries
{
    /// <summary>The endpoints within the reach of the session that were there when the event was told.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, Guid organization, ToldEvent told, int most)
    {
        var sql = new Sql();
        var (position, type) = (sql.Add(told.Position), sql.Add(told.Type));
        return sql.Statement(
            $"""
            SELECT e.id, e.url, e.state = '{WebhookEndpoint.Active}', e.types IS NULL OR {type} = ANY(e.types), e.position >= {position},
                d.attempts, coalesce(d.exhausted, false), d.next_at, d.error
            FROM webhook_endpoints e LEFT JOIN webhook_deliveries d ON d.endpoint_id = e.id AND d.position = {position}
            WHERE (e.connection_id = {sql.Add(connection)} OR e.connection_id IS NULL
                    AND (e.organization_id = {sql.Add(organization)} OR e.organization_id IS NULL))
                AND coalesce(e.first_position < {position}, e.created_at <= {sql.Add(told.At)})
            ORDER BY e.id LIMIT {most}
            """
        );
    }

    public static async Task<List<EndpointDelivery>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<EndpointDelivery>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetString(1),
                    rows.GetBoolean(2),
                    rows.GetBoolean(3),
                    rows.GetBoolean(4),
                    rows.IsDBNull(5) ? null : rows.GetInt32(5),
                    rows.GetBoolean(6),
                    rows.IsDBNull(7) ? null : rows.GetFieldValue<DateTimeOffset>(7),
                    rows.IsDBNull(8) ? null : rows.GetString(8)
                )
            );
        return read;
    }
}
