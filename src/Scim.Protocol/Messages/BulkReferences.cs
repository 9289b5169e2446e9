using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Stand-ins for ids that are not known yet: a text that is <c>bulkId:</c> and the bulkId of another operation (RFC 7644 §3.7.2).</summary>
public static class BulkReferences
{
    const string Prefix = "bulkId:";

    /// <summary>The bulkId that the text stands for, or <c>null</c>.</summary>
    public static string? Named(string? text) =>
        text?.Length > Prefix.Length && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;

    /// <summary>Every bulkId that a value of the document stands for.</summary>
    public static IReadOnlySet<string> In(JsonNode? document)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Replace(
            document,
            bulkId =>
            {
                found.Add(bulkId);
                return null;
            }
        );
        return found;
    }

    /// <summary>A copy of the document with ids in the place of their stand-ins; those without an id stay.</summary>
    public static JsonObject Resolve(JsonObject document, Func<string, string?> id) => (JsonObject)Replace(document, id)!;

    static JsonNode? Replace(JsonNode? node, Func<string, string?> id) =>
        node switch
        {
            JsonObject complex => new JsonObject(complex.Select(p => KeyValuePair.Create(p.Key, Replace(p.Value, id)))),
            JsonArray array => new JsonArray([.. array.Select(element => Replace(element, id))]),
            JsonValue value when value.TryGetValue(out string? text) && Named(text) is { } bulkId && id(bulkId) is { } known => known,
            _ => node?.DeepClone(),
        };
}
