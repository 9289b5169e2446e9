using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>With what the identity provider of a connection may log in now: not with what was revoked or has expired.</summary>
/// <param name="Actors">As the log of requests has them, such as <c>token:{id}</c>.</param>
/// <param name="LastUsedAt">When one of them was last used, as far as it is known; <c>null</c>: never.</param>
/// <param name="AreForgotten">Whether the use of one of them is known only as long as requests are kept.</param>
sealed record GoodCredentials(IReadOnlyList<string> Actors, DateTimeOffset? LastUsedAt, bool AreForgotten)
{
    /// <summary>Requests that are looked through: not all credentials leave another trace, and those that do, only once a minute.</summary>
    const int MostRequests = 100;

    /// <summary>Of one connection: one row.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, DateTimeOffset now)
    {
        var sql = new Sql();
        var (id, time) = (sql.Add(connection), sql.Add(now));
        string IsGood(string row) => $"{row}.revoked_at IS NULL AND ({row}.expires_at IS NULL OR {row}.expires_at > {time})";
        return sql.Statement(
            $"""
            WITH good AS (
                SELECT 'token:' || t.id AS actor, t.last_used_at, FALSE AS forgotten FROM tokens t
                WHERE t.connection_id = {id} AND t.oauth_client_id IS NULL AND NOT t.is_self_test AND {IsGood("t")}
                UNION ALL
                SELECT 'oauth-client:' || o.id, s.last_used_at, o.assertion_subject IS NOT NULL FROM oauth_clients o
                LEFT JOIN oauth_client_secrets s ON s.oauth_client_id = o.id AND {IsGood("s")}
                WHERE o.connection_id = {id} AND o.revoked_at IS NULL AND (s.id IS NOT NULL OR o.assertion_subject IS NOT NULL)
                UNION ALL
                SELECT 'entra:' || entra_tenant_id, NULL, TRUE FROM connections
                WHERE id = {id} AND accept_entra_tokens AND entra_tenant_id IS NOT NULL)
            SELECT coalesce(array_agg(actor), ARRAY[]::text[]), greatest(
                max(last_used_at),
                (SELECT max(r.occurred_at) FROM (
                    SELECT occurred_at, actor FROM requests WHERE connection_id = {id} AND {LoggedRequest.IsOfProvider}
                    ORDER BY occurred_at DESC LIMIT {MostRequests}) r
                    WHERE r.actor IN (SELECT actor FROM good))),
                coalesce(bool_or(forgotten), FALSE)
            FROM good
            """
        );
    }

    public static async Task<GoodCredentials> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        var lastUsed = rows.IsDBNull(1) ? (DateTimeOffset?)null : rows.GetFieldValue<DateTimeOffset>(1);
        return new(rows.GetFieldValue<string[]>(0), lastUsed, rows.GetBoolean(2));
    }
}
