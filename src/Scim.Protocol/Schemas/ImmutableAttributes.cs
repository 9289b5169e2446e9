using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Immutable attributes, and immutable sub-attributes of single-valued ones, keep the first value they are given (RFC 7643 §7). Elements of
/// multi-valued attributes can be added and removed as a whole; while one stays, <see cref="Patcher"/> protects what is immutable in it.
/// </summary>
static class ImmutableAttributes
{
    /// <summary>Checks immutable values after a change, and puts those that a PUT left out back into the document.</summary>
    /// <param name="document">The document after the change.</param>
    /// <param name="before">The document before the change.</param>
    /// <param name="mayOmit">
    /// True for a PUT: an immutable value that it leaves out stays. RFC 7644 §3.5.1 says that a value that is sent must match; leaving it
    /// out would clear it, which is not allowed. A PATCH that removes one is refused.
    /// </param>
    /// <exception cref="ScimException">400 <c>mutability</c>.</exception>
    public static void Keep(JsonObject document, JsonObject before, ResourceType type, bool mayOmit)
    {
        KeepIn(document, before, type.Schema.AttributesWithImmutable, mayOmit, "");
        foreach (var extension in type.Extensions)
            if (extension.AttributesWithImmutable.Count > 0) // seldom
                KeepBelow(document, before, extension.Id, extension.AttributesWithImmutable, mayOmit, extension.Id + ":");
    }

    /// <summary>True for an attribute that keeps its value, or a part of it.</summary>
    internal static bool IsKept(AttributeDefinition attribute) =>
        attribute.Mutability is Mutability.Immutable
        || attribute is { IsComplex: true, MultiValued: false } && attribute.SubAttributes.Any(IsKept);

    static void KeepIn(JsonObject scope, JsonObject before, IReadOnlyList<AttributeDefinition> attributes, bool mayOmit, string prefix)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Mutability is Mutability.Immutable)
                KeepValue(scope, before[attribute.Name], attribute, mayOmit, prefix);
            else if (attribute is { IsComplex: true, MultiValued: false })
                KeepBelow(scope, before, attribute.Name, attribute.SubAttributes, mayOmit, $"{prefix}{attribute.Name}.");
        }
    }

    static void KeepBelow(
        JsonObject scope,
        JsonObject before,
        string name,
        IReadOnlyList<AttributeDefinition> attributes,
        bool mayOmit,
        string prefix
    )
    {
        if (before[name] is not JsonObject old)
            return;
        var nested = scope[name] as JsonObject ?? [];
        KeepIn(nested, old, attributes, mayOmit, prefix);
        if (nested is { Parent: null, Count: > 0 })
            scope[name] = nested;
    }

    static void KeepValue(JsonObject scope, JsonNode? old, AttributeDefinition attribute, bool mayOmit, string prefix)
    {
        if (old is null)
            return;
        if (scope[attribute.Name] is { } now ? !Same(now, old, attribute) : !mayOmit)
            throw ScimException.Mutability(
                $"'{prefix}{attribute.Name}' is immutable: it keeps the value it was given first. Send the same value, or none."
            );
        scope[attribute.Name] = old.DeepClone();
    }

    /// <summary>
    /// RFC 7643 §7: an immutable sub-attribute may be set once, and sent again with the same value. "$ref" is not checked: it follows from
    /// "value".
    /// </summary>
    /// <exception cref="ScimException">400 <c>mutability</c>.</exception>
    public static void RequireUnset(JsonObject element, AttributeDefinition sub, JsonNode? value)
    {
        if (
            sub is not { Mutability: Mutability.Immutable, Name: not "$ref" }
            || element[sub.Name] is not { } current
            || Same(current, value, sub)
        )
            return;
        throw ScimException.Mutability($"'{sub}' is immutable: remove the value and add another.");
    }

    /// <summary>
    /// True for values that the schema treats as equal: letter case counts only for <c>caseExact</c>, the order of elements never.
    /// </summary>
    public static bool Same(JsonNode? left, JsonNode? right, AttributeDefinition? attribute) =>
        (left, right) switch
        {
            (JsonValue l, JsonValue r) when attribute is { CaseExact: false } && AttributeValue.IsText(l) && AttributeValue.IsText(r) =>
                CaseFolding.Fold(l.GetValue<string>()) == CaseFolding.Fold(r.GetValue<string>()),
            (JsonArray l, JsonArray r) => SameElements(l, r, attribute),
            (JsonObject l, JsonObject r) => l.Count == r.Count && l.All(p => Same(p.Value, r[p.Key], attribute?.Sub(p.Key))),
            _ => JsonNode.DeepEquals(left, right),
        };

    /// <summary>True when each element of one array equals a different element of the other.</summary>
    static bool SameElements(JsonArray left, JsonArray right, AttributeDefinition? attribute)
    {
        var unmatched = right.ToList();
        foreach (var element in left)
        {
            var match = unmatched.FindIndex(other => Same(element, other, attribute));
            if (match < 0)
                return false;
            unmatched.RemoveAt(match);
        }
        return unmatched.Count == 0;
    }
}
