using System.Text.Encodings.Web;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// The computed attributes <c>members</c> (of groups) and <c>groups</c> (of users), which statements make from the membership rows as JSON.
/// </summary>
static class RelatedResources
{
    /// <summary>SQL: the collection of the related resource <c>e</c>, such as <c>Users</c>.</summary>
    public static readonly string Collection = CaseOfType(ResourceTypes.BuiltIn.All, type => $"'{type.Collection}'");

    /// <summary>SQL: the name to show of the related resource <c>e</c>.</summary>
    public const string Display = "coalesce(e.attributes ->> 'displayName', e.attributes ->> 'userName')";

    /// <summary>
    /// Members read at once. A huge group is read in parts, each by a statement of its own, so that a slow client does not hold a session.
    /// </summary>
    public const int PartSize = 250;

    /// <summary>The same for each group on a long page.</summary>
    public const int FewOfMany = 20;

    public static readonly RelatedPart None = new("[]"u8.ToArray(), null);

    /// <summary>Whether a reply with this projection shows the computed attribute of the type, so that it must be read.</summary>
    public static bool AreShown(ResourceType type, AttributeProjection projection) =>
        projection.Includes(type.IsGroup ? GroupSchema.Members : UserSchema.Groups);

    /// <summary>
    /// Sub-select over <c>resources r</c>: the computed attribute of the type, NULL when it is empty. Of members, only the first ones, or
    /// the first ones after some id.
    /// </summary>
    /// <param name="size">Members at most.</param>
    /// <param name="after">Placeholder of the parameter with that id.</param>
    public static string Select(Sql sql, Caller caller, ResourceType type, int size = PartSize, string? after = null)
    {
        if (type.IsUser)
            return Select("group_members", "m.member_id = r.id", "m.group_id", GroupJson(sql, caller, "m.group_id"));
        if (!type.IsGroup)
            return "NULL";
        var members = $"(SELECT * FROM group_members m WHERE {MembersInOrder(after)} LIMIT {size})";
        return Select(members, "m.group_id = r.id", "m.member_id", MemberJson(sql, caller));
    }

    /// <summary>
    /// Sub-select: the id of the last member that <see cref="Select(Sql, Caller, ResourceType, int, string)"/> gives, when it gives as many
    /// as it may.
    /// </summary>
    public static string SelectLast(ResourceType type, int size = PartSize, string? after = null) =>
        type.IsGroup ? $"(SELECT m.member_id FROM group_members m WHERE {MembersInOrder(after)} OFFSET {size - 1} LIMIT 1)" : "NULL::uuid";

    /// <summary>Reads the two.</summary>
    /// <param name="json">Ordinal of the first.</param>
    /// <param name="last">Ordinal of the second.</param>
    public static RelatedPart? Read(NpgsqlDataReader row, int json, int last) =>
        row.IsDBNull(json) ? null : new(row.GetFieldValue<byte[]>(json), row.IsDBNull(last) ? null : row.GetGuid(last));

    /// <summary>The groups that any of these users is in, for <see cref="ReadGroup"/>.</summary>
    public static NpgsqlBatchCommand Groups(Caller caller, Guid[] users)
    {
        var sql = new Sql();
        var connection = sql.Add(caller.ConnectionId);
        return sql.Statement(
            $"""
            SELECT e.id, {GroupJson(sql, caller, "e.id")} FROM resources e
            WHERE e.connection_id = {connection} AND e.id IN (
                SELECT group_id FROM group_members WHERE connection_id = {connection} AND member_id = ANY({sql.Add(users)})
            )
            """
        );
    }

    public static (Guid Group, byte[] Json) ReadGroup(NpgsqlDataReader row) => (row.GetGuid(0), row.GetFieldValue<byte[]>(1));

    /// <summary>Which of these users is in which group, for <see cref="ReadMembership"/>.</summary>
    public static NpgsqlBatchCommand Memberships(Caller caller, Guid[] users)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT member_id, group_id FROM group_members
            WHERE connection_id = {sql.Add(caller.ConnectionId)} AND member_id = ANY({sql.Add(users)})
            ORDER BY member_id, group_id
            """
        );
    }

    public static (Guid User, Guid Group) ReadMembership(NpgsqlDataReader row) => (row.GetGuid(0), row.GetGuid(1));

    static string MembersInOrder(string? after) =>
        "m.connection_id = r.connection_id AND m.group_id = r.id"
        + (after is null ? "" : $" AND m.member_id > {after}")
        + " ORDER BY m.member_id";

    // Sorted below the aggregate, where an index gives the order for free.
    static string Select(string memberships, string relation, string id, string json) =>
        $"""
            (SELECT '[' || string_agg(j, ',') || ']' FROM (
                SELECT {json} AS j FROM {memberships} m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {id}
                WHERE m.connection_id = r.connection_id AND {relation} ORDER BY {id}) related)
            """;

    static string GroupJson(Sql sql, Caller caller, string id) =>
        Json(id, sql.Add(Reference(caller, ResourceType.Group)), ",\"type\":\"direct\",\"display\":");

    static string MemberJson(Sql sql, Caller caller) =>
        Json(
            "m.member_id",
            CaseOfType(ResourceTypes.BuiltIn.All, type => sql.Add(Reference(caller, type))),
            ",\"type\":\"' || e.resource_type || '\",\"display\":"
        );

    static string CaseOfType(IEnumerable<ResourceType> types, Func<ResourceType, string> expression) =>
        $"CASE e.resource_type {string.Join(' ', types.Select(type => $"WHEN '{type.Name}' THEN {expression(type)}"))} END";

    // JSON made as text takes less than half the time of json_build_object. Ids and types need no escaping, the URL is escaped before, and
    // the name is JSON already.
    static string Json(string id, string reference, string rest) =>
        $$"""
            '{"value":"' || {{id}} || {{reference}} || {{id}} || '"{{rest}}'
                || coalesce(e.attributes -> 'displayName', e.attributes -> 'userName', 'null') || '}'
            """;

    /// <summary>The JSON between the id in <c>value</c> and the id at the end of <c>$ref</c>.</summary>
    static string Reference(Caller caller, ResourceType type) =>
        $"\",\"$ref\":\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode($"{caller.BaseUrl}/{type.Collection}/")}";
}
