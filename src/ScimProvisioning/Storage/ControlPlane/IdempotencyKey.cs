using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>The answer to a POST that was sent with an <c>Idempotency-Key</c>.</summary>
sealed class IdempotencyKey
{
    public required Guid AdminKeyId { get; init; }
    public required byte[] KeyHash { get; init; }

    /// <summary>That of the admin key.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>When the answer may hold what is known of people: the connection that they are of.</summary>
    public Guid? ConnectionId { get; init; }
    public required byte[] RequestHash { get; init; }

    /// <summary>Encrypted: it may hold a secret that is shown once.</summary>
    public required byte[] Answer { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

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
