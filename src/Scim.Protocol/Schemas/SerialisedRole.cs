using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Entra's AppRoleAssignmentsComplex sends <c>{"value":"{\"id\":…,\"value\":…,\"displayName\":…}"}</c> on PATCH: a role inside a string.</summary>
static class SerialisedRole
{
    /// <summary>The role that the string holds, or <c>null</c> for any other value: some role's name may merely start with a brace.</summary>
    public static JsonObject? Open(JsonNode? node)
    {
        var text = node is JsonObject role ? role.FirstOrDefault(p => IsValue(p.Key)).Value : node;
        if (Parse(text) is not { } opened)
            return null;

        // What stands beside the string (type, primary) completes what stands in it.
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
