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

    /// <summary>Sub-select over <c>resources r</c>, NULL when there are none, for the type's computed attribute.</summary>
    /// <param name="baseUrl">Placeholder of the parameter with the connection's Tenant URL.</param>
    public static string Select(ResourceType type, string baseUrl) => type.IsGroup
        ? Select("m.group_id = r.id", "m.member_id", "e.resource_type", baseUrl)
        : type.IsUser ? Select("m.member_id = r.id", "m.group_id", "'direct'", baseUrl) : "NULL";

    static string Select(string relation, string id, string type, string baseUrl) =>
        $$"""
        (SELECT json_agg(json_build_object('value', {{id}}, '$ref', {{baseUrl}} || '/' || {{Collection}} || '/' || {{id}}, 'type', {{type}}, 'display', {{Display}}) ORDER BY {{id}})::text
         FROM group_members m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {{id}}
         WHERE m.connection_id = r.connection_id AND {{relation}})
        """;
}
