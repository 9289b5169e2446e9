using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Evaluates a filter on a document (RFC 7644 §3.4.2.2). Where a server filters by SQL, both must give the same answers.</summary>
public static class FilterEvaluator
{
    /// <summary>True when the document fits the filter.</summary>
    /// <param name="scope">The resource; for a filter from the brackets of a value path, one element.</param>
    public static bool Matches(FilterExpression filter, JsonObject scope) =>
        filter switch
        {
            FilterExpression.And(var left, var right) => Matches(left, scope) && Matches(right, scope),
            FilterExpression.Or(var left, var right) => Matches(left, scope) || Matches(right, scope),
            FilterExpression.Not(var operand) => !Matches(operand, scope),
            FilterExpression.Never => false,
            FilterExpression.Present(var path) => Values(path, scope).Any(),
            FilterExpression.Compare(var path, var op, var value) => Values(path, scope).Any(found => Compare(found, path.Leaf, op, value)),
            FilterExpression.ValuePath(var path, var inner) => Values(path, scope)
                .OfType<JsonObject>()
                .Any(element => Matches(inner, element)),
            _ => throw new InvalidOperationException($"Unhandled {filter}."),
        };

    /// <summary>Every assigned value that the path reaches; of an array, its elements.</summary>
    static IEnumerable<JsonNode> Values(AttributePath path, JsonObject scope)
    {
        JsonNode? start = path.Schema is null ? scope : Member(scope, path.Schema);
        var values = Open(Member(start, path.Attribute.Name));
        return path.Sub is null ? values : values.SelectMany(element => Open(Member(element, path.Sub.Name)));
    }

    static IEnumerable<JsonNode> Open(JsonNode? node) =>
        node switch
        {
            null => [],
            JsonArray array => array.OfType<JsonNode>(),
            _ => [node],
        };

    static JsonNode? Member(JsonNode? node, string name) =>
        node is JsonObject complex && complex.KeyOf(name) is { } key ? complex[key] : null;

    static bool Compare(JsonNode found, AttributeDefinition attribute, CompareOperator op, object value)
    {
        switch (value)
        {
            case bool flag:
                return found.GetValueKind() == (flag ? JsonValueKind.True : JsonValueKind.False);
            case decimal number:
                return found.GetValueKind() is JsonValueKind.Number
                    && decimal.TryParse(found.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
                    && Ordered(amount.CompareTo(number), op);
            case DateTimeOffset time:
                return AttributeValue.IsText(found)
                    && DateTimeText.TryParse(found.GetValue<string>(), out var when)
                    && Ordered(when.CompareTo(time), op);
            default:
                if (found is JsonObject or JsonArray)
                    return false;
                var (left, right) = attribute.CaseExact
                    ? (TextOf(found), (string)value)
                    : (CaseFolding.Fold(TextOf(found)), CaseFolding.Fold((string)value));
                return op switch
                {
                    CompareOperator.Co => left.Contains(right, StringComparison.Ordinal),
                    CompareOperator.Sw => left.StartsWith(right, StringComparison.Ordinal),
                    CompareOperator.Ew => left.EndsWith(right, StringComparison.Ordinal),
                    _ => Ordered(CaseFolding.CompareOrdinal(left, right), op),
                };
        }
    }

    static string TextOf(JsonNode node) => node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    static bool Ordered(int order, CompareOperator op) =>
        op switch
        {
            CompareOperator.Eq => order == 0,
            CompareOperator.Gt => order > 0,
            CompareOperator.Ge => order >= 0,
            CompareOperator.Lt => order < 0,
            CompareOperator.Le => order <= 0,
            _ => false,
        };
}
