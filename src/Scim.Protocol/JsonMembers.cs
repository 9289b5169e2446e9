using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Reads the members of an object that a client wrote, each by its type; a refusal says where it stands and what belongs there.</summary>
/// <param name="Document">Its names are found in any letter case; <c>null</c> is as good as absent.</param>
/// <param name="Place">Where the object stands, such as <c>attributes[3]</c>; empty for a whole message.</param>
sealed record JsonMembers(JsonObject Document, string Place)
{
    /// <summary>The name of a member as an error shows it.</summary>
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

    /// <exception cref="ScimException">400 <c>invalidSyntax</c> for an element that is no object.</exception>
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
        var named = Document.Where(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return named.Length < 2
            ? named.FirstOrDefault().Value
            : throw ScimException.InvalidSyntax($"'{At(name)}' is given twice, in different spellings.");
    }

    /// <summary>A message that names what it is must be what is expected; one that says nothing is taken for it.</summary>
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
