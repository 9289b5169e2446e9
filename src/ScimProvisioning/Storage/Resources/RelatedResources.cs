using System.Text.Encodings.Web;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The computed attributes <c>members</c> (of groups) and <c>groups</c> (of users), read from the membership rows as JSON.</summary>
static class RelatedResources
{
    /// <summary>Collection of the related resource <c>e</c>, such as <c>Users</c>.</summary>
    public static readonly string Collection =
        $"CASE e.resource_type {string.Join(' ', ResourceTypes.BuiltIn.All.Select(type => $"WHEN '{type.Name}' THEN '{type.Collection}'"))} END";

    /// <summary>What the related resource <c>e</c> is called.</summary>
    public const string Display = "coalesce(e.attributes ->> 'displayName', e.attributes ->> 'userName')";

    /// <summary>Members read at once: a huge group is read in parts, each by a statement of its own, so that no slow client holds a session.</summary>
    public const int PartSize = 250;

    /// <summary>The same, of each group on a long page.</summary>
    public const int FewOfMany = 20;

    public static readonly RelatedPart None = new("[]"u8.ToArray(), null);

    /// <summary>Sub-select over <c>resources r</c>, NULL when there are none, for the type's computed attribute: of members the first, or the first after some id.</summary>
    /// <param name="size">Members at most.</param>
    /// <param name="after">Placeholder of the parameter with that id.</param>
    public static string Select(Sql sql, Caller caller, ResourceType type, int size = PartSize, string? after = null) =>
        type.IsGroup
            ? Select(
                $"(SELECT * FROM group_members m WHERE {Members(after)} LIMIT {size})",
                "m.group_id = r.id",
                "m.member_id",
                MemberJson(sql, caller)
            )
        : type.IsUser ? Select("group_members", "m.member_id = r.id", "m.group_id", GroupJson(sql, caller, "m.group_id"))
        : "NULL";

    /// <summary>Sub-select: the last member of what <see cref="Select(Sql, Caller, ResourceType, int, string)"/> yields, when it yields as many as it may.</summary>
    public static string SelectLast(ResourceType type, int size = PartSize, string? after = null) =>
        type.IsGroup ? $"(SELECT m.member_id FROM group_members m WHERE {Members(after)} OFFSET {size - 1} LIMIT 1)" : "NULL::uuid";

    /// <summary>The groups that any of these users is in: id, JSON.</summary>
    public static NpgsqlBatchCommand Groups(Caller caller, Guid[] users)
    {
        var sql = new Sql();
        var connection = sql.Add(caller.ConnectionId);
        return sql.Statement(
            $"""
            SELECT e.id, {GroupJson(sql, caller, "e.id")} FROM resources e
            WHERE e.connection_id = {connection} AND e.id IN (SELECT group_id FROM group_members WHERE connection_id = {connection} AND member_id = ANY({sql.Add(
                users
            )}))
            """
        );
    }

    /// <summary>Which of these users is in which group: user, group.</summary>
    public static NpgsqlBatchCommand Memberships(Caller caller, Guid[] users)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT member_id, group_id FROM group_members WHERE connection_id = {sql.Add(caller.ConnectionId)} AND member_id = ANY({sql.Add(users)}) ORDER BY member_id, group_id"
        );
    }

    static string Members(string? after) =>
        $"m.connection_id = r.connection_id AND m.group_id = r.id{(after is null ? "" : $" AND m.member_id > {after}")} ORDER BY m.member_id";

    // Sorted below the aggregate, where an index gives the order for nothing.
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
            $"CASE e.resource_type {string.Join(' ', ResourceTypes.BuiltIn.All.Select(type => $"WHEN '{type.Name}' THEN {sql.Add(Reference(caller, type))}"))} END",
            ",\"type\":\"' || e.resource_type || '\",\"display\":"
        );

    // Put together as text, at less than half the price of json_build_object: ids and types need no escaping, the URL has had it, and the name is JSON already.
    static string Json(string id, string reference, string rest) =>
        $$"""'{"value":"' || {{id}} || {{reference}} || {{id}} || '"{{rest}}' || coalesce(e.attributes -> 'displayName', e.attributes -> 'userName', 'null') || '}'""";

    /// <summary>What stands between an id and the same at the end of <c>$ref</c>.</summary>
    static string Reference(Caller caller, ResourceType type) =>
        $"\",\"$ref\":\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode($"{caller.BaseUrl}/{type.Collection}/")}";
}
