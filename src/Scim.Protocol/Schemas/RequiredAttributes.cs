using System.Text.Json.Nodes;

namespace Scim;

/// <summary>What a document must have: required attributes and sub-attributes, and required extensions with what they require (RFC 7643 §2.2, §6).</summary>
static class RequiredAttributes
{
    /// <summary>The first of them without a value, or <c>null</c>.</summary>
    /// <param name="before">
    /// The document before a PATCH, which answers only for what it changes: a schema that asks for more than it did must not stop Entra from
    /// disabling an older user. <c>null</c> for a POST or PUT.
    /// </param>
    public static AttributePath? FirstMissing(JsonObject document, ResourceType type, JsonObject? before)
    {
        if (FirstMissing(document, before, type.Schema, null) is { } missing)
            return missing;
        foreach (var extension in type.Extensions)
        {
            var then = before?[extension.Id] as JsonObject;
            if (document[extension.Id] is JsonObject members)
            {
                if (FirstMissing(members, then, extension, extension.Id) is { } inExtension)
                    return inExtension;
            }
            else if (type.RequiredExtensions.Contains(extension) && (before is null || then is not null))
            {
                return new(null, AttributeDefinition.Untyped(extension.Id), null);
            }
        }
        return null;
    }

    static AttributePath? FirstMissing(JsonObject scope, JsonObject? before, SchemaDefinition schema, string? uri)
    {
        foreach (var attribute in schema.Attributes.Where(attribute => IsAsked(attribute) || attribute.SubAttributes.Any(IsAsked)))
        {
            var value = scope[attribute.Name];
            if (before is not null && JsonNode.DeepEquals(value, before[attribute.Name]))
                continue;
            if (IsAsked(attribute) && IsBlank(value))
                return new(uri, attribute, null);
            foreach (var sub in attribute.SubAttributes.Where(IsAsked))
                if (Elements(value).Any(element => IsBlank(element[sub.Name])))
                    return new(uri, attribute, sub);
        }
        return null;
    }

    /// <summary>Nobody can send what is read-only.</summary>
    static bool IsAsked(AttributeDefinition attribute) => attribute is { Required: true, Mutability: not Mutability.ReadOnly };

    static bool IsBlank(JsonNode? value) =>
        value is null || AttributeValue.IsText(value) && string.IsNullOrWhiteSpace(value.GetValue<string>());

    static IEnumerable<JsonObject> Elements(JsonNode? value) => (value as IEnumerable<JsonNode?> ?? [value]).OfType<JsonObject>();
}
