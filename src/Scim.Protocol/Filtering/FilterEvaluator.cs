using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Evaluates a filter on a document (RFC 7644 §3.4.2.2). Where a server filters by SQL, both must give the same answers.</summary>
public static class FilterEvaluator
{
    // A PATCH may make millions of comparisons, perhaps the first ones since the server started. Until .NET has seen that this code is run
    // often, it would run without optimisation and take twice as long.
    const MethodImplOptions Optimised = MethodImplOptions.AggressiveOptimization;

    /// <summary>True when the document fits the filter.</summary>
    /// <param name="scope">
    /// The resource; for a filter from the brackets of a value path, one element. An element that is no object has one attribute,
    /// <c>value</c>: itself.
    /// </param>
    /// <param name="work">Counts the comparisons; <c>null</c> for a filter that is small anyway.</param>
    /// <exception cref="ScimException">400 <c>tooMany</c>.</exception>
    [MethodImpl(Optimised)]
    public static bool Matches(FilterExpression filter, JsonNode scope, WorkLimit? work = null) =>
        filter switch
        {
            FilterExpression.And(var left, var right) => Matches(left, scope, work) && Matches(right, scope, work),
            FilterExpression.Or(var left, var right) => Matches(left, scope, work) || Matches(right, scope, work),
            FilterExpression.Not(var operand) => !Matches(operand, scope, work),
            FilterExpression.Never => false,
            FilterExpression.Present(var path) => IsPresent(path, scope, work),
            FilterExpression.Compare compare => Matches(compare, scope, work),
            FilterExpression.ValuePath(var path, var inner) => Values(path, scope)
                .Any(element => CanHold(path.Attribute, element) && Matches(inner, element, work)),
            _ => throw new InvalidOperationException($"Unhandled {filter}."),
        };

    static bool IsPresent(AttributePath path, JsonNode scope, WorkLimit? work)
    {
        work?.Spend(1);
        return Values(path, scope).Any();
    }

    [MethodImpl(Optimised)]
    static bool Matches(FilterExpression.Compare compare, JsonNode scope, WorkLimit? work)
    {
        // Also where there is nothing to compare: to find that out takes as long.
        work?.Spend(1);
        var path = compare.Path;
        // The usual case, in short: all others make enumerators.
        if (
            path is { Schema: null, Sub: null }
            && scope is JsonObject
            && Member(scope, path.Attribute.Name) is var single and not JsonArray
        )
            return single is not null && Compare(single, path.Attribute, compare.Operator, compare.Value, work);
        return Values(path, scope)
            .Any(found =>
            {
                work?.Spend(1);
                return Compare(found, path.Leaf, compare.Operator, compare.Value, work);
            });
    }

    /// <summary>True for what the brackets of a value path look at: objects, and in a list of simple values its elements.</summary>
    internal static bool CanHold(AttributeDefinition attribute, JsonNode? element) =>
        element is JsonObject || element is JsonValue && !attribute.IsComplex;

    /// <summary>Every assigned value that the path reaches; of an array, its elements.</summary>
    internal static IEnumerable<JsonNode> Values(AttributePath path, JsonNode scope)
    {
        if (path is { Schema: null, Attribute.Name: var name } && scope is JsonValue)
            return IsValue(name) ? [scope] : [];
        var start = path.Schema is null ? scope : Member(scope, path.Schema);
        var values = Open(Member(start, path.Attribute.Name));
        if (path.Sub is null)
            return values;
        return values.SelectMany(element =>
            element is JsonValue && CanHold(path.Attribute, element)
                ? IsValue(path.Sub.Name)
                    ? [element]
                    : []
                : Open(Member(element, path.Sub.Name))
        );
    }

    static bool IsValue(string name) => name.Equals("value", StringComparison.OrdinalIgnoreCase);

    static IEnumerable<JsonNode> Open(JsonNode? node) =>
        node switch
        {
            null => [],
            JsonArray array => array.OfType<JsonNode>(),
            _ => [node],
        };

    [MethodImpl(Optimised)]
    static JsonNode? Member(JsonNode? node, string name)
    {
        if (node is not JsonObject complex)
            return null;
        if (complex.TryGetPropertyValue(name, out var member))
            return member;
        return complex.KeyOf(name) is { } key ? complex[key] : null;
    }

    [MethodImpl(Optimised)]
    static bool Compare(JsonNode found, AttributeDefinition attribute, CompareOperator op, object value, WorkLimit? work)
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
                var text = TextOf(found);
                work?.SpendOnText(text.Length);
                var (left, right) = attribute.CaseExact ? (text, (string)value) : (CaseFolding.Fold(text), CaseFolding.Fold((string)value));
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
