using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A live group as it was received, with the numbers of its members.</summary>
/// <param name="MemberCount">Direct members, users and groups; more than <see cref="ReceivedGroups.MostCounted"/>: there are more.</param>
/// <param name="ReleasedCount">People in it of whom the application was told; <c>null</c>: it does not know the group.</param>
sealed record CountedGroup(ReceivedGroup Group, int MemberCount, long? ReleasedCount);

/// <summary>Lists received groups, whether the application knows them or not.</summary>
static class ReceivedGroups
{
    /// <summary>Members are counted up to here: a list costs the same however large the groups are.</summary>
    public const int MostCounted = 1_000;

    /// <summary>What an admin should know of a group without members.</summary>
    public static readonly Statement Empty = new(
        "group.empty",
        "The group has no members. Is it a nested or a dynamic group? An identity provider sends only those who are members of the group "
            + "itself, and of a dynamic group only when its rule was evaluated. Assign the inner groups themselves."
    );

    static readonly string Type = ResourceType.Group.Name;

    /// <summary>
    /// One row: whether the group is live and has no member, and whether the application was told of it; no row: there is none, not even a
    /// deleted one.
    /// </summary>
    public static NpgsqlBatchCommand Look(Guid connection, Guid group)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT r.deleted_at IS NULL AND NOT EXISTS (
                SELECT FROM group_members m WHERE m.connection_id = r.connection_id AND m.group_id = r.id),
                EXISTS (SELECT FROM directory_groups g WHERE g.connection_id = r.connection_id AND g.id = r.id)
            FROM resources r WHERE r.connection_id = {sql.Add(connection)} AND r.id = {sql.Add(group)} AND r.resource_type = '{Type}'
            """
        );
    }

    /// <summary>The live groups after an id, for <see cref="ReadAsync"/>.</summary>
    /// <param name="prefix">What the name, in any letter case, or the externalId begins with; <c>null</c>: anything.</param>
    public static NpgsqlBatchCommand Page(Guid connection, Guid after, int most, string? prefix)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        var named = prefix is null
            ? ""
            : $"AND ({sql.BeginsWith("r.display_name", CaseFolding.Fold(prefix))} OR {sql.BeginsWith("r.external_id", prefix)})";
        return sql.Statement(
            $"""
            SELECT r.id, r.attributes ->> 'displayName', r.attributes ->> 'externalId', (
                SELECT count(*)::int FROM (
                    SELECT FROM group_members m WHERE m.connection_id = {id} AND m.group_id = r.id LIMIT {MostCounted + 1}) counted),
                g.member_count
            FROM (
                SELECT * FROM resources r
                WHERE r.connection_id = {id} AND r.id > {sql.Add(after)} AND r.resource_type = '{Type}' AND r.deleted_at IS NULL {named}
                ORDER BY r.id LIMIT {sql.Add((long)most)}) r
            LEFT JOIN directory_groups g ON g.connection_id = {id} AND g.id = r.id AND g.deleted_at IS NULL
            ORDER BY r.id
            """
        );
    }

    public static async Task<List<CountedGroup>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var groups = new List<CountedGroup>();
        while (await rows.ReadAsync(ct))
            groups.Add(
                new(
                    new(rows.GetGuid(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)),
                    rows.GetInt32(3),
                    rows.IsDBNull(4) ? null : rows.GetInt64(4)
                )
            );
        return groups;
    }
}
