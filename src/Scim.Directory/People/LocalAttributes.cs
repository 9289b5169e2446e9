using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>The app's own data of a person: any JSON object up to 64 KB.</summary>
static class LocalAttributes
{
    const string Name = "localAttributes";
    public const int Most = 64 * 1024;

    /// <summary>The object after a merge as in RFC 7396: <c>null</c> clears, objects are merged, everything else replaces.</summary>
    public static JsonObject Merge(JsonObject local, JsonNode? change, List<FieldError> errors)
    {
        if (change is null)
            return [];
        if (change is not JsonObject members)
        {
            errors.Add(new(Name, $"'{Name}' must be an object."));
            return local;
        }
        var merged = Merged(local, members);
        if (ScimJson.Utf8(merged).Length <= Most)
            return merged;
        errors.Add(new(Name, $"'{Name}' may have up to 64 KB as JSON."));
        return local;
    }

    static JsonObject Merged(JsonObject target, JsonObject change)
    {
        var merged = (JsonObject)target.DeepClone();
        foreach (var (name, value) in change)
        {
            if (value is null)
                merged.Remove(name);
            else if (value is JsonObject members)
                merged[name] = Merged(merged[name] as JsonObject ?? [], members);
            else
                merged[name] = value.DeepClone();
        }
        return merged;
    }
}
