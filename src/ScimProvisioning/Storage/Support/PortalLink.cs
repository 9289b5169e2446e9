using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>A row of <c>portal_links</c>.</summary>
/// <param name="Connection">The only connection that it leads to; <c>null</c>: all of the organization.</param>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="IsMany">Whether it may be used more than once.</param>
/// <param name="OrganizationName">Read with it; <c>null</c>: the organization was deleted.</param>
/// <param name="ConnectionName">Read with it; <c>null</c>: it leads to no single connection, or that was deleted.</param>
sealed record PortalLink(
    Guid Organization,
    Guid Id,
    Guid? Connection,
    byte[] Hash,
    string? ReturnUrl,
    bool ReadOnly,
    bool IsMany,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    long Uses,
    DateTimeOffset? LastUsedAt,
    string? OrganizationName = null,
    string? ConnectionName = null
)
{
    const string Columns = """
        l.organization_id, l.id, l.connection_id, l.hash, l.return_url, l.read_only, l.is_many, l.created_at, l.created_by, l.expires_at,
        l.revoked_at, l.uses, l.last_used_at,
        (SELECT o.name FROM organizations o WHERE o.id = l.organization_id AND o.deleted_at IS NULL),
        (SELECT c.name FROM connections c WHERE c.id = l.connection_id AND c.state <> 'deleted')
        """;

    /// <summary>What it leads to is there, and the admin key that has made it is not revoked.</summary>
    const string IsGood = """
        l.revoked_at IS NULL
        AND EXISTS (SELECT FROM organizations o WHERE o.id = l.organization_id AND o.deleted_at IS NULL)
        AND (l.connection_id IS NULL OR EXISTS (
            SELECT FROM connections c WHERE c.id = l.connection_id AND c.organization_id = l.organization_id AND c.state <> 'deleted'))
        AND NOT EXISTS (SELECT FROM admin_keys k WHERE l.created_by = 'admin-key:' || k.id AND k.revoked_at IS NOT NULL)
        """;

    /// <summary>Whether somebody may still open the portal with it.</summary>
    public bool Opens(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now && (IsMany || Uses == 0);

    /// <summary>What becomes of who opens it: <c>open</c>, <c>gone</c>, <c>revoked</c>, <c>expired</c> or <c>used</c>.</summary>
    public string StateAt(DateTimeOffset now) =>
        Opens(now) ? (LeadsNowhere ? "gone" : "open")
        : RevokedAt is not null ? "revoked"
        : ExpiresAt <= now ? "expired"
        : "used";

    /// <summary>Whether what it leads to was deleted.</summary>
    public bool LeadsNowhere => OrganizationName is null || (Connection is not null && ConnectionName is null);

    public NpgsqlBatchCommand Insert()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO portal_links
                (organization_id, id, connection_id, hash, return_url, read_only, is_many, created_at, created_by, expires_at)
            VALUES ({sql.Add(Organization)}, {sql.Add(Id)}, {sql.Add(Connection)}, {sql.Add(Hash)}, {sql.Add(ReturnUrl)},
                {sql.Add((bool?)ReadOnly)}, {sql.Add((bool?)IsMany)}, {sql.Add(CreatedAt)}, {sql.Add(CreatedBy)}, {sql.Add(ExpiresAt)})
            """
        );
    }

    /// <param name="organization">The only organization whose links are read; <c>null</c>: all within the reach.</param>
    public static NpgsqlBatchCommand Page(Guid? organization, Guid after, int most)
    {
        var sql = new Sql();
        var only = organization is { } id ? $"l.organization_id = {sql.Add(id)} AND " : "";
        return sql.Statement($"SELECT {Columns} FROM portal_links l WHERE {only}l.id > {sql.Add(after)} ORDER BY l.id LIMIT {most}");
    }

    /// <summary>The newest of them.</summary>
    /// <param name="before">Only those that are older than this one.</param>
    public static NpgsqlBatchCommand Newest(Guid? organization, Guid? before, int most)
    {
        var sql = new Sql();
        var only = organization is { } id ? $"l.organization_id = {sql.Add(id)}" : "true";
        var older = before is { } other ? $" AND l.id < {sql.Add(other)}" : "";
        return sql.Statement($"SELECT {Columns} FROM portal_links l WHERE {only}{older} ORDER BY l.id DESC LIMIT {most}");
    }

    /// <summary>Revokes it; one that is revoked already keeps its first time.</summary>
    public static NpgsqlBatchCommand Revoke(Guid id, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE portal_links l SET revoked_at = coalesce(l.revoked_at, {sql.Add(now)}) WHERE l.id = {sql.Add(id)} RETURNING {Columns}
            """
        );
    }

    /// <summary>The link with this secret, whatever has become of it.</summary>
    public static NpgsqlBatchCommand Find(byte[] hash)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM portal_links l WHERE l.hash = {sql.Add(hash)}");
    }

    /// <summary>Takes a use of it: of two who try at once, one gets the only use.</summary>
    public static NpgsqlBatchCommand Use(byte[] hash, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE portal_links l SET uses = uses + 1, last_used_at = {sql.Add(now)}
            WHERE l.hash = {sql.Add(hash)} AND l.expires_at > {sql.Add(now)} AND (l.is_many OR l.uses = 0) AND {IsGood}
            RETURNING {Columns}
            """
        );
    }

    /// <summary>The link of a session, unless it has been revoked or leads nowhere any more. It may have expired since.</summary>
    public static NpgsqlBatchCommand OfSession(Guid organization, Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM portal_links l
            WHERE l.organization_id = {sql.Add(organization)} AND l.id = {sql.Add(id)} AND {IsGood}
            """
        );
    }

    public static async Task<List<PortalLink>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<PortalLink>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetGuid(1),
                    rows.IsDBNull(2) ? null : rows.GetGuid(2),
                    rows.GetFieldValue<byte[]>(3),
                    rows.IsDBNull(4) ? null : rows.GetString(4),
                    rows.GetBoolean(5),
                    rows.GetBoolean(6),
                    rows.GetFieldValue<DateTimeOffset>(7),
                    rows.GetString(8),
                    rows.GetFieldValue<DateTimeOffset>(9),
                    rows.IsDBNull(10) ? null : rows.GetFieldValue<DateTimeOffset>(10),
                    rows.GetInt64(11),
                    rows.IsDBNull(12) ? null : rows.GetFieldValue<DateTimeOffset>(12),
                    rows.IsDBNull(13) ? null : rows.GetString(13),
                    rows.IsDBNull(14) ? null : rows.GetString(14)
                )
            );
        return read;
    }
}
