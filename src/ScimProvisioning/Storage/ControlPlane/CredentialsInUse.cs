using Npgsql;

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>How the credentials of a connection stand, and when it was last used.</summary>
/// <param name="LastContactAt">
/// When the identity provider was here last, as the runs or its credentials tell: tokens that Entra issues leave no trace but the run, and
/// a run is missing when requests could not be logged. <c>null</c>: never.
/// </param>
/// <param name="ExpiresAt">
/// When the one expires that was used last, or of unused ones the one that lives longest; <c>null</c>: never, or there is none.
/// </param>
/// <param name="IsReplaced">Whether another one was made in place of that one.</param>
sealed record CredentialsInUse(Guid ConnectionId, DateTimeOffset? LastContactAt, DateTimeOffset? ExpiresAt, bool IsReplaced)
{
    const string Preferred = "ORDER BY used.last_used_at DESC NULLS LAST, used.expires_at DESC NULLS FIRST) FILTER (WHERE used.is_good)";

    const string Query = $"""
        SELECT c.id, greatest(
                max(used.last_used_at),
                (SELECT r.last_at FROM runs r WHERE r.connection_id = c.id ORDER BY r.id DESC LIMIT 1)),
            (array_agg(used.expires_at {Preferred})[1],
            coalesce((array_agg(used.is_replaced {Preferred})[1], FALSE)
        FROM connections c
        LEFT JOIN (
            SELECT connection_id, last_used_at, expires_at, revoked_at IS NULL AND oauth_client_id IS NULL AS is_good,
                replaced_at IS NOT NULL AS is_replaced
            FROM tokens WHERE NOT is_self_test
            UNION ALL
            SELECT s.connection_id, s.last_used_at, s.expires_at, s.revoked_at IS NULL AND o.revoked_at IS NULL, FALSE
            FROM oauth_client_secrets s JOIN oauth_clients o ON o.id = s.oauth_client_id) used ON used.connection_id = c.id
        """;

    /// <summary>Of all connections that accept logins.</summary>
    public static NpgsqlBatchCommand Find() =>
        new($"{Query} WHERE c.state = ANY ($1) GROUP BY c.id") { Parameters = { new() { Value = ConnectionState.Live } } };

    /// <summary>Of one connection: one row.</summary>
    public static NpgsqlBatchCommand Of(Guid connection) =>
        new($"{Query} WHERE c.id = $1 GROUP BY c.id") { Parameters = { new() { Value = connection } } };

    public static async Task<List<CredentialsInUse>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var all = new List<CredentialsInUse>();
        while (await rows.ReadAsync(ct))
            all.Add(new(rows.GetGuid(0), Moment(1), Moment(2), rows.GetBoolean(3)));
        return all;

        DateTimeOffset? Moment(int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<DateTimeOffset>(column);
    }
}
