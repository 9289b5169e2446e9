using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The schemas and resource types that a connection has beside the built-in ones, as documents.</summary>
sealed partial class RegisteredDocuments(Connection connection)
{
    /// <summary>Of all documents of a connection together: each server keeps them in memory.</summary>
    const int MaxBytes = 1024 * 1024;

    public List<JsonObject> Schemas { get; } = Read(connection.Schemas);

    public List<JsonObject> ResourceTypes { get; } = Read(connection.ResourceTypes);

    /// <exception cref="ScimException">404.</exception>
    public JsonObject Schema(string id) =>
        Schemas.Find(schema => IsNamed(schema, "id", id))
        ?? throw ScimException.NotFound($"The connection has registered no schema '{id}'.");

    /// <exception cref="ScimException">404.</exception>
    public JsonObject ResourceType(string name) =>
        ResourceTypes.Find(type => IsNamed(type, "name", name))
        ?? throw ScimException.NotFound($"The connection has registered no resource type '{name}'.");

    /// <summary>Adds a document.</summary>
    /// <param name="key">What tells the documents of the list apart.</param>
    /// <returns>Its key.</returns>
    /// <exception cref="ScimException">400 without a key; 409 when there is one of that key.</exception>
    public static string Add(List<JsonObject> documents, JsonObject document, string key)
    {
        var named = TextOf(document, key) ?? throw ScimException.InvalidValue($"'{key}' is missing. It must be a string.");
        if (documents.Any(other => IsNamed(other, key, named)))
            throw ScimException.Conflict($"'{named}' is registered already. Replace it with PUT, or choose another {key}.");
        documents.Add(document);
        return named;
    }

    /// <summary>Puts a document in the place of another, whose key it keeps.</summary>
    /// <exception cref="ScimException">400 for another key.</exception>
    public static void Replace(List<JsonObject> documents, JsonObject old, JsonObject document, string key)
    {
        var name = (string)old[key]!;
        if (TextOf(document, key) is { } other && !IsNamed(old, key, other))
            throw ScimException.InvalidValue(
                $"'{key}' is '{other}', but the address names '{name}', which cannot be renamed. Register another."
            );
        foreach (var spelling in document.Select(p => p.Key).Where(p => p.Equals(key, StringComparison.OrdinalIgnoreCase)).ToArray())
            document.Remove(spelling);
        document[key] = name;
        // At the end, so that what clashes with another document is told of this one.
        documents.Remove(old);
        documents.Add(document);
    }

    /// <summary>Writes the whole set to the connection, checked, in the RFC's spelling and without what the RFC does not name.</summary>
    /// <returns>The resource types that they make.</returns>
    /// <exception cref="ScimException">400, naming what is wrong in the document that has changed.</exception>
    public ResourceTypes Store()
    {
        try
        {
            var types = Types();
            connection.Schemas = Text(SchemaReader.ReadSchemas(Copy(Schemas)).Select(schema => DiscoveryDocuments.ForSchema(schema, "")));
            connection.ResourceTypes = Text(
                types.All.Except(Scim.ResourceTypes.BuiltIn.All).Select(type => DiscoveryDocuments.ForResourceType(type, ""))
            );
            if (Encoding.UTF8.GetByteCount(connection.Schemas) + Encoding.UTF8.GetByteCount(connection.ResourceTypes) > MaxBytes)
                throw ScimException.InvalidValue(
                    $"The schemas and resource types of a connection may together have {MaxBytes} bytes; with this one they would have more. Remove one, or shorten descriptions."
                );
            return types;
        }
        catch (ScimException e)
        {
            // The others were accepted before, so that it is this one: the admin knows no "schemas[3]".
            throw ScimException.InvalidValue(Place().Replace(e.Message, ""));
        }
    }

    /// <summary>The resource types that the documents make as they are now.</summary>
    /// <exception cref="ScimException">400.</exception>
    public ResourceTypes Types() => SchemaReader.Read(Copy(Schemas), Copy(ResourceTypes), ConnectionKey.Prefix); // keys stand in URLs where collections do

    /// <summary>Names of the resource types that use the schema.</summary>
    public IEnumerable<string> UsersOf(string schema) =>
        ResourceTypes
            .Where(type =>
                Named(type)
                    .Concat(type["schemaExtensions"]?.AsArray().SelectMany(Named) ?? [])
                    .Any(used => SchemaDefinition.SameId(used, schema))
            )
            .Select(type => (string)type["name"]!);

    static IEnumerable<string> Named(JsonNode? document) => (string?)document?["schema"] is { } schema ? [schema] : [];

    static bool IsNamed(JsonObject document, string key, string name) =>
        TextOf(document, key) is { } text
        && (key == "id" ? SchemaDefinition.SameId(text, name) : text.Equals(name, StringComparison.OrdinalIgnoreCase));

    static string? TextOf(JsonObject document, string name) =>
        document.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
        && value.TryGetValue(out string? text)
            ? text
            : null;

    // Where a document is served depends on who asks.
    static string Text(IEnumerable<JsonObject> documents) =>
        ScimJson.Text(
            new JsonArray([
                .. documents.Select(document =>
                {
                    document.Remove("meta");
                    return document;
                }),
            ])
        );

    static List<JsonObject> Read(string json) => [.. JsonNode.Parse(json)!.AsArray().Select(document => (JsonObject)document!)];

    static JsonArray Copy(List<JsonObject> documents) => new([.. documents.Select(document => document.DeepClone())]);

    [GeneratedRegex(@"\b(schemas|resourceTypes)\[\d+\]\.")]
    private static partial Regex Place();
}
