using System.Text.Json;
using System.Text.Json.Nodes;

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
    public static void Require(JsonNode? message, string name = "The message")
    {
        switch (message)
        {
            case JsonObject document:
                foreach (var (key, value) in Members(document))
                {
                    if (!IsStorable(key))
                        throw ScimException.InvalidSyntax("A name in the message holds NUL or half a surrogate pair.");
                    AttributePath.RequireLength(key.Length, key, "The name", ScimException.InvalidSyntax);
                    Require(value, ScimException.Quote(key));
                }
                break;
            case JsonArray array:
                foreach (var element in array)
                    Require(element, name);
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String && !IsStorable(value):
                throw ScimException.InvalidValue($"{name} holds a character that cannot be stored: NUL or half a surrogate pair.");
        }
    }

    /// <summary>
    /// JSON nodes are decoded when they are first read: only then half a surrogate pair in an escape, or a doubled name, is found.
    /// </summary>
    static KeyValuePair<string, JsonNode?>[] Members(JsonObject document)
    {
        try
        {
            return [.. document];
        }
        catch (ArgumentException)
        {
            throw ScimException.InvalidSyntax("An object in the message has the same name twice.");
        }
        catch (InvalidOperationException)
        {
            throw ScimException.InvalidSyntax("A name in the message holds NUL or half a surrogate pair.");
        }
    }

    static bool IsStorable(JsonValue value)
    {
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
