using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Attribute names have no letter case in SCIM (RFC 7643 §2.1), but the names in a JSON document do.</summary>
static class JsonNames
{
    /// <summary>The document's spelling of that name, or <c>null</c> when it does not have it in any letter case.</summary>
    public static string? KeyOf(this JsonObject document, string name)
    {
        if (document.ContainsKey(name))
            return name;
        // By index, as in other places that each request comes to: an enumerator is an object.
        for (var i = 0; i < document.Count; i++)
            if (document.GetAt(i).Key is var key && key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return key;
        return null;
    }
}
