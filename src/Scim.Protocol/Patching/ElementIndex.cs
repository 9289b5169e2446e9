using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// The elements of a multi-valued attribute, found by what they are: by <c>value</c> and <c>type</c>, or as a whole when they have no
/// <c>value</c>. Adding many values to a long list would otherwise compare each with each.
/// </summary>
sealed class ElementIndex
{
    readonly AttributeDefinition _attribute;
    readonly WorkLimit _work;
    readonly Dictionary<string, int> _byValue = [];
    readonly Dictionary<(string Value, string? Type), int> _byPair = [];
    readonly HashSet<string> _whole = [];
    readonly List<JsonObject> _elements = [];

    /// <param name="work">Counts the text of the elements, which is folded and copied for the index.</param>
    public ElementIndex(JsonArray list, AttributeDefinition attribute, WorkLimit work)
    {
        (_attribute, _work) = (attribute, work);
        foreach (var element in list)
            Add(element);
    }

    public void Add(JsonNode? element)
    {
        if (PairOf(element, _attribute) is not { } pair)
        {
            var whole = KeyOf(element);
            _work.SpendOnText(whole.Length);
            _whole.Add(whole);
            return;
        }
        _work.SpendOnText(pair.Value.Length + (pair.Type?.Length ?? 0));
        _byValue.TryAdd(pair.Value, _elements.Count);
        _byPair.TryAdd(pair, _elements.Count);
        _elements.Add((JsonObject)element!);
    }

    /// <summary>
    /// The first element with the same <c>value</c> and no other <c>type</c>, in which one without <c>type</c> has none other. <c>null</c>
    /// when there is none.
    /// </summary>
    public JsonObject? Find(JsonNode? element)
    {
        if (PairOf(element, _attribute) is not { } pair)
            return null;
        if (pair.Type is null)
            return _byValue.TryGetValue(pair.Value, out var any) ? _elements[any] : null;
        var same = _byPair.GetValueOrDefault(pair, int.MaxValue);
        var untyped = _byPair.GetValueOrDefault((pair.Value, null), int.MaxValue);
        return Math.Min(same, untyped) is < int.MaxValue and var first ? _elements[first] : null;
    }

    /// <summary>True when an equal element without <c>value</c> is there.</summary>
    public bool Contains(JsonNode? element) => _whole.Contains(KeyOf(element));

    /// <summary>What the schema compares of an element with a simple <c>value</c>; <c>null</c> for any other element.</summary>
    public static (string Value, string? Type)? PairOf(JsonNode? element, AttributeDefinition attribute)
    {
        if (element is not JsonObject complex || complex["value"] is not JsonValue value)
            return null;
        return (Comparable(value, attribute.Sub("value")), complex["type"] is { } type ? Comparable(type, attribute.Sub("type")) : null);
    }

    static string Comparable(JsonNode node, AttributeDefinition? attribute) =>
        attribute is not { CaseExact: true } && AttributeValue.IsText(node) ? CaseFolding.Fold(KeyOf(node)) : KeyOf(node);

    /// <summary>Equal for values that <see cref="JsonNode.DeepEquals"/> finds equal: the order of members does not count.</summary>
    public static string KeyOf(JsonNode? node) =>
        node is not null && AttributeValue.IsText(node) ? "\"" + node.GetValue<string>() : Canonical(node);

    static string Canonical(JsonNode? node) =>
        node switch
        {
            JsonObject complex => "{"
                + string.Join(
                    ',',
                    complex.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{ScimJson.Text(p.Key)}:{Canonical(p.Value)}")
                )
                + "}",
            JsonArray array => $"[{string.Join(',', array.Select(Canonical))}]",
            null => "null",
            _ when node.GetValueKind() is JsonValueKind.Number
                    && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                number.ToString("G29", CultureInfo.InvariantCulture),
            _ => ScimJson.Text(node),
        };
}
