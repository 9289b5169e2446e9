using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Reads the resource in the body of a POST or PUT (RFC 7644 §3.3, §3.5.1) into the document that is stored.</summary>
/// <remarks>
/// The document has every assigned attribute in the schema's spelling, and <c>schemas</c>. It has no read-only attributes, such as
/// <c>id</c> and <c>meta</c>. Unknown members are ignored, as RFC 7644 §3.3 allows; unregistered extensions are kept as they were sent.
/// </remarks>
public static class ResourceParser
{
    /// <summary>The document of a new resource. Attributes that are not sent get their defaults.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> for a missing value or one of the wrong type; <c>invalidSyntax</c> for a name given twice.
    /// </exception>
    public static JsonObject Create(JsonObject body, ResourceType type) => Parse(body, type, current: null);

    /// <summary>
    /// The document after a PUT. Attributes that are not sent are removed, except immutable ones and those with a default (<c>active</c>),
    /// which keep their value.
    /// </summary>
    /// <param name="current">The stored document, which is not changed.</param>
    /// <exception cref="ScimException">
    /// 400 <c>mutability</c> for another value of an immutable attribute; otherwise as for a new resource.
    /// </exception>
    public static JsonObject Replace(JsonObject body, ResourceType type, JsonObject current) => Parse(body, type, current);

    const int MaxMembers = 1_000;

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

    /// <summary>Sets attributes that have a default but no value, and <c>schemas</c>.</summary>
    /// <param name="current">The document before the change. A value that it has is used instead of the default.</param>
    internal static JsonObject Complete(JsonObject document, ResourceType type, JsonObject? current)
    {
        foreach (var attribute in type.Schema.AttributesWithDefault)
            if (!document.ContainsKey(attribute.Name))
                document.Add(attribute.Name, current?[attribute.Name]?.DeepClone() ?? attribute.Default);
        return WithSchemas(document, type);
    }

    internal static ScimException Missing(AttributePath path, ResourceType type) =>
        ScimException.InvalidValue($"'{path}' is required for a {type.Name} and has no value. Map a source attribute that always has one.");

    /// <summary>Sets <c>schemas</c>: the core schema and each extension in the document.</summary>
    static JsonObject WithSchemas(JsonObject document, ResourceType type)
    {
        List<string> uris = [type.Schema.Id];
        for (var i = 0; i < document.Count; i++)
            if (document.GetAt(i).Key is var key && key.Contains(':'))
                uris.Add(key);
        uris.Sort(1, uris.Count - 1, StringComparer.Ordinal);
        if (!Holds(document["schemas"], uris)) // else a PATCH has changed no extension
            document["schemas"] = new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))]);
        return document;
    }

    static bool Holds(JsonNode? schemas, List<string> uris)
    {
        if (schemas is not JsonArray array || array.Count != uris.Count)
            return false;
        for (var i = 0; i < uris.Count; i++)
            if (
                array[i] is not JsonValue value
                || !value.TryGetValue(out JsonElement uri)
                || uri.ValueKind is not JsonValueKind.String
                || !uri.ValueEquals(uris[i])
            )
                return false;
        return true;
    }

    static void ReadInto(JsonObject document, JsonObject members, ResourceType type)
    {
        for (var i = 0; i < members.Count; i++)
        {
            var (name, value) = members.GetAt(i);
            if (name.Contains(':'))
                ReadSchema(document, name, value, type);
            else if (type.FindAttribute(name) is { Schema: null } path)
                Set(document, null, path.Attribute, value);
        }
        // Entra has sent "department" and "manager" outside the extension's object. The value in the object has precedence.
        for (var i = 0; i < members.Count; i++)
        {
            var (name, value) = members.GetAt(i);
            if (type.FindAttribute(name) is { Schema: { } uri } path && document[uri]?[path.Attribute.Name] is null)
                Set(document, uri, path.Attribute, value);
        }
    }

    static void ReadSchema(JsonObject document, string uri, JsonNode? value, ResourceType type)
    {
        if (type.FindSchema(uri) is not { } schema)
        {
            if (type.HasDotAfterUri(uri))
                throw ScimException.InvalidSyntax(
                    $"{ScimException.Quote(uri)} has a dot between the URI of a schema and an attribute. Put a colon there."
                );
            // A name like a PATCH path: the URI of a registered schema, a colon and an attribute.
            if (AttributePath.Find(uri, type) is { Sub: null, Attribute.Type: not AttributeType.Any } path)
                Set(document, path.Schema, path.Attribute, value);
            if (
                value is not JsonObject unregistered
                || !type.MayHaveExtension(uri)
                || AttributeValue.Read(WithoutSchemas(unregistered), AttributeDefinition.Untyped(uri), uri) is not { } read
            )
                return;
            if (document.Count > MaxMembers)
                throw ScimException.InvalidValue($"The resource has more than {MaxMembers} attributes and extensions.");
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
        for (var i = 0; i < members.Count; i++)
        {
            var (name, member) = members.GetAt(i);
            if (schema.Find(name) is { } attribute)
                Set(document, schema.Id, attribute, member);
        }
    }

    static void Set(JsonObject document, string? schema, AttributeDefinition attribute, JsonNode? value)
    {
        var place = new ValuePlace(schema, attribute.Name);
        if (attribute.Mutability is Mutability.ReadOnly || attribute == UserSchema.Password)
            return;
        if (AttributeValue.ReadWhole(value, attribute, place, wrap: false) is not { } read)
            return;

        var scope = document;
        if (schema is not null && document[schema] is JsonObject extension)
            scope = extension;
        else if (schema is not null)
            document[schema] = scope = [];
        Add(scope, attribute.Name, read, place);
    }

    /// <summary>Some clients repeat <c>schemas</c> in each extension, where it says nothing.</summary>
    static JsonObject WithoutSchemas(JsonObject extension)
    {
        if (extension.KeyOf(CommonAttributes.Schemas.Name) is not { } schemas)
            return extension;
        var rest = (JsonObject)extension.DeepClone();
        rest.Remove(schemas);
        return rest;
    }

    static void Add(JsonObject scope, string name, JsonNode value, ValuePlace place)
    {
        if (!scope.TryAdd(name, value))
            throw ScimException.InvalidSyntax($"'{place}' is given twice.");
    }
}
