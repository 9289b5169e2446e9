using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Reads the resource in the body of a POST or PUT (RFC 7644 §3.3, §3.5.1) into the document that is stored.</summary>
/// <remarks>
/// The document holds every assigned attribute in the schema's spelling, and <c>schemas</c>; without <c>id</c>, <c>meta</c> and what else is
/// read-only. Unknown members are ignored, as RFC 7644 §3.3 allows; extensions that nobody registered are kept as they came.
/// </remarks>
public static class ResourceParser
{
    /// <summary>A new resource: attributes that nobody mentioned get their defaults.</summary>
    /// <exception cref="ScimException">400 <c>invalidValue</c> for a missing or ill-typed value, <c>invalidSyntax</c> for a doubled name.</exception>
    public static JsonObject Create(JsonObject body, ResourceType type) => Parse(body, type, current: null);

    /// <summary>A replacement: what is not mentioned is gone, except attributes with a default (<c>active</c>) and immutable ones, which stay as they are.</summary>
    /// <exception cref="ScimException">400 <c>mutability</c> for another value of an immutable attribute; otherwise as for a new resource.</exception>
    public static JsonObject Replace(JsonObject body, ResourceType type, JsonObject current) => Parse(body, type, current);

    static JsonObject Parse(JsonObject body, ResourceType type, JsonObject? current)
    {
        StorableText.Require(body);
        var document = new JsonObject();
        ReadInto(document, body, type);
        if (current is not null)
            ImmutableAttributes.Keep(document, current, type, mayOmit: true);
        if (RequiredAttributes.FirstMissing(document, type, before: null) is { } missing)
            throw Missing(missing, type);
        return Complete(document, type, current);
    }

    /// <summary>Gives defaults to what has none and lists the schemas.</summary>
    /// <param name="current">The document before the change, whose values come before the defaults.</param>
    internal static JsonObject Complete(JsonObject document, ResourceType type, JsonObject? current)
    {
        foreach (var attribute in type.Schema.Attributes.Where(a => a.Default is not null))
            document.TryAdd(attribute.Name, current?[attribute.Name]?.DeepClone() ?? attribute.Default);
        return WithSchemas(document, type);
    }

    internal static ScimException Missing(AttributePath path, ResourceType type) =>
        ScimException.InvalidValue($"'{path}' is required for a {type.Name} and has no value. Map a source attribute that always has one.");

    /// <summary>Sets <c>schemas</c>: the core schema and each extension that holds something.</summary>
    static JsonObject WithSchemas(JsonObject document, ResourceType type)
    {
        document["schemas"] = new JsonArray([
            type.Schema.Id,
            .. document
                .Select(p => p.Key)
                .Where(key => key.Contains(':'))
                .Order(StringComparer.Ordinal)
                .Select(key => JsonValue.Create(key)),
        ]);
        return document;
    }

    static void ReadInto(JsonObject document, JsonObject members, ResourceType type)
    {
        foreach (var (name, value) in members)
        {
            if (name.Contains(':'))
                ReadSchema(document, name, value, type);
            else if (type.FindAttribute(name) is { Schema: null } path)
                Set(document, path, value);
        }
        // Entra has sent "department" and "manager" beside the extension's object; the object wins.
        foreach (var (name, value) in members)
            if (type.FindAttribute(name) is { Schema: { } uri } path && document[uri]?[path.Attribute.Name] is null)
                Set(document, path, value);
    }

    static void ReadSchema(JsonObject document, string uri, JsonNode? value, ResourceType type)
    {
        if (type.FindSchema(uri) is not { } schema)
        {
            // Written as a PATCH path: the URI of a registered schema and an attribute.
            if (AttributePath.Find(uri, type) is { Sub: null, Attribute.Type: not AttributeType.Any } path)
                Set(document, path, value);
            if (
                value is not JsonObject
                || !type.MayHaveExtension(uri)
                || AttributeValue.Read(value, AttributeDefinition.Untyped(uri), uri) is not { } read
            )
                return;
            Add(document, document.KeyOf(uri) ?? uri, read, uri);
            return;
        }
        if (AttributeValue.IsUnassigned(value))
            return;
        if (value is not JsonObject members)
            throw ScimException.InvalidValue($"'{uri}' must be an object.");
        if (schema == type.Schema)
        {
            ReadInto(document, members, type);
            return;
        }
        foreach (var (name, member) in members)
            if (schema.Find(name) is { } attribute)
                Set(document, new AttributePath(schema.Id, attribute, null), member);
    }

    static void Set(JsonObject document, AttributePath path, JsonNode? value)
    {
        var attribute = path.Attribute;
        if (attribute.Mutability is Mutability.ReadOnly || attribute == UserSchema.Password)
            return;
        if (AttributeValue.Read(value, attribute, path.Schema is null ? attribute.Name : path.ToString()) is not { } read)
            return;

        var scope = document;
        if (path.Schema is not null)
            document[path.Schema] = scope = document[path.Schema] as JsonObject ?? [];
        Add(scope, attribute.Name, read, path.ToString());
    }

    static void Add(JsonObject scope, string name, JsonNode value, string path)
    {
        if (!scope.TryAdd(name, value))
            throw ScimException.InvalidSyntax($"'{path}' is given twice.");
    }
}
