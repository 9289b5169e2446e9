using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A group as the identity provider pushed it.</summary>
sealed record PushedGroup(ReceivedGroup Group, bool IsDeleted)
{
    public Guid Id => Group.Id;
}

/// <summary>A group as the application was told.</summary>
sealed record ReleasedGroup(
    Guid Id,
    string? ExternalId,
    string Name,
    long MemberCount,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt
);

/// <summary>Reads received groups, and reads and writes <c>directory_groups</c>.</summary>
static class ReleasedGroups
{
    const string Received = "r.id, r.deleted_at IS NOT NULL, r.attributes ->> 'displayName', r.attributes ->> 'externalId'";

    /// <summary>The columns of <see cref="Read"/>, of <c>directory_groups g</c>.</summary>
    public const string Columns = "g.id, g.external_id, g.name, g.member_count, g.version, g.created_at, g.updated_at, g.deleted_at";

    static readonly string Group = ResourceType.Group.Name;

    /// <summary>These groups as they were received, for <see cref="ReadReceivedAsync"/>.</summary>
    public static NpgsqlBatchCommand ReceivedNamed(Guid connection, Guid[] ids)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Received} FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.id = ANY({sql.Add(ids)}) AND r.resource_type = '{Group}'
            """
        );
    }

    /// <summary>The groups after an id as they were received, deleted ones too.</summary>
    public static NpgsqlBatchCommand ReceivedAfter(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Received} FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.id > {sql.Add(after)} AND r.resource_type = '{Group}'
            ORDER BY r.id LIMIT {most}
            """
        );
    }

    /// <summary>Live groups, as they were received, with the name or externalId of one of these references.</summary>
    public static NpgsqlBatchCommand ReceivedCalled(Guid connection, IReadOnlyCollection<GroupReference> references)
    {
        string[] names = [.. references.Select(reference => reference.Name).OfType<string>().Select(CaseFolding.Fold)];
        string[] externalIds = [.. references.Select(reference => reference.ExternalId).OfType<string>()];
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Received} FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.resource_type = '{Group}' AND r.deleted_at IS NULL
                AND (r.display_name = ANY({sql.Add(names)}) OR r.external_id = ANY({sql.Add(externalIds)}))
            ORDER BY r.id
            """
        );
    }

    public static async Task<List<PushedGroup>> ReadReceivedAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var groups = new List<PushedGroup>();
        while (await rows.ReadAsync(ct))
            groups.Add(new(new(rows.GetGuid(0), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3)), rows.GetBoolean(1)));
        return groups;
    }

    public static NpgsqlBatchCommand Named(Guid connection, Guid[] ids)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT {Columns} FROM directory_groups g WHERE g.connection_id = {sql.Add(connection)} AND g.id = ANY({sql.Add(ids)})"
        );
    }

    /// <summary>The groups after an id, in the order of the ids, deleted ones too.</summary>
    public static NpgsqlBatchCommand After(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_groups g
            WHERE g.connection_id = {sql.Add(connection)} AND g.id > {sql.Add(after)} ORDER BY g.id LIMIT {most}
            """
        );
    }

    public static async Task<List<ReleasedGroup>> ReadAllAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var groups = new List<ReleasedGroup>();
        while (await rows.ReadAsync(ct))
            groups.Add(Read(rows));
        return groups;
    }

    public static ReleasedGroup Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.IsDBNull(1) ? null : row.GetString(1),
            row.GetString(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetFieldValue<DateTimeOffset>(5),
            row.GetFieldValue<DateTimeOffset>(6),
            row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7)
        );

    public static NpgsqlBatchCommand Save(Guid connection, Guid organization, ReleasedGroup group)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_groups (connection_id, id, organization_id, external_id, name, name_key, member_count, version,
                created_at, updated_at, deleted_at)
            VALUES ({sql.Add(connection)}, {sql.Add(group.Id)}, {sql.Add(organization)}, {sql.Add(group.ExternalId)}, {sql.Add(group.Name)},
                {sql.Add(CaseFolding.Fold(group.Name))}, {sql.Add(group.MemberCount)}, {sql.Add(group.Version)},
                {sql.Add(group.CreatedAt)}, {sql.Add(group.UpdatedAt)}, {sql.Add(group.DeletedAt)})
            ON CONFLICT (connection_id, id) DO UPDATE SET external_id = excluded.external_id, name = excluded.name,
                name_key = excluded.name_key, member_count = excluded.member_count, version = excluded.version,
                updated_at = excluded.updated_at, deleted_at = excluded.deleted_at
            """
        );
    }
}
