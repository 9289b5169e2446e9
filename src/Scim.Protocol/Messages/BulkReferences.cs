using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// References to resources that a bulk request creates, whose ids are not known yet: the text <c>bulkId:</c> and the <c>bulkId</c> of the
/// operation (RFC 7644 §3.7.2).
/// </summary>
public static class BulkReferences
{
    const string Prefix = "bulkId:";

    /// <summary>The <c>bulkId</c> that the text refers to; <c>null</c> when it is not a reference.</summary>
    public static string? Named(string? text) =>
        text?.Length > Prefix.Length && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;

    /// <summary>Every <c>bulkId</c> that a value in the document refers to.</summary>
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

    /// <summary>A copy of the document with ids in the place of references.</summary>
    /// <param name="id">The id for a <c>bulkId</c>, or <c>null</c> to leave the reference as it is.</param>
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
