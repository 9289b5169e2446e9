using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// A JSON Schema (2020-12) of what a form may edit in a person: the catalogue's attributes, with <c>readOnly</c> on those that the identity
/// provider manages.
/// </summary>
public static class FormSchema
{
    /// <param name="managed">The managed names: those of a connection's rules, or of one person.</param>
    public static JsonObject Of(Catalogue catalogue, IReadOnlyCollection<string> managed)
    {
        var (builtIn, custom) = (new JsonObject(), new JsonObject());
        foreach (var attribute in catalogue.Attributes)
            (Catalogue.IsBuiltIn(attribute.Name) ? builtIn : custom).Add(attribute.Name, Property(attribute, managed));
        builtIn.Insert(0, "appUserId", new JsonObject { ["type"] = Types("string"), ["description"] = "The app's own id of the person." });
        builtIn.Add("attributes", Object(catalogue, isBuiltIn: false, custom));
        builtIn.Add("localAttributes", new JsonObject { ["type"] = "object", ["description"] = "The app's own data, up to 64 KB." });
        var schema = Object(catalogue, isBuiltIn: true, builtIn);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return schema;
    }

    static JsonObject Object(Catalogue catalogue, bool isBuiltIn, JsonObject properties)
    {
        var required = catalogue
            .Attributes.Where(attribute => attribute.Required && Catalogue.IsBuiltIn(attribute.Name) == isBuiltIn)
            .Select(attribute => (JsonNode?)attribute.Name)
            .ToArray();
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }

    static JsonObject Property(CatalogueAttribute attribute, IReadOnlyCollection<string> managed)
    {
        var property = new JsonObject
        {
            ["type"] = Types(
                attribute.Type switch
                {
                    AttributeKind.Number => "number",
                    AttributeKind.Boolean => "boolean",
                    AttributeKind.Strings => "array",
                    _ => "string",
                },
                attribute.Required
            ),
        };
        if (attribute.Description is { } description)
            property["description"] = description;
        if (attribute.Type is AttributeKind.Strings)
            property["items"] = new JsonObject { ["type"] = "string" };
        if (attribute.Type is AttributeKind.Date)
            property["anyOf"] = new JsonArray(Format("date"), Format("date-time"));
        if (attribute.Name == Catalogue.ManagerId)
            property["format"] = "uuid";
        if (managed.Contains(attribute.Name))
            property["readOnly"] = true;
        return property;
    }

    static JsonNode Types(string type, bool required = false) => required ? type : new JsonArray(type, "null");

    static JsonObject Format(string format) => new() { ["format"] = format };
}
