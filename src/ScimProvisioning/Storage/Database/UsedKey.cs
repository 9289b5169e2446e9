using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>An idempotency key of which only is known that it was used.</summary>
static class UsedKey
{
    /// <summary>
    /// Keeps a key that has no answer, and answers a row; none: it is there already. While another transaction keeps the same key, this
    /// one waits for its outcome.
    /// </summary>
    public static NpgsqlBatchCommand Keep(Guid admin, byte[] hash, Guid? organization, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO idempotency_keys (admin_key_id, key_hash, organization_id, request_hash, answer, created_at)
            VALUES ({sql.Add(admin)}, {sql.Add(hash)}, {sql.Add(organization)}, '', '', {sql.Add(now)})
            ON CONFLICT DO NOTHING RETURNING 1
            """
        );
    }
}
