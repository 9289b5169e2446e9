using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Scim;

/// <summary>
/// Text that a database can store and JSON can carry: without NUL and without half a surrogate pair. Names have a greatest length too.
/// </summary>
public static class StorableText
{
    /// <summary>True for text that can be stored.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    /// <summary>
    /// Checks every name, also its length, and every string of a message. Call it first: reading half a surrogate pair throws.
    /// </summary>
    /// <param name="name">What the error calls the message.</param>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c> for a name, <c>invalidValue</c> for a value.</exception>
    public static void Require(JsonNode? message, string name = "The message") => Require(message, name, key: null);

    /// <param name="key">The member whose value the node is: an error names it instead.</param>
    static void Require(JsonNode? node, string name, string? key)
    {
        switch (node)
        {
            case JsonObject document:
                Decode(document);
                for (var i = 0; i < document.Count; i++)
                {
                    var (member, value) = document.GetAt(i);
                    if (!IsStorable(member))
                        throw UnstorableName();
                    AttributePath.RequireLength(member.Length, member, "The name", ScimException.InvalidSyntax);
                    Require(value, name, member);
                }
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                    Require(array[i], name, key);
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String && !IsStorable(value):
                var place = key is null ? name : ScimException.Quote(key);
                throw ScimException.InvalidValue($"{place} holds a character that cannot be stored: NUL or half a surrogate pair.");
        }
    }

    /// <summary>
    /// JSON nodes are decoded when they are first read: only then half a surrogate pair in an escape, or a doubled name, is found.
    /// </summary>
    static void Decode(JsonObject document)
    {
        try
        {
            _ = document.Count;
        }
        catch (ArgumentException)
        {
            throw ScimException.InvalidSyntax("An object in the message has the same name twice.");
        }
        catch (InvalidOperationException)
        {
            throw UnstorableName();
        }
    }

    static ScimException UnstorableName() => ScimException.InvalidSyntax("A name in the message holds NUL or half a surrogate pair.");

    static bool IsStorable(JsonValue value)
    {
        // Without an escape there is neither in UTF-8, so that the text need not be decoded.
        if (value.TryGetValue(out JsonElement element) && JsonMarshal.GetRawUtf8Value(element) is var raw && !raw.Contains((byte)'\\'))
            return Utf8.IsValid(raw);
        try
        {
            return IsStorable(value.GetValue<string>());
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
