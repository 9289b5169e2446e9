using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimProvisioning.Activity.Requests;

/// <summary>
/// What admins may see of the body of a write that was refused: without <c>password</c>, and without what the schema never returns (RFC
/// 7643 §7). Names decide, wherever they stand, since a body that is refused need not follow the schema.
/// </summary>
static partial class ShownBody
{
    const int Longest = 16_384;

    /// <summary>So many bytes are enough characters: none of them takes more than three in UTF-8.</summary>
    const int MostBytes = 3 * Longest;

    // As ScimJson writes. A body that is cut is no whole JSON.
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <returns>JSON; longer bodies are cut.</returns>
    public static string Of(JsonObject body, ResourceType? type)
    {
        var shown = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(shown, Readable))
            Write(writer, body, Hidden(type));
        var text = Encoding.UTF8.GetString(shown.WrittenSpan);
        return Start(text).ToString();
    }

    static HashSet<string> Hidden(ResourceType? type)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "password" };
        if (type is null)
            return names;
        var attributes = type.Extensions.Prepend(type.Schema).SelectMany(schema => schema.Attributes);
        names.UnionWith(
            attributes.SelectMany(a => a.SubAttributes.Prepend(a)).Where(a => a.Returned is Returned.Never).Select(a => a.Name)
        );
        return names;
    }

    /// <summary>Stops when it is enough: a body may have megabytes.</summary>
    static void Write(Utf8JsonWriter writer, JsonNode? node, HashSet<string> hidden)
    {
        switch (node)
        {
            case JsonObject members:
                Write(writer, members, hidden);
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items.TakeWhile(_ => !IsEnough(writer)))
                    Write(writer, item, hidden);
                writer.WriteEndArray();
                break;
            case JsonValue value when value.TryGetValue(out string? text):
                writer.WriteStringValue(Start(text));
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    static void Write(Utf8JsonWriter writer, JsonObject members, HashSet<string> hidden)
    {
        // An operation of a PATCH: "path" names what "value" is.
        var isHiddenPath = members.Any(member =>
            member.Key.Equals("path", StringComparison.OrdinalIgnoreCase)
            && member.Value is JsonValue path
            && path.TryGetValue(out string? text)
            && Names(text, hidden)
        );
        writer.WriteStartObject();
        foreach (var (name, value) in members.TakeWhile(_ => !IsEnough(writer)))
        {
            if (Names(name, hidden) || isHiddenPath && name.Equals("value", StringComparison.OrdinalIgnoreCase))
                continue;
            writer.WritePropertyName(Start(name));
            // A filter in the path of a secret would compare with it.
            if (isHiddenPath && value is JsonValue path && path.TryGetValue(out string? text) && Names(text, hidden))
                writer.WriteStringValue(
                    Start(text[..(text.IndexOfAny(['[', '"', '\'', ' ']) is >= 0 and var filter ? filter : text.Length)])
                );
            else
                Write(writer, value, hidden);
        }
        writer.WriteEndObject();
    }

    static bool IsEnough(Utf8JsonWriter writer) => writer.BytesCommitted + writer.BytesPending > MostBytes;

    /// <summary>The text, or its first characters: no more are shown of anything.</summary>
    static ReadOnlySpan<char> Start(string text) =>
        text.Length <= Longest ? text : text.AsSpan(0, char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest);

    /// <summary>Whatever stands between the names: a path that is refused need not be one of SCIM.</summary>
    static bool Names(string path, HashSet<string> hidden) => Word().Matches(path).Any(word => hidden.Contains(word.Value));

    [GeneratedRegex(@"[\w$-]+")]
    private static partial Regex Word();
}
