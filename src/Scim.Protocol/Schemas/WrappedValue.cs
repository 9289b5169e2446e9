using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>A simple value that comes as an object: Entra sends <c>[{"value":"False"}]</c> for <c>active</c>.</summary>
static class WrappedValue
{
    /// <summary>The sub-attributes that every list may have (RFC 7643 §2.4).</summary>
    static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "value",
        "$ref",
        "type",
        "primary",
        "display"
    );

    /// <summary>Puts the value of <c>{"value": …}</c> into its place, and outside a list that of an array with one such object.</summary>
    /// <returns>False when the node is anything else.</returns>
    public static bool TryOpen(ref JsonNode? node, bool inList)
    {
        var only = !inList && node is JsonArray and [JsonObject element] ? element : node as JsonObject;
        if (only?.KeyOf("value") is not { } value || only.Any(p => !Names.Contains(p.Key)))
            return false;
        node = only[value];
        return true;
    }
}
