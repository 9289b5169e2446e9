using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>A row of <c>share_links</c>.</summary>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="WithServer">Whoever has made it reaches all organizations, so it tells of the server, too.</param>
sealed record ShareLink(
    Guid Connection,
    Guid Id,
    Guid Organization,
    byte[] Hash,
    string What,
    bool Redact,
    bool WithServer,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset ExpiresAt,
    long Uses,
    DateTimeOffset? LastUsedAt
)
{
    public const string SupportBundle = "support-bundle";

    const string Columns = """
        l.connection_id, l.id, l.organization_id, l.hash, l.what, l.redact, l.with_server, l.created_at, l.created_by, l.expires_at, l.uses,
        l.last_used_at
        """;

    public NpgsqlBatchCommand Insert()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO share_links
                (connection_id, id, organization_id, hash, what, redact, with_server, created_at, created_by, expires_at)
            VALUES ({sql.Add(Connection)}, {sql.Add(Id)}, {sql.Add(Organization)}, {sql.Add(Hash)}, {sql.Add(What)},
                {sql.Add((bool?)Redact)}, {sql.Add((bool?)WithServer)}, {sql.Add(CreatedAt)}, {sql.Add(CreatedBy)}, {sql.Add(ExpiresAt)})
            """
        );
    }

    public static NpgsqlBatchCommand Page(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM share_links l WHERE l.connection_id = {sql.Add(connection)} AND l.id > {sql.Add(after)}
            ORDER BY l.id LIMIT {most}
            """
        );
    }

    public static NpgsqlBatchCommand Delete(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM share_links l WHERE l.connection_id = {sql.Add(connection)} AND l.id = {sql.Add(id)} RETURNING {Columns}"
        );
    }

    /// <summary>
    /// The link with this secret, unless it has expired, its connection is deleted or the admin key that has made it is revoked; and notes
    /// its use.
    /// </summary>
    public static NpgsqlBatchCommand Use(byte[] hash, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE share_links l SET uses = uses + 1, last_used_at = {sql.Add(now)}
            WHERE l.hash = {sql.Add(hash)} AND l.expires_at > {sql.Add(now)}
                AND EXISTS (SELECT FROM connections c WHERE c.id = l.connection_id AND c.state <> 'deleted')
                AND NOT EXISTS (SELECT FROM admin_keys k WHERE l.created_by = 'admin-key:' || k.id AND k.revoked_at IS NOT NULL)
            RETURNING {Columns}
            """
        );
    }

    public static async Task<List<ShareLink>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<ShareLink>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetGuid(1),
                    rows.GetGuid(2),
                    rows.GetFieldValue<byte[]>(3),
                    rows.GetString(4),
                    rows.GetBoolean(5),
                    rows.GetBoolean(6),
                    rows.GetFieldValue<DateTimeOffset>(7),
                    rows.GetString(8),
                    rows.GetFieldValue<DateTimeOffset>(9),
                    rows.GetInt64(10),
                    rows.IsDBNull(11) ? null : rows.GetFieldValue<DateTimeOffset>(11)
                )
            );
        return read;
    }
}
