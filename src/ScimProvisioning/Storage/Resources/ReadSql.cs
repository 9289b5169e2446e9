using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>How a row is locked while it is read.</summary>
enum RowLock
{
    None,

    /// <summary>For a change: other transactions may still make the resource a member of a group.</summary>
    Change,

    /// <summary>For a delete: waits for transactions that make the resource a member of a group, and holds new ones off.</summary>
    Delete,
}

/// <summary>The statements that read one resource and its members. Each is confined to the caller's connection.</summary>
static class ReadSql
{
    /// <summary>For <see cref="ResourceReader.Read"/>.</summary>
    /// <param name="related">Whether to read the first <c>members</c> of a group or the <c>groups</c> of a user too.</param>
    public static NpgsqlBatchCommand Get(Caller caller, ResourceType type, Guid id, bool related, RowLock rowLock)
    {
        var sql = new Sql();
        var columns = ResourceReader.Columns(sql, caller, [new(type, null, null, related)], RelatedResources.PartSize);
        return sql.Statement(
            $"""
            SELECT {columns}
            {FromLive(sql, caller)} AND r.resource_type = {sql.Add(type.Name)} AND r.id = {sql.Add(id)}{rowLock switch
            {
                RowLock.Change => " FOR NO KEY UPDATE OF r",
                RowLock.Delete => " FOR UPDATE OF r",
                _ => "",
            }}
            """
        );
    }

    /// <summary>Condition on <c>resources</c>: a group can have it as a member.</summary>
    public const string CanBeMember = "resource_type IN ('User', 'Group') AND deleted_at IS NULL";

    /// <summary>The ids of those that exist, locked so that none is deleted before the membership is written.</summary>
    public static NpgsqlBatchCommand LockMembers(Caller caller, IReadOnlyCollection<Guid> members)
    {
        var sql = new Sql();
        var (connection, isMember) = (sql.Add(caller.ConnectionId), sql.IsAny("id", [.. members]));
        return sql.Statement(
            $"""
            SELECT id FROM resources
            WHERE connection_id = {connection} AND {isMember} AND {CanBeMember}
            ORDER BY id FOR KEY SHARE
            """
        );
    }

    /// <summary>Those that <see cref="LockMembers"/> has not found.</summary>
    public static async Task<IReadOnlyCollection<Guid>> ReadMissingAsync(
        NpgsqlDataReader rows,
        IReadOnlyCollection<Guid> members,
        CancellationToken ct
    )
    {
        var missing = members.ToHashSet();
        while (await rows.ReadAsync(ct))
            missing.Remove(rows.GetGuid(0));
        return missing;
    }

    /// <summary>The groups of a user, for <see cref="ReadRelated"/>.</summary>
    public static NpgsqlBatchCommand Groups(Caller caller, Guid user)
    {
        var sql = new Sql();
        var groups = RelatedResources.Select(sql, caller, ResourceType.User);
        return sql.Statement(
            $"SELECT {groups}, {RelatedResources.SelectLast(ResourceType.User)} {FromLive(sql, caller)} AND r.id = {sql.Add(user)}"
        );
    }

    /// <summary>The next members of the group, in the order of their ids, for <see cref="ReadRelated"/>.</summary>
    /// <param name="after">The id of the last one that was read before.</param>
    public static NpgsqlBatchCommand NextMembers(Caller caller, Guid group, Guid after)
    {
        var sql = new Sql();
        var last = sql.Add(after);
        var members = RelatedResources.Select(sql, caller, ResourceType.Group, after: last);
        return sql.Statement(
            $"""
            SELECT {members}, {RelatedResources.SelectLast(ResourceType.Group, after: last)}
            {FromLive(sql, caller)} AND r.id = {sql.Add(group)}
            """
        );
    }

    /// <summary>A row of <see cref="NextMembers"/> or <see cref="Groups"/>; <c>null</c> when there are none, or no more.</summary>
    public static RelatedPart? ReadRelated(NpgsqlDataReader row) => RelatedResources.Read(row, text: 0, last: 1);

    /// <summary>
    /// All members of a group that has few, for <see cref="ReadFewMembersAsync"/>. Those of a larger one are counted only.
    /// </summary>
    /// <param name="most">Members at most.</param>
    public static NpgsqlBatchCommand FewMembers(Caller caller, Guid group, int most)
    {
        var sql = new Sql();
        var (connection, id) = (sql.Add(caller.ConnectionId), sql.Add(group));
        return sql.Statement(
            $"""
            SELECT counted.members, CASE WHEN counted.members <= {most}
                THEN coalesce({RelatedResources.Select(sql, caller, ResourceType.Group, most)}, '') END
            FROM resources r, (
                SELECT count(*)::int AS members FROM (
                    SELECT FROM group_members WHERE connection_id = {connection} AND group_id = {id} LIMIT {LargeGroups.Counted}
                ) counting
            ) counted
            WHERE r.connection_id = {connection} AND r.id = {id} AND r.deleted_at IS NULL
            """
        );
    }

    /// <summary>
    /// How many members <see cref="FewMembers"/> has counted, up to <see cref="LargeGroups.Counted"/>, and the members; <c>null</c> when
    /// there are more than it reads.
    /// </summary>
    public static async Task<(int Count, RelatedPart? Members)> ReadFewMembersAsync(NpgsqlDataReader rows, CancellationToken ct) =>
        await rows.ReadAsync(ct) ? (rows.GetInt32(0), RelatedResources.Read(rows, text: 1)) : (0, null);

    /// <summary>The ids of the members of the group, present or about to be added, that fit the filter.</summary>
    public static NpgsqlBatchCommand SelectMembers(Caller caller, Guid group, FilterExpression filter, Guid[] pending)
    {
        var sql = new Sql();
        var connection = sql.Add(caller.ConnectionId);
        var condition = new FilterSql(sql, caller.BaseUrl, ResourceType.Group).WriteMember(filter);
        return sql.Statement(
            $"""
            SELECT e.id FROM resources e
            JOIN (
                SELECT member_id FROM group_members WHERE connection_id = {connection} AND group_id = {sql.Add(group)}
                UNION SELECT unnest({sql.Add(pending)})
            ) m ON m.member_id = e.id
            WHERE e.connection_id = {connection} AND {condition}
            """
        );
    }

    /// <summary>The connection's resources that are not deleted; conditions may follow.</summary>
    public static string FromLive(Sql sql, Caller caller) =>
        $"FROM resources r WHERE r.connection_id = {sql.Add(caller.ConnectionId)} AND r.deleted_at IS NULL";
}
