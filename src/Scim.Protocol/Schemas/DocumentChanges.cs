using System.Text.Json.Nodes;

namespace Scim;

/// <summary>The differences between two versions of a document: <c>[{"path": …, "old": …, "new": …}]</c>.</summary>
public static class DocumentChanges
{
    /// <summary>
    /// One entry for each changed attribute; for single-valued complex attributes and extensions, one for each changed member
    /// (<c>name.givenName</c>, <c>urn:…:User:department</c>). A multi-valued attribute is one entry. <c>schemas</c> is left out, because it
    /// follows from the rest. An absent value has no <c>old</c> or <c>new</c>; an attribute that is never returned has neither, so that the
    /// entry does not reveal it.
    /// </summary>
    public static JsonArray Between(JsonObject before, JsonObject after, ResourceType type)
    {
        var changes = new JsonArray();
        foreach (var name in before.Select(p => p.Key).Union(after.Select(p => p.Key)).Where(name => name != "schemas"))
            Add(changes, name, before[name], after[name], name.Contains(':') ? ':' : '.');
        if (type.IsReturnedWhole)
            return changes;

        foreach (var change in changes.OfType<JsonObject>().Where(change => IsNeverReturned((string)change["path"]!, type)))
        {
            change.Remove("old");
            change.Remove("new");
        }
        return changes;
    }

    /// <summary>
    /// Makes the changes in a document, or undoes them: each path gets its <c>new</c> value, or its <c>old</c> one. Entries about members
    /// are left out.
    /// </summary>
    /// <param name="changes">As <see cref="Between"/> makes them.</param>
    public static void Apply(JsonObject document, JsonArray changes, bool undo = false)
    {
        foreach (var change in changes.OfType<JsonObject>())
            if (change["path"] is JsonValue path && !change.ContainsKey("added"))
                Set(document, Parts((string)path!), change[undo ? "old" : "new"]?.DeepClone());
    }

    /// <summary>The names from the document down to the value. What is before the last colon is the id of an extension.</summary>
    static string[] Parts(string path)
    {
        var colon = path.LastIndexOf(':');
        return colon < 0 ? path.Split('.') : [path[..colon], .. path[(colon + 1)..].Split('.')];
    }

    static void Set(JsonObject document, ReadOnlySpan<string> names, JsonNode? value)
    {
        var name = names[0];
        if (names.Length > 1)
        {
            if (document[name] is not JsonObject complex)
                document[name] = complex = [];
            Set(complex, names[1..], value);
            if (complex.Count == 0)
                document.Remove(name);
        }
        else if (value is null)
            document.Remove(name);
        else
            document[name] = value;
    }

    static bool IsNeverReturned(string path, ResourceType type) =>
        AttributePath.Find(path, type) is { } found
        && (
            found.Attribute.Returned is Returned.Never
            || found.Leaf.Returned is Returned.Never
            || found.Leaf.SubAttributes.Any(sub => sub.Returned is Returned.Never)
        );

    static void Add(JsonArray changes, string path, JsonNode? before, JsonNode? after, char separator)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject or null && after is JsonObject or null)
        {
            var (old, now) = (before as JsonObject ?? [], after as JsonObject ?? []);
            foreach (var name in old.Select(p => p.Key).Union(now.Select(p => p.Key)))
                Add(changes, $"{path}{separator}{name}", old[name], now[name], '.');
            return;
        }
        changes.Add(Entry(path, before, after));
    }

    /// <summary>One changed value, whole. An absent one has no <c>old</c> or <c>new</c>.</summary>
    public static JsonObject Entry(string path, JsonNode? before, JsonNode? after)
    {
        var change = new JsonObject { ["path"] = path };
        if (before is not null)
            change["old"] = before.DeepClone();
        if (after is not null)
            change["new"] = after.DeepClone();
        return change;
    }
}
