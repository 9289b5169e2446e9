using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// A role inside a string: on PATCH, Entra's AppRoleAssignmentsComplex sends
/// <c>{"value":"{\"id\":…,\"value\":…,\"displayName\":…}"}</c>.
/// </summary>
static class SerialisedRole
{
    /// <summary>The role in the string; <c>null</c> for any other value, because the name of a role may begin with a brace too.</summary>
    public static JsonObject? Open(JsonNode? node)
    {
        var text = node is JsonObject role ? role.FirstOrDefault(p => IsValue(p.Key)).Value : node;
        if (Parse(text) is not { } opened)
            return null;

        // Members beside the string, such as "type" and "primary", belong to the role unless the string has them too.
        foreach (var (name, other) in node as JsonObject ?? [])
            if (!IsValue(name) && opened.KeyOf(name) is null)
                opened.Add(name, other?.DeepClone());
        return Open(opened) ?? opened;
    }

    static JsonObject? Parse(JsonNode? text)
    {
        if (text is not JsonValue value || !value.TryGetValue(out string? json) || !json.StartsWith('{'))
            return null;
        try
        {
            var role = JsonNode.Parse(json) as JsonObject;
            StorableText.Require(role);
            return
                role?.FirstOrDefault(p => IsValue(p.Key)).Value is JsonValue inner && inner.TryGetValue(out string? name) && name.Length > 0
                ? role
                : null;
        }
        catch (Exception e) when (e is JsonException or ScimException)
        {
            return null;
        }
    }

    static bool IsValue(string name) => name.Equals("value", StringComparison.OrdinalIgnoreCase);
}
