using Npgsql;

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>How the credentials of a connection stand.</summary>
/// <param name="LastUsedAt">When any of them was used last, to the minute; <c>null</c>: none was.</param>
/// <param name="ExpiresAt">
/// When the one expires that was used last, or of unused ones the one that lives longest; <c>null</c>: never, or there is none.
/// </param>
sealed record CredentialsInUse(Guid ConnectionId, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>Of all connections that accept logins.</summary>
    public static NpgsqlBatchCommand Find() =>
        new(
            """
            SELECT c.id, max(used.last_used_at),
                (array_agg(used.expires_at ORDER BY used.last_used_at DESC NULLS LAST, used.expires_at DESC NULLS FIRST)
                    FILTER (WHERE used.is_good))[1]
            FROM connections c
            JOIN (
                SELECT connection_id, last_used_at, expires_at, revoked_at IS NULL AND oauth_client_id IS NULL AS is_good FROM tokens
                WHERE NOT is_self_test
                UNION ALL
                SELECT s.connection_id, s.last_used_at, s.expires_at, s.revoked_at IS NULL AND o.revoked_at IS NULL
                FROM oauth_client_secrets s JOIN oauth_clients o ON o.id = s.oauth_client_id) used ON used.connection_id = c.id
            WHERE c.state = ANY ($1)
            GROUP BY c.id
            """
        )
        {
            Parameters = { new() { Value = ConnectionState.Live } },
        };

    public static async Task<List<CredentialsInUse>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var all = new List<CredentialsInUse>();
        while (await rows.ReadAsync(ct))
            all.Add(new(rows.GetGuid(0), Moment(1), Moment(2)));
        return all;

        DateTimeOffset? Moment(int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<DateTimeOffset>(column);
    }
}
