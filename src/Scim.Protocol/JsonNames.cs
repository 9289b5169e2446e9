using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Names in SCIM are compared without regard to case (RFC 7643 §2.1); the ones of a document are spelled in one way.</summary>
static class JsonNames
{
    /// <summary>The document's spelling of that name, or <c>null</c> when it has none in any letter case.</summary>
    public static string? KeyOf(this JsonObject document, string name) =>
        document.ContainsKey(name) ? name : document.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;
}
