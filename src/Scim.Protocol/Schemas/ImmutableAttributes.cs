using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Immutable attributes, and immutable sub-attributes of single-valued ones, keep the first value they are given (RFC 7643 §7). Elements of
/// multi-valued attributes come and go as a whole; the patcher guards what is immutable inside them.
/// </summary>
static class ImmutableAttributes
{
    /// <param name="document">The document after the change.</param>
    /// <param name="mayOmit">
    /// A PUT: what it does not mention stays. RFC 7644 §3.5.1 asks that a value that is sent matches; one that is not sent could only be
    /// cleared, which nobody may do. A PATCH that took it away is refused.
    /// </param>
    /// <exception cref="ScimException">400 <c>mutability</c>.</exception>
    public static void Keep(JsonObject document, JsonObject before, ResourceType type, bool mayOmit)
    {
        KeepIn(document, before, type.Schema.Attributes, mayOmit, "");
        foreach (var extension in type.Extensions)
            KeepBelow(document, before, extension.Id, extension.Attributes, mayOmit, extension.Id + ":");
    }

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

    /// <summary>RFC 7643 §7: an immutable sub-attribute may be given a value once, and repeated. A "$ref" only follows its "value".</summary>
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

    /// <summary>Equal as the schema compares: letter case counts where it says so, the order of elements never.</summary>
    public static bool Same(JsonNode? left, JsonNode? right, AttributeDefinition? attribute) =>
        (left, right) switch
        {
            (JsonValue l, JsonValue r) when attribute is { CaseExact: false } && AttributeValue.IsText(l) && AttributeValue.IsText(r) =>
                CaseFolding.Fold(l.GetValue<string>()) == CaseFolding.Fold(r.GetValue<string>()),
            (JsonArray l, JsonArray r) => SameElements(l, r, attribute),
            (JsonObject l, JsonObject r) => l.Count == r.Count && l.All(p => Same(p.Value, r[p.Key], attribute?.Sub(p.Key))),
            _ => JsonNode.DeepEquals(left, right),
        };

    /// <summary>Each element has a partner of its own.</summary>
    static bool SameElements(JsonArray left, JsonArray right, AttributeDefinition? attribute)
    {
        var alone = right.ToList();
        foreach (var element in left)
        {
            var partner = alone.FindIndex(other => Same(element, other, attribute));
            if (partner < 0)
                return false;
            alone.RemoveAt(partner);
        }
        return alone.Count == 0;
    }
}
