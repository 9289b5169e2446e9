using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Reads received users as the projection needs them.</summary>
static class ReceivedUsers
{
    static readonly string User = ResourceType.User.Name;

    /// <summary>The columns of <see cref="ReadAsync"/>, of <c>resources r</c>.</summary>
    public const string Columns = """
        r.id, r.deleted_at IS NOT NULL, r.attributes::text, ARRAY(
            SELECT m.group_id FROM group_members m WHERE m.connection_id = r.connection_id AND m.member_id = r.id)
        """;

    /// <summary>These users, deleted ones too; for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Named(Guid connection, Guid[] ids)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT {Columns} FROM resources r WHERE r.connection_id = {sql.Add(connection)} AND r.id = ANY({sql.Add(ids)}) "
                + $"AND r.resource_type = '{User}'"
        );
    }

    /// <summary>The users after an id, deleted ones too; for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand After(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.id > {sql.Add(after)} AND r.resource_type = '{User}'
            ORDER BY r.id LIMIT {most}
            """
        );
    }

    /// <summary>The live users after an id; for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand LiveAfter(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT r.id, false, r.attributes::text, ARRAY[]::uuid[] FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.id > {sql.Add(after)} AND r.resource_type = '{User}'
                AND r.deleted_at IS NULL
            ORDER BY r.id LIMIT {most}
            """
        );
    }

    /// <summary>The id of the user before the last live ones; no row when there are not that many.</summary>
    public static NpgsqlBatchCommand BeforeLast(Guid connection, int users)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT id FROM resources
            WHERE connection_id = {sql.Add(connection)} AND resource_type = '{User}' AND deleted_at IS NULL
            ORDER BY id DESC OFFSET {users} LIMIT 1
            """
        );
    }

    /// <summary>How many users there are, deleted ones too, but no more than this.</summary>
    public static NpgsqlBatchCommand CountUpTo(Guid connection, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT count(*) FROM (
                SELECT FROM resources WHERE connection_id = {sql.Add(connection)} AND resource_type = '{User}' LIMIT {most}) counted
            """
        );
    }

    /// <summary>How many users there are, deleted ones too.</summary>
    public static NpgsqlBatchCommand Count(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT count(*) FROM resources WHERE connection_id = {sql.Add(connection)} AND resource_type = '{User}'");
    }

    public static Task<List<ReceivedUser>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct) => ReadAsync(rows, user => user, ct);

    /// <summary>
    /// The same where little of a user is kept: each is looked at while the database still makes the next ones, and its document is
    /// forgotten.
    /// </summary>
    public static async Task<List<T>> ReadAsync<T>(NpgsqlDataReader rows, Func<ReceivedUser, T> look, CancellationToken ct)
    {
        var users = new List<T>();
        while (await rows.ReadAsync(ct))
            users.Add(
                look(
                    new(
                        rows.GetGuid(0),
                        rows.GetBoolean(1),
                        (JsonObject)JsonNode.Parse(rows.GetFieldValue<byte[]>(2))!,
                        rows.GetFieldValue<Guid[]>(3).ToHashSet()
                    )
                )
            );
        return users;
    }
}
