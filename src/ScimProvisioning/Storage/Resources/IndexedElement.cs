using System.Text.Json.Nodes;
using Scim;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The element of one type in a list of users that has a column, such as <c>emails[type eq "work"].value</c>.</summary>
/// <param name="List">The multi-valued attribute.</param>
/// <param name="Type">The type, folded.</param>
sealed record IndexedElement(AttributeDefinition List, string Type)
{
    /// <summary>
    /// What the column holds of a resource that has several elements of the type, or a value too long for an index. The column finds none
    /// of them.
    /// </summary>
    public const string NotHere = "";

    /// <summary>Stands for the column in a filter. No client can name it.</summary>
    public AttributeDefinition StandIn { get; } = new($"{List.Name}[{Type}]", AttributeType.String, "The value of the only element.");

    /// <summary>The folded value of the only element, <see cref="NotHere"/>, or <c>null</c> when there is none.</summary>
    public string? Value(JsonObject document)
    {
        string? only = null;
        foreach (var element in document[List.Name] as JsonArray ?? [])
        {
            if (element is not JsonObject complex || TextOf(complex["type"]) is not { } type || CaseFolding.Fold(type) != Type)
                continue;
            if (TextOf(complex["value"]) is not { } value)
                continue;
            if (only is not null || value.Length > CommonAttributes.IndexedLength)
                return NotHere;
            only = CaseFolding.Fold(value);
        }
        return only;
    }

    /// <summary>
    /// A filter that says the same by the column, if no resource has <see cref="NotHere"/> there; <c>null</c> when the filter needs no such
    /// element.
    /// </summary>
    public FilterExpression? Replaced(FilterExpression filter) =>
        filter switch
        {
            ValuePath(var path, And(var left, var right)) when path.Attribute == List && path.Schema is null => ValueOf(left, right)
                ?? ValueOf(right, left),
            And(var left, var right) when Replaced(left) is { } replaced => new And(replaced, right),
            And(var left, var right) when Replaced(right) is { } replaced => new And(left, replaced),
            _ => null,
        };

    Compare? ValueOf(FilterExpression ofType, FilterExpression ofValue) =>
        Is(ofType, "type") is { } type && CaseFolding.Fold(type) == Type && Is(ofValue, "value") is { } value
            ? new(new(null, StandIn, null), CompareOperator.Eq, value)
            : null;

    static string? Is(FilterExpression filter, string name) =>
        filter is Compare({ Schema: null, Sub: null, Attribute: var attribute }, CompareOperator.Eq, string value) && attribute.Name == name
            ? value
            : null;

    static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
