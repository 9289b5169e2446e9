using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Changes;

/// <summary>The members of a group at a moment.</summary>
/// <param name="Ids">The first ones, in the order of their ids.</param>
sealed record PastMembers(long Count, IReadOnlyList<Guid> Ids)
{
    public const int Most = 1_000;

    /// <summary>From the beginning of the group: whom the last entry up to the moment has added is in it.</summary>
    public static NpgsqlBatchCommand FromBeginning(Guid connection, Guid group, DateTimeOffset at)
    {
        var sql = new Sql();
        var (id, key, until) = (sql.Add(connection), sql.Add(group), sql.Add(at));
        // When the group was deleted, all went.
        var after = $"""
            coalesce((
                SELECT transaction_id FROM changes WHERE connection_id = {id} AND resource_id = {key} AND occurred_at <= {until}
                    AND type = '{ChangeType.Deleted(Scim.ResourceType.Group).Name}'
                ORDER BY transaction_id DESC LIMIT 1), '0')
            """;
        var entries = Entries(
            $"connection_id = {id} AND resource_id = {key} AND occurred_at <= {until} AND transaction_id > {after}",
            "DESC"
        );
        return sql.Statement($"SELECT member::uuid, count(*) OVER () FROM ({entries}) e WHERE came ORDER BY 1 LIMIT {Most}");
    }

    /// <summary>From the members of now: whoever came since was not in it, and whoever went since was.</summary>
    public static NpgsqlBatchCommand FromNow(Guid connection, Guid group, DateTimeOffset at)
    {
        var sql = new Sql();
        var (id, key) = (sql.Add(connection), sql.Add(group));
        var entries = Entries($"connection_id = {id} AND resource_id = {key} AND occurred_at > {sql.Add(at)}", "");
        return sql.Statement(
            $"""
            WITH since AS MATERIALIZED (SELECT member::uuid AS member, came FROM ({entries}) e)
            SELECT member, count(*) OVER () FROM (
                SELECT member_id AS member FROM group_members WHERE connection_id = {id} AND group_id = {key}
                    AND NOT EXISTS (SELECT FROM since WHERE since.member = member_id)
                UNION ALL
                SELECT member FROM since WHERE NOT came) m
            ORDER BY member LIMIT {Most}
            """
        );
    }

    public static async Task<PastMembers> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var (ids, count) = (new List<Guid>(), 0L);
        while (await rows.ReadAsync(ct))
        {
            ids.Add(rows.GetGuid(0));
            count = rows.GetInt64(1);
        }
        return new(count, ids);
    }

    /// <summary>For each member that these changes name whether the last of them, or the first, has added it.</summary>
    static string Entries(string condition, string direction) =>
        $"""
            SELECT DISTINCT ON (member) member, came FROM (
                SELECT member, came, transaction_id, sequence FROM changes
                CROSS JOIN LATERAL jsonb_array_elements(changes.changes) c
                CROSS JOIN LATERAL (
                    SELECT jsonb_array_elements_text(c -> 'added') AS member, true AS came
                    UNION ALL SELECT jsonb_array_elements_text(c -> 'removed'), false) m
                WHERE {condition} AND c ? 'added') named
            ORDER BY member, transaction_id {direction}, sequence {direction}
            """;
}
