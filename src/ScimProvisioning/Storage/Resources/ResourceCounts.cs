using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The numbers of resources of a connection, as the writers have counted them.</summary>
/// <param name="Users">Users, whether active or not.</param>
/// <param name="Groups">Groups.</param>
sealed record ResourceCounts(long Users, long Groups)
{
    public static readonly ResourceCounts None = new(0, 0);

    public static async Task<ResourceCounts> ReadAsync(ScimDbContext db, Guid connection, CancellationToken ct)
    {
        // Row-level security hides the counts of other connections, so the session must name this one.
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), Read(connection));
        return await ReadAsync(rows, ct);
    }

    /// <summary>One row, for <see cref="ReadAsync(NpgsqlDataReader, CancellationToken)"/>.</summary>
    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT coalesce(sum(count) FILTER (WHERE resource_type = 'User'), 0)::bigint,
                coalesce(sum(count) FILTER (WHERE resource_type = 'Group'), 0)::bigint
            FROM resource_counts WHERE connection_id = {sql.Add(connection)}
            """
        );
    }

    public static async Task<ResourceCounts> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(rows.GetInt64(0), rows.GetInt64(1));
    }
}
