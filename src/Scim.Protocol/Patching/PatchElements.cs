using System.Text.Json.Nodes;

namespace Scim;

/// <summary>The elements of attributes that a PATCH changes: which element is meant, and how values are added to it.</summary>
static class PatchElements
{
    /// <summary>The objects in an attribute, whether it is multi-valued or has a single value.</summary>
    public static IEnumerable<JsonObject> Of(JsonNode? attribute) =>
        attribute switch
        {
            JsonArray array => array.OfType<JsonObject>(),
            JsonObject single => [single],
            _ => [],
        };

    /// <summary>What a value path can select: the objects, and the elements of a list of simple values.</summary>
    public static IReadOnlyList<JsonNode> All(JsonNode? value, AttributeDefinition attribute) =>
        value switch
        {
            JsonArray array => [.. array.OfType<JsonNode>().Where(element => FilterEvaluator.CanHold(attribute, element))],
            JsonObject single => [single],
            JsonValue single when attribute.Type is AttributeType.Any => [single],
            _ => [],
        };

    /// <summary>Removes the elements of the attribute that fit, or the attribute when it has a single value that fits.</summary>
    public static void RemoveAll(JsonObject scope, string name, AttributeDefinition attribute, Func<JsonNode, bool> fits)
    {
        if (scope[name] is JsonArray list)
            list.RemoveAll(element => FilterEvaluator.CanHold(attribute, element) && fits(element!));
        else if (All(scope[name], attribute) is [var single] && fits(single))
            scope.Remove(name);
    }

    /// <summary>
    /// The values beside a remove that say which elements of a list go; <c>null</c> when the whole attribute goes. Only lists look at them.
    /// </summary>
    public static JsonArray? Unwanted(PatchOperation operation, JsonNode? stored)
    {
        if (operation.Path.Attribute.Type is not AttributeType.Any)
            return operation.Value as JsonArray;
        return stored is JsonArray list && operation.Value is not null && operation.Path is { Filter: null, Sub: null }
            ? UnregisteredPatch.Elements(operation.Value, list, operation.Path.ToString())
            : null;
    }

    /// <summary>Adds values to a multi-valued attribute.</summary>
    /// <remarks>
    /// RFC 7644 §3.5.2.1: a value that is there already is not added again. The two are merged, because Entra sends the same role again in
    /// another shape.
    /// </remarks>
    public static void Append(JsonObject scope, string name, AttributeDefinition attribute, JsonArray values, WorkLimit work)
    {
        var array = scope[name] as JsonArray ?? [];
        if (array.Parent is null)
            scope[name] = array;
        work.Spend(array.Count + values.Count);
        var index = new ElementIndex(array, attribute, work);
        foreach (var value in values)
        {
            if (index.Find(value) is { } same)
            {
                Merge(same, (JsonObject)value!, attribute);
                index.Add(same);
            }
            else if (!index.Contains(value))
            {
                array.Add(value!.DeepClone());
                index.Add(array[^1]);
            }
        }
    }

    /// <summary>Sets the sub-attributes that the values name.</summary>
    /// <exception cref="ScimException">400 <c>mutability</c> when an immutable one has another value already.</exception>
    public static void Merge(JsonObject element, JsonObject values, AttributeDefinition attribute)
    {
        foreach (var (key, value) in values)
        {
            if (attribute.Sub(key) is { } sub)
                ImmutableAttributes.RequireUnset(element, sub, value);
            element[key] = value?.DeepClone();
        }
    }

    /// <summary>True when the element has every sub-attribute of the description with the same value.</summary>
    public static bool Describes(JsonNode? description, JsonObject element, AttributeDefinition attribute, WorkLimit work) =>
        description is JsonObject complex && complex.All(p => AreEqual(element[p.Key], p.Value, attribute.Sub(p.Key), work));

    /// <summary>
    /// The element that a filter of one <c>type eq …</c> or <c>primary eq …</c> describes, or <c>null</c> for any other filter: Entra
    /// updates values that do not exist yet.
    /// </summary>
    public static JsonObject? DescribedBy(FilterExpression filter) =>
        filter switch
        {
            FilterExpression.Compare({ Sub: null, Attribute.Name: "type" }, CompareOperator.Eq, string type) => new() { ["type"] = type },
            FilterExpression.Compare({ Sub: null, Attribute.Name: "primary" }, CompareOperator.Eq, bool primary) => new()
            {
                ["primary"] = primary,
            },
            FilterExpression.Not(
                FilterExpression.Compare
                ({ Sub: null, Attribute: { Name: "primary", Type: AttributeType.Boolean } }, CompareOperator.Eq, true)
            ) => new() { ["primary"] = false },
            _ => null,
        };

    /// <summary>RFC 7644 §3.5.2: when a value becomes primary, the others stop being primary.</summary>
    /// <param name="before">The elements that were primary before the operation.</param>
    public static void KeepOnePrimary(JsonNode? attribute, HashSet<object?> before)
    {
        var primaries = Of(attribute).Where(AttributeValue.HasPrimary).ToArray();
        if (primaries.Length < 2)
            return;
        var newest = primaries.LastOrDefault(p => !before.Contains(p)) ?? primaries[^1];
        foreach (var other in primaries.Where(p => p != newest))
            other["primary"] = false;
    }

    static bool AreEqual(JsonNode? left, JsonNode? right, AttributeDefinition? attribute, WorkLimit work)
    {
        if (
            attribute is { CaseExact: true }
            || left is not JsonValue l
            || right is not JsonValue r
            || !l.TryGetValue(out string? some)
            || !r.TryGetValue(out string? other)
        )
            return JsonNode.DeepEquals(left, right);
        work.SpendOnText(some.Length + other.Length);
        return CaseFolding.Fold(some) == CaseFolding.Fold(other);
    }
}
