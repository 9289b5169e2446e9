using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>Lists what a received user has, each value with the path that reads it.</summary>
public static class DocumentPaths
{
    /// <summary>
    /// <c>userName</c>, <c>name.givenName</c>, <c>emails[type eq "work"].value</c>, <c>urn:…:User:department</c>. An element of a list is
    /// told by its type, else by being the primary one. Objects within objects are left out: no path reaches into them.
    /// </summary>
    public static IEnumerable<(string Path, JsonNode Value)> Of(JsonObject document) =>
        document
            .Where(p => !IsComputed(p.Key))
            .SelectMany(p =>
                p.Key.Contains(':') && p.Value is JsonObject extension
                    ? extension.SelectMany(member => OfAttribute($"{p.Key}:{member.Key}", member.Value))
                    : OfAttribute(p.Key, p.Value)
            );

    static IEnumerable<(string, JsonNode)> OfAttribute(string path, JsonNode? value) =>
        value switch
        {
            JsonArray list => list.SelectMany(element =>
                element switch
                {
                    JsonObject complex => Members(Selected(path, complex), complex, "type", "primary"),
                    JsonValue simple => [(path, simple)],
                    _ => (IEnumerable<(string, JsonNode)>)[],
                }
            ),
            JsonObject complex => Members(path, complex),
            JsonValue simple => [(path, simple)],
            _ => [],
        };

    static IEnumerable<(string, JsonNode)> Members(string path, JsonObject complex, params string[] without) =>
        complex.Where(p => p.Value is JsonValue && p.Key != "$ref" && !without.Contains(p.Key)).Select(p => ($"{path}.{p.Key}", p.Value!));

    static string Selected(string path, JsonObject element) =>
        element["type"] is { } type && AttributeValue.IsText(type) ? $"{path}[type eq {ScimJson.Text(type.GetValue<string>())}]"
        : AttributeValue.HasPrimary(element) ? $"{path}[primary eq true]"
        : path;

    static bool IsComputed(string name) =>
        name == CommonAttributes.Schemas.Name
        || name == CommonAttributes.Meta.Name
        || name == UserSchema.Groups.Name
        || name == UserSchema.Password.Name;
}
