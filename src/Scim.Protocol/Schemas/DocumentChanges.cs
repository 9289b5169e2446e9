using System.Text.Json;
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
        foreach (var change in Find(before, after, type))
            changes.Add(Entry(change.Path, change.Before, change.After));
        return changes;
    }

    /// <summary>
    /// The same as JSON in UTF-8; <c>[]</c> when nothing differs. It makes no tree, which for a new resource is larger than the resource.
    /// </summary>
    public static byte[] Utf8Between(JsonObject before, JsonObject after, ResourceType type)
    {
        using var bytes = new PooledBytes();
        using (var json = new Utf8JsonWriter(bytes, ScimJson.WriterOptions))
        {
            json.WriteStartArray();
            foreach (var change in Find(before, after, type))
                Write(json, change);
            json.WriteEndArray();
        }
        return bytes.Written.ToArray();
    }

    static void Write(Utf8JsonWriter json, Change change)
    {
        json.WriteStartObject();
        json.WriteString("path", change.Path);
        if (change.Before is not null)
        {
            json.WritePropertyName("old");
            change.Before.WriteTo(json);
        }
        if (change.After is not null)
        {
            json.WritePropertyName("new");
            change.After.WriteTo(json);
        }
        json.WriteEndObject();
    }

    static List<Change> Find(JsonObject before, JsonObject after, ResourceType type)
    {
        var changes = new List<Change>();
        using var comparison = new JsonComparison();
        for (var i = 0; i < before.Count; i++)
            if (before.GetAt(i) is var (name, old) && name != "schemas")
                Add(changes, comparison, null, name, old, after[name]);
        for (var i = 0; i < after.Count; i++)
            if (after.GetAt(i) is var (name, now) && name != "schemas" && !before.ContainsKey(name))
                Add(changes, comparison, null, name, null, now);
        if (!type.IsReturnedWhole)
            for (var i = 0; i < changes.Count; i++)
                if (IsNeverReturned(changes[i].Path, type))
                    changes[i] = new(changes[i].Path, null, null);
        return changes;
    }

    /// <summary>A value that differs.</summary>
    readonly record struct Change(string Path, JsonNode? Before, JsonNode? After);

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

    /// <param name="owner">The path of the object that has the member, with the separator; <c>null</c> for the document.</param>
    static void Add(List<Change> changes, JsonComparison comparison, string? owner, string name, JsonNode? before, JsonNode? after)
    {
        if (comparison.AreEqual(before, after))
            return;
        var path = owner + name;
        if (before is not (JsonObject or null) || after is not (JsonObject or null))
        {
            changes.Add(new(path, before, after));
            return;
        }
        var (old, now) = (before as JsonObject, after as JsonObject);
        var within = path + (owner is null && name.Contains(':') ? ':' : '.');
        for (var i = 0; i < (old?.Count ?? 0); i++)
            if (old!.GetAt(i) is var (member, value))
                Add(changes, comparison, within, member, value, now?[member]);
        for (var i = 0; i < (now?.Count ?? 0); i++)
            if (now!.GetAt(i) is var (member, value) && old?.ContainsKey(member) is not true)
                Add(changes, comparison, within, member, null, value);
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
