using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A group with what is shown beside it.</summary>
sealed record ShownGroup(ReleasedGroup Group, Guid ConnectionId, Guid OrganizationId);

/// <summary>Which groups are asked for. Everything that is given must be true of them.</summary>
sealed record GroupFilter(Guid? ConnectionId, Guid? OrganizationId, string? Name, string? ExternalId);

/// <summary>A group within a group, as it was received.</summary>
sealed record NestedGroup(Guid Id, string Name, string? ExternalId);

/// <summary>Finds groups and their members for the application.</summary>
static class ShownGroups
{
    const string Columns = $"{ReleasedGroups.Columns}, g.connection_id, g.organization_id";

    /// <summary>The groups in the order of their ids, of all connections within the reach of the session unless one is named.</summary>
    public static NpgsqlBatchCommand Page(GroupFilter filter, Guid after, int most)
    {
        var sql = new Sql();
        var (start, limit) = (sql.Add(after), sql.Add((long)most));
        var (connections, groups) = (new List<string> { "true" }, new List<string> { "g.deleted_at IS NULL" });
        if (filter.ConnectionId is { } connection)
            connections.Add($"c.id = {sql.Add(connection)}");
        if (filter.OrganizationId is { } organization)
            connections.Add($"c.organization_id = {sql.Add(organization)}");
        if (filter.Name is { } name)
            groups.Add($"g.name_key = {sql.Add(CaseFolding.Fold(name))}");
        if (filter.ExternalId is { } externalId)
            groups.Add($"g.external_id = {sql.Add(externalId)}");
        return sql.Statement(
            $"""
            SELECT {Columns} FROM connections c CROSS JOIN LATERAL (
                SELECT g.* FROM directory_groups g
                WHERE g.connection_id = c.id AND g.id > {start} AND {string.Join(" AND ", groups)}
                ORDER BY g.id LIMIT {limit}) g
            WHERE {string.Join(" AND ", connections)}
            ORDER BY g.id LIMIT {limit}
            """
        );
    }

    /// <summary>The group of that id, in whatever connection within the reach of the session.</summary>
    public static NpgsqlBatchCommand ById(Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_groups g JOIN connections c ON c.id = g.connection_id
            WHERE g.id = {sql.Add(id)} AND g.deleted_at IS NULL
            """
        );
    }

    public static async Task<List<ShownGroup>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var groups = new List<ShownGroup>();
        while (await rows.ReadAsync(ct))
            groups.Add(new(ReleasedGroups.Read(rows), rows.GetGuid(8), rows.GetGuid(9)));
        return groups;
    }

    /// <summary>The groups within a group, in the order of their ids.</summary>
    // From the groups of the connection to the members: a group may have very many members, and few of them are groups.
    public static NpgsqlBatchCommand Nested(Guid connection, Guid group, Guid after, int most)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            SELECT g.id, g.name, g.external_id FROM directory_groups g
            WHERE g.connection_id = {connectionId} AND g.id > {sql.Add(after)} AND g.deleted_at IS NULL AND EXISTS (
                SELECT FROM group_members m
                WHERE m.connection_id = {connectionId} AND m.group_id = {sql.Add(group)} AND m.member_id = g.id)
            ORDER BY g.id LIMIT {sql.Add((long)most)}
            """
        );
    }

    public static async Task<List<NestedGroup>> ReadNestedAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var groups = new List<NestedGroup>();
        while (await rows.ReadAsync(ct))
            groups.Add(new(rows.GetGuid(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
        return groups;
    }
}
