using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Renames what was stored before its schema was registered. Such an extension has the client's spelling; afterwards names must have the
/// schema's.
/// </summary>
static class StoredNames
{
    /// <summary>Gives the names in the document the schema's spelling.</summary>
    /// <returns>True when a name has changed.</returns>
    public static bool Respell(JsonObject document, ResourceType type)
    {
        var changed = false;
        foreach (var extension in type.Extensions)
        {
            // Also what an older server kept under another name of the extension.
            var name = document.KeyOf(extension.Id) ?? OtherName(document, extension, type);
            if (name is not { } stored || document[stored] is not JsonObject members)
                continue;
            changed |= Rename(document, stored, extension.Id) | Respell(members, extension.Find);
        }
        return changed;
    }

    static string? OtherName(JsonObject document, SchemaDefinition extension, ResourceType type) =>
        document.Select(p => p.Key).FirstOrDefault(key => key.Contains(':') && type.FindSchema(key) == extension);

    static bool Respell(JsonObject scope, Func<string, AttributeDefinition?> find)
    {
        var changed = false;
        if (HasOnlyOurSpelling(scope, find)) // nearly always
            return changed;
        foreach (var (stored, value) in scope.ToArray())
        {
            if (find(stored) is not { } attribute)
                continue;
            changed |= Rename(scope, stored, attribute.Name);
            if (attribute.IsComplex)
                foreach (var element in (value as IEnumerable<JsonNode?> ?? [value]).OfType<JsonObject>())
                    changed |= Respell(element, attribute.Sub);
        }
        return changed;
    }

    /// <summary>True when no name has to be looked at: each simple attribute is spelt as in the schema, and there are no others.</summary>
    static bool HasOnlyOurSpelling(JsonObject scope, Func<string, AttributeDefinition?> find)
    {
        for (var i = 0; i < scope.Count; i++)
            if (scope.GetAt(i).Key is var stored && find(stored) is { } attribute && (attribute.IsComplex || attribute.Name != stored))
                return false;
        return true;
    }

    static bool Rename(JsonObject scope, string stored, string name)
    {
        if (stored == name || scope.ContainsKey(name) || scope[stored] is not { } value)
            return false;
        scope.Remove(stored);
        scope[name] = value;
        return true;
    }
}
