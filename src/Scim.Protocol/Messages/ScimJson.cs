using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Writes JSON without unnecessary escapes: letters such as <c>é</c> and <c>&lt;</c> stay as they are.</summary>
public static class ScimJson
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = Readable.Encoder };

    /// <summary>The node as JSON text.</summary>
    public static string Text(JsonNode node) => node.ToJsonString(Readable);

    /// <summary>The node as JSON in UTF-8.</summary>
    public static byte[] Utf8(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Readable);

    /// <summary>The text as a JSON string, in quotes.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text, Readable);
}
