using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>JSON as we write it: only what JSON asks for is escaped.</summary>
public static class ScimJson
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode node) => node.ToJsonString(Readable);

    public static byte[] Utf8(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Readable);

    /// <summary>A JSON string, in quotes.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text, Readable);
}
