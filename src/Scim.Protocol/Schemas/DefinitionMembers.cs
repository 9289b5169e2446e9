using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Refuses members of a schema or resource type that the RFC does not name (RFC 7643 §6, §7): a misspelt one would count as absent, and
/// its characteristic would silently get the default.
/// </summary>
public static class DefinitionMembers
{
    const string SubAttributes = "subAttributes";

    // Every resource has them (RFC 7643 §3.1), and documents that were read from a server bring them along.
    static readonly string[] Common = ["schemas", "id", "externalId", "meta"];

    /// <param name="document">A Schema or ResourceType.</param>
    /// <param name="definition">Its schema: <see cref="DiscoverySchemas.Schema"/> or <see cref="DiscoverySchemas.ResourceType"/>.</param>
    /// <exception cref="ScimException">400 <c>invalidValue</c>, naming the member and those there are.</exception>
    public static void RequireKnown(JsonObject document, SchemaDefinition definition) =>
        Require(document, "", definition.Attributes, Common);

    static void Require(JsonObject json, string place, IReadOnlyList<AttributeDefinition> attributes, string[] others)
    {
        foreach (var (name, value) in json)
        {
            if (others.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            var attribute =
                attributes.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Unknown(place + name, name, [.. attributes.Select(known => known.Name)]);
            // Sub-attributes have no sub-attributes, but an empty list of them is no mistake: AttributeReader refuses a full one.
            string[] inner = attribute.Name == SubAttributes ? [SubAttributes] : [];
            if (value is JsonArray list && attribute.SubAttributes.Count > 0)
                for (var i = 0; i < list.Count; i++)
                    if (list[i] is JsonObject element)
                        Require(element, $"{place}{name}[{i}].", attribute.SubAttributes, inner);
        }
    }

    static ScimException Unknown(string place, string name, IReadOnlyList<string> known) =>
        ScimException.InvalidValue(
            $"{ScimException.Quote(place)} is unknown here. "
                + (NearestName.Of(name, known) is { } meant ? $"Did you mean '{meant}'?" : $"There are: {string.Join(", ", known)}.")
        );
}
