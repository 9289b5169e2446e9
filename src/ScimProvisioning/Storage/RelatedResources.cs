using Scim;

namespace ScimProvisioning.Storage;

/// <summary>The computed attributes <c>members</c> (of groups) and <c>groups</c> (of users), read from the membership rows as JSON.</summary>
static class RelatedResources
{
    /// <summary>Collection of the related resource <c>e</c>, such as <c>Users</c>.</summary>
    public static readonly string Collection =
        $"CASE e.resource_type {string.Join(' ', ResourceTypes.BuiltIn.All.Select(type => $"WHEN '{type.Name}' THEN '{type.Collection}'"))} END";

    /// <summary>What the related resource <c>e</c> is called.</summary>
    public const string Display = "coalesce(e.attributes ->> 'displayName', e.attributes ->> 'userName')";

    /// <summary>Members read at once: a huge group is read in parts, each by a statement of its own, so that no slow client holds a session.</summary>
    public const int PartSize = 1_000;

    public static readonly RelatedPart None = new("[]"u8.ToArray(), null);

    /// <summary>Sub-select over <c>resources r</c>, NULL when there are none, for the type's computed attribute: of members the first, or the first after some id.</summary>
    /// <param name="baseUrl">Placeholder of the parameter with the connection's Tenant URL.</param>
    /// <param name="after">Placeholder of the parameter with that id.</param>
    public static string Select(ResourceType type, string baseUrl, string? after = null) => type.IsGroup
        ? Select($"(SELECT * FROM group_members m WHERE {Members(after)} LIMIT {PartSize})", "m.group_id = r.id", "m.member_id", "e.resource_type", baseUrl)
        : type.IsUser ? Select("group_members", "m.member_id = r.id", "m.group_id", "'direct'", baseUrl) : "NULL";

    /// <summary>Sub-select: the last member of what <see cref="Select(ResourceType, string, string)"/> yields, when it yields as many as it may.</summary>
    public static string SelectLast(ResourceType type, string? after = null) =>
        type.IsGroup ? $"(SELECT m.member_id FROM group_members m WHERE {Members(after)} OFFSET {PartSize - 1} LIMIT 1)" : "NULL::uuid";

    static string Members(string? after) =>
        $"m.connection_id = r.connection_id AND m.group_id = r.id{(after is null ? "" : $" AND m.member_id > {after}")} ORDER BY m.member_id";

    static string Select(string memberships, string relation, string id, string type, string baseUrl) =>
        $$"""
        (SELECT json_agg(json_build_object('value', {{id}}, '$ref', {{baseUrl}} || '/' || {{Collection}} || '/' || {{id}}, 'type', {{type}}, 'display', {{Display}}) ORDER BY {{id}})::text
         FROM {{memberships}} m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {{id}}
         WHERE m.connection_id = r.connection_id AND {{relation}})
        """;
}
