using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Reads and writes <c>directory_users</c>, one row for each person as the application was told.</summary>
static class ReleasedUsers
{
    /// <summary>The columns of <see cref="Read"/>, of <c>directory_users u</c>.</summary>
    public const string Columns = """
        u.id, u.resource_id, u.is_linked, u.external_id, u.uid, u.uid_key, u.app_user_id, u.status, u.status_reason, u.mapped::text,
        u.own::text, u.local::text, u.managed, u.manager_resource_id, u.manager_id, u.roles::text, u.version, u.created_at, u.updated_at
        """;

    /// <summary>How many columns <see cref="Read"/> reads.</summary>
    public const int ColumnCount = 19;

    /// <summary>The people of these received users.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_users u
            WHERE u.connection_id = {sql.Add(connection)} AND u.resource_id = ANY({sql.Add(resources)})
            """
        );
    }

    /// <summary>Everybody who has or had one of these uids, the oldest first.</summary>
    public static NpgsqlBatchCommand WithUid(Guid connection, string[] uidKeys)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_users u
            WHERE u.connection_id = {sql.Add(connection)} AND u.uid_key = ANY({sql.Add(uidKeys)}) ORDER BY u.created_at, u.id
            """
        );
    }

    /// <summary>Everybody after an id.</summary>
    public static NpgsqlBatchCommand After(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_users u
            WHERE u.connection_id = {sql.Add(connection)} AND u.id > {sql.Add(after)} ORDER BY u.id LIMIT {most}
            """
        );
    }

    /// <summary>People after an id who have no live user: imported and deleted ones, and those whose user was erased.</summary>
    public static NpgsqlBatchCommand WithoutLive(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_users u
            WHERE u.connection_id = {sql.Add(connection)} AND u.id > {sql.Add(after)} AND (NOT u.is_linked OR NOT EXISTS (
                SELECT FROM resources r WHERE r.connection_id = u.connection_id AND r.id = u.resource_id))
            ORDER BY u.id LIMIT {most}
            """
        );
    }

    public static async Task<List<Person>> ReadAllAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var people = new List<Person>();
        while (await rows.ReadAsync(ct))
            people.Add(Read(rows));
        return people;
    }

    public static Person Read(NpgsqlDataReader row, int first = 0) =>
        new()
        {
            Id = row.GetGuid(first),
            ResourceId = row.IsDBNull(first + 1) ? null : row.GetGuid(first + 1),
            IsLinked = row.GetBoolean(first + 2),
            ExternalId = Text(row, first + 3),
            Uid = Text(row, first + 4),
            UidKey = Text(row, first + 5),
            AppUserId = Text(row, first + 6),
            Status = Status(row.GetString(first + 7)),
            Reason = WireName.TryParse(Text(row, first + 8), out StatusReason reason) ? reason : null,
            Values = Json(row, first + 9),
            Own = Json(row, first + 10),
            Local = Json(row, first + 11),
            Managed = row.GetFieldValue<string[]>(first + 12),
            ManagerResourceId = row.IsDBNull(first + 13) ? null : row.GetGuid(first + 13),
            ManagerId = row.IsDBNull(first + 14) ? null : row.GetGuid(first + 14),
            Roles = Roles(row.GetFieldValue<byte[]>(first + 15)),
            Version = row.GetInt64(first + 16),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(first + 17),
            UpdatedAt = row.GetFieldValue<DateTimeOffset>(first + 18),
        };

    /// <summary>Writes the rows, whether they are new or not. Nobody may be among them twice.</summary>
    public static NpgsqlBatchCommand Save(Guid connection, Guid organization, IReadOnlyCollection<Person> people)
    {
        var sql = new Sql();
        (string Column, string Value)[] columns =
        [
            ("id", sql.Add([.. people.Select(person => person.Id)])),
            ("created_at", sql.Add([.. people.Select(person => person.CreatedAt)])),
            ("resource_id", sql.Add([.. people.Select(person => person.ResourceId)])),
            ("is_linked", sql.Add([.. people.Select(person => person.IsLinked)])),
            ("external_id", sql.Add([.. people.Select(person => person.ExternalId)])),
            ("uid", sql.Add([.. people.Select(person => person.Uid)])),
            ("uid_key", sql.Add([.. people.Select(person => person.UidKey)])),
            ("app_user_id", sql.Add([.. people.Select(person => person.AppUserId)])),
            ("status", sql.Add([.. people.Select(person => WireName.Of(person.Status))])),
            ("status_reason", sql.Add([.. people.Select(person => person.Reason is { } reason ? WireName.Of(reason) : null)])),
            ("user_name", sql.Add([.. people.Select(person => Folded(person, "userName"))])),
            ("email", sql.Add([.. people.Select(person => Folded(person, "email"))])),
            ("display_name", sql.Add([.. people.Select(person => Folded(person, "displayName"))])),
            ("employee_number", sql.Add([.. people.Select(person => Plain(person, "employeeNumber"))])),
            ("mapped", sql.AddJson([.. people.Select(person => ScimJson.Text(person.Values))])),
            ("own", sql.AddJson([.. people.Select(person => ScimJson.Text(person.Own))])),
            ("local", sql.AddJson([.. people.Select(person => ScimJson.Text(person.Local))])),
            (
                "managed",
                sql.AddJson([.. people.Select(person => ScimJson.Text(new JsonArray([.. person.Managed.Select(name => (JsonNode?)name)])))])
            ),
            ("manager_resource_id", sql.Add([.. people.Select(person => person.ManagerResourceId)])),
            ("manager_id", sql.Add([.. people.Select(person => person.ManagerId)])),
            ("roles", sql.AddJson([.. people.Select(person => ScimJson.Text(RolesJson(person)))])),
            ("version", sql.Add([.. people.Select(person => person.Version)])),
            ("updated_at", sql.Add([.. people.Select(person => person.UpdatedAt)])),
        ];
        var names = columns.Select(column => column.Column).ToList();
        // An array of arrays would lose its inner bounds in unnest.
        var values = names.Select(name => name == "managed" ? "ARRAY(SELECT jsonb_array_elements_text(managed))" : name);
        var changed = names.Except(["id", "created_at"]).Select(name => $"{name} = excluded.{name}");
        return sql.Statement(
            $"""
            INSERT INTO directory_users (connection_id, organization_id, {string.Join(", ", names)})
            SELECT {sql.Add(connection)}, {sql.Add(organization)}, {string.Join(", ", values)}
            FROM unnest({string.Join(", ", columns.Select(column => column.Value))}) AS person ({string.Join(", ", names)})
            ON CONFLICT (connection_id, id) DO UPDATE SET {string.Join(", ", changed)}
            """
        );
    }

    /// <summary>Writes the roles by which people are looked up.</summary>
    public static IEnumerable<NpgsqlBatchCommand> SaveRoles(Guid connection, Guid organization, IReadOnlyCollection<Person> people)
    {
        var delete = new Sql();
        yield return delete.Statement(
            $"""
            DELETE FROM directory_user_roles
            WHERE connection_id = {delete.Add(connection)} AND user_id = ANY({delete.Add([.. people.Select(person => person.Id)])})
            """
        );
        var roles = people.SelectMany(person => person.Roles.Select(role => (person.Id, role.Key))).ToList();
        if (roles.Count == 0)
            yield break;
        var insert = new Sql();
        yield return insert.Statement(
            $"""
            INSERT INTO directory_user_roles (connection_id, organization_id, role_key, user_id)
            SELECT {insert.Add(connection)}, {insert.Add(organization)}, *
            FROM unnest({insert.Add([.. roles.Select(role => role.Key)])}, {insert.Add([.. roles.Select(role => role.Id)])})
            """
        );
    }

    static JsonArray RolesJson(Person person) =>
        [
            .. person.Roles.Select(role => new JsonObject
            {
                ["key"] = role.Key,
                ["via"] = new JsonArray([.. role.Via.Select(via => (JsonNode?)via.ToString())]),
            }),
        ];

    static string? Folded(Person person, string name) => Plain(person, name) is { } text ? CaseFolding.Fold(text) : null;

    // A b-tree entry ends at 2,704 bytes. Longer values are found by nobody, but stored.
    static string? Plain(Person person, string name) =>
        person.Value(name) is JsonValue value
        && value.GetValueKind() is JsonValueKind.String
        && value.GetValue<string>() is { Length: <= 512 } text
            ? text
            : null;

    static PersonStatus Status(string name) =>
        WireName.TryParse(name, out PersonStatus status) ? status : throw new InvalidOperationException($"There is no status '{name}'.");

    static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    static PersonRole[] Roles(byte[] json) =>
        json.AsSpan().SequenceEqual("[]"u8)
            ? []
            :
            [
                .. JsonNode
                    .Parse(json)!
                    .AsArray()
                    .Select(role => new PersonRole((string)role!["key"]!, [.. role["via"]!.AsArray().Select(via => (Guid)via!)])),
            ];

    static JsonObject Json(NpgsqlDataReader row, int ordinal)
    {
        var json = row.GetFieldValue<byte[]>(ordinal);
        // Most people have nothing of the application's own.
        return json.AsSpan().SequenceEqual("{}"u8) ? [] : (JsonObject)JsonNode.Parse(json)!;
    }
}
