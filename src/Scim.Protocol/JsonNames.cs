using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Attribute names have no letter case in SCIM (RFC 7643 §2.1), but the names in a JSON document do.</summary>
static class JsonNames
{
    /// <summary>The document's spelling of that name, or <c>null</c> when it does not have it in any letter case.</summary>
    public static string? KeyOf(this JsonObject document, string name) =>
        document.ContainsKey(name) ? name : document.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;
}
