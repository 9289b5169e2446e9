using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Counts received users by their groups.</summary>
static class ScopeStatements
{
    static readonly string User = ResourceType.User.Name;

    /// <summary>Each group with the number of its direct members that are users.</summary>
    public static NpgsqlBatchCommand Members(Guid connection, Guid[] groups)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT group_id, count(*) FROM ({OfGroups(sql, sql.Add(connection), groups)}) m GROUP BY group_id");
    }

    /// <summary>One row: the live users, and those of them in one of the groups; <c>null</c>: all of them.</summary>
    public static NpgsqlBatchCommand Users(Guid connection, Guid[]? groups)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        var all = $"""
            (SELECT coalesce(sum(count), 0)::bigint FROM resource_counts
             WHERE connection_id = {connectionId} AND resource_type = '{User}')
            """;
        if (groups is null)
            return sql.Statement($"SELECT n, n FROM {all} AS users (n)");
        return sql.Statement(
            $"""
            SELECT {all}, (
                SELECT count(*) FROM (SELECT DISTINCT member_id FROM ({OfGroups(sql, connectionId, groups)}) m) users)
            """
        );
    }

    // Few members are not users. To leave these out costs less than to look each user up, and both come from indexes alone.
    static string OfGroups(Sql sql, string connection, Guid[] groups) =>
        $"""
            SELECT m.group_id, m.member_id FROM group_members m
            WHERE m.connection_id = {connection} AND m.group_id = ANY({sql.Add(groups)}) AND NOT EXISTS (
                SELECT FROM resources r WHERE r.connection_id = {connection} AND r.id = m.member_id
                    AND r.resource_type <> '{User}' AND r.deleted_at IS NULL)
            """;

    /// <summary>The sentences about groups that could be several.</summary>
    public static NpgsqlBatchCommand Ambiguous(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT message FROM directory_problems
            WHERE connection_id = {sql.Add(connection)} AND kind = '{WireName.Of(
                ProblemKind.AmbiguousGroup
            )}' ORDER BY resource_id LIMIT 100
            """
        );
    }
}
