using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>The JSON documents of schemas and resource types (RFC 7643 §6, §7). Members without a value are left out.</summary>
public static class DiscoveryDocuments
{
    /// <summary>The schema with all characteristics of its attributes.</summary>
    /// <param name="location">URI at which this document is served.</param>
    public static JsonObject ForSchema(SchemaDefinition schema, string location) =>
        new()
        {
            ["schemas"] = new JsonArray(DiscoverySchemas.SchemaId),
            ["id"] = schema.Id,
            ["name"] = schema.Name,
            ["description"] = schema.Description,
            ["attributes"] = new JsonArray([.. schema.Attributes.Select(Attribute)]),
            ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = location },
        };

    /// <summary>The resource type with its schema and extensions.</summary>
    /// <param name="location">URI at which this document is served.</param>
    public static JsonObject ForResourceType(ResourceType type, string location)
    {
        var document = new JsonObject
        {
            ["schemas"] = new JsonArray(DiscoverySchemas.ResourceTypeId),
            ["id"] = type.Name,
            ["name"] = type.Name,
            ["endpoint"] = "/" + type.Collection,
            ["description"] = type.Description,
            ["schema"] = type.Schema.Id,
        };
        if (type.Extensions.Count > 0)
            document["schemaExtensions"] = new JsonArray([
                .. type.Extensions.Select(e => new JsonObject { ["schema"] = e.Id, ["required"] = type.RequiredExtensions.Contains(e) }),
            ]);
        document["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = location };
        return document;
    }

    static JsonObject Attribute(AttributeDefinition attribute)
    {
        var json = new JsonObject
        {
            ["name"] = attribute.Name,
            ["type"] = Word(attribute.Type),
            ["multiValued"] = attribute.MultiValued,
            ["description"] = attribute.Description,
            ["required"] = attribute.Required,
            ["caseExact"] = attribute.CaseExact,
            ["mutability"] = Word(attribute.Mutability),
            ["returned"] = Word(attribute.Returned),
            ["uniqueness"] = Word(attribute.Uniqueness),
        };
        if (attribute.CanonicalValues.Count > 0)
            json["canonicalValues"] = Strings(attribute.CanonicalValues);
        if (attribute.ReferenceTypes.Count > 0)
            json["referenceTypes"] = Strings(attribute.ReferenceTypes);
        if (attribute.SubAttributes.Count > 0)
            json["subAttributes"] = new JsonArray([.. attribute.SubAttributes.Select(Attribute)]);
        return json;
    }

    static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    /// <summary>The RFC's keyword for a characteristic, such as <c>readOnly</c>.</summary>
    internal static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
