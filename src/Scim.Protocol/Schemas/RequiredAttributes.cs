using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// What a document must have: required attributes and sub-attributes, and required extensions with their required attributes (RFC 7643
/// §2.2, §6).
/// </summary>
static class RequiredAttributes
{
    /// <summary>The first required attribute without a value, or <c>null</c> when none is missing.</summary>
    /// <param name="before">
    /// The document before a PATCH; <c>null</c> for a POST or PUT. What a PATCH does not change is not checked: when an attribute becomes
    /// required later, Entra must still be able to disable an older user.
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
        foreach (var attribute in schema.AttributesWithRequired)
        {
            var value = scope[attribute.Name];
            if (before is not null && JsonNode.DeepEquals(value, before[attribute.Name]))
                continue;
            if (MustBeSent(attribute) && IsBlank(value))
                return new(uri, attribute, null);
            foreach (var sub in attribute.SubAttributes)
                if (MustBeSent(sub) && HasBlank(value, sub.Name))
                    return new(uri, attribute, sub);
        }
        return null;
    }

    /// <summary>False for a read-only attribute, which a client cannot set.</summary>
    internal static bool MustBeSent(AttributeDefinition attribute) => attribute is { Required: true, Mutability: not Mutability.ReadOnly };

    // Apart, because what a lambda captures is made for each attribute, also for one without such a part.
    static bool HasBlank(JsonNode? value, string sub) => Elements(value).Any(element => IsBlank(element[sub]));

    static bool IsBlank(JsonNode? value) =>
        value is null || AttributeValue.IsText(value) && string.IsNullOrWhiteSpace(value.GetValue<string>());

    static IEnumerable<JsonObject> Elements(JsonNode? value) => (value as IEnumerable<JsonNode?> ?? [value]).OfType<JsonObject>();
}
