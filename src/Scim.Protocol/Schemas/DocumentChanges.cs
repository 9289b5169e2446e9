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
