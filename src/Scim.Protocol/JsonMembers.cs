using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Reads the members of a client's JSON object, each as the type that is expected. An error names the place and what must be there.
/// </summary>
/// <param name="Document">The object. Names are found in any letter case, and a member that is <c>null</c> counts as absent.</param>
/// <param name="Place">The place of the object in the message, such as <c>attributes[3]</c>; empty for the message itself.</param>
sealed record JsonMembers(JsonObject Document, string Place)
{
    /// <summary>The place of a member, for an error.</summary>
    public string At(string name) => Place.Length == 0 ? name : $"{Place}.{name}";

    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name) =>
        Find(name) switch
        {
            null => null,
            var node when AttributeValue.IsText(node) => node.GetValue<string>(),
            _ => throw Wrong(name, "a string"),
        };

    public string RequiredText(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw ScimException.InvalidValue($"'{At(name)}' is missing. It must be a string.");

    public bool? Flag(string name) =>
        Find(name)?.GetValueKind() switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false"),
        };

    public long? Integer(string name, Func<string, ScimException> error) =>
        Find(name) switch
        {
            null => null,
            JsonValue value
                when value.GetValueKind() is JsonValueKind.Number
                    && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && decimal.IsInteger(number) => (long)Math.Clamp(number, long.MinValue, long.MaxValue),
            _ => throw error($"'{At(name)}' must be a whole number."),
        };

    public IReadOnlyList<string> Texts(string name) =>
        [
            .. Array(name)
                .Select(
                    (element, i) =>
                        element is not null && AttributeValue.IsText(element)
                            ? element.GetValue<string>()
                            : throw Wrong($"{name}[{i}]", "a string")
                ),
        ];

    public IReadOnlyList<JsonMembers> Objects(string name) => Objects(Array(name), At(name));

    /// <exception cref="ScimException">400 <c>invalidSyntax</c> for an element that is not an object.</exception>
    public static IReadOnlyList<JsonMembers> Objects(IEnumerable<JsonNode?> array, string place) =>
        [
            .. array.Select(
                (element, i) =>
                    new JsonMembers(
                        element as JsonObject ?? throw ScimException.InvalidSyntax($"'{place}[{i}]' must be an object."),
                        $"{place}[{i}]"
                    )
            ),
        ];

    /// <summary>The member of that name, or <c>null</c>.</summary>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c> when it is given in two spellings.</exception>
    public JsonNode? Find(string name)
    {
        var (times, found) = (0, (JsonNode?)null);
        for (var i = 0; i < Document.Count; i++)
        {
            var (key, value) = Document.GetAt(i);
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                (times, found) = (times + 1, value);
        }
        return times < 2 ? found : throw ScimException.InvalidSyntax($"'{At(name)}' is given twice, in different spellings.");
    }

    /// <summary>Checks that <c>schemas</c> names the message that is expected. A message without <c>schemas</c> passes.</summary>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c> for another message.</exception>
    public void RequireSchema(string uri)
    {
        var schemas = Texts("schemas");
        if (schemas.Count > 0 && !schemas.Contains(uri, StringComparer.OrdinalIgnoreCase))
            throw ScimException.InvalidSyntax($"'schemas' must hold '{uri}'.");
    }

    JsonArray Array(string name) =>
        Find(name) switch
        {
            null => [],
            JsonArray array => array,
            _ => throw Wrong(name, "an array"),
        };

    ScimException Wrong(string name, string expected) => ScimException.InvalidValue($"'{At(name)}' must be {expected}.");
}
