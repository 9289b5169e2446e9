using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The schemas and resource types that a connection has registered beside the built-in ones.</summary>
/// <param name="connection">Read with its <see cref="Connection.Documents"/>.</param>
sealed partial class RegisteredDocuments(Connection connection)
{
    /// <summary>The member that identifies a schema.</summary>
    public const string SchemaKey = "id";

    /// <summary>The member that identifies a resource type.</summary>
    public const string ResourceTypeKey = "name";

    /// <summary>Limit of all documents of a connection together: each server keeps them in memory.</summary>
    const int MaxBytes = 1024 * 1024;

    public List<JsonObject> Schemas { get; } = Read(connection.Documents?.Schemas);

    public List<JsonObject> ResourceTypes { get; } = Read(connection.Documents?.ResourceTypes);

    /// <exception cref="ScimException">404.</exception>
    public JsonObject Schema(string id) =>
        Schemas.Find(schema => IsNamed(schema, SchemaKey, id))
        ?? throw ScimException.NotFound($"The connection has registered no schema '{id}'.");

    /// <exception cref="ScimException">404.</exception>
    public JsonObject ResourceType(string name) =>
        ResourceTypes.Find(type => IsNamed(type, ResourceTypeKey, name))
        ?? throw ScimException.NotFound($"The connection has registered no resource type '{name}'.");

    /// <summary>Adds a document.</summary>
    /// <param name="key">The member that identifies a document in the list: id or name.</param>
    /// <returns>The value of that member.</returns>
    /// <exception cref="ScimException">400 when the member is missing; 409 when another document has the same value.</exception>
    public static string Add(List<JsonObject> documents, JsonObject document, string key)
    {
        var named = TextOf(document, key) ?? throw ScimException.InvalidValue($"'{key}' is missing. It must be a string.");
        if (documents.Any(other => IsNamed(other, key, named)))
            throw ScimException.Conflict($"'{named}' is registered already. Replace it with PUT, or choose another {key}.");
        documents.Add(document);
        return named;
    }

    /// <summary>Puts a document in the place of another one, which is identified by the same value.</summary>
    /// <exception cref="ScimException">400 when the new document names another value.</exception>
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
        // At the end, so that an error names this one when it contradicts another document.
        documents.Remove(old);
        documents.Add(document);
    }

    /// <summary>
    /// Checks all documents and writes them to the connection: in the spelling of the RFC, and only with the members that it names.
    /// </summary>
    /// <returns>The resource types that the documents define.</returns>
    /// <exception cref="ScimException">400, with what is wrong in the document that has changed.</exception>
    public ResourceTypes Store()
    {
        try
        {
            var types = Types();
            var documents = connection.Documents ??= new() { ConnectionId = connection.Id };
            documents.Schemas = Text(SchemaReader.ReadSchemas(Copy(Schemas)).Select(schema => DiscoveryDocuments.ForSchema(schema, "")));
            documents.ResourceTypes = Text(
                types.All.Except(Scim.ResourceTypes.BuiltIn.All).Select(type => DiscoveryDocuments.ForResourceType(type, ""))
            );
            if (Encoding.UTF8.GetByteCount(documents.Schemas) + Encoding.UTF8.GetByteCount(documents.ResourceTypes) > MaxBytes)
                throw ScimException.InvalidValue(
                    $"The schemas and resource types of a connection may together have {MaxBytes} bytes; "
                        + "with this one they would have more. Remove one, or shorten descriptions."
                );
            return types;
        }
        catch (ScimException e)
        {
            // The other documents were accepted before, so the error is in this one. The admin does not know a "schemas[3]".
            throw ScimException.InvalidValue(Place().Replace(e.Message, ""));
        }
    }

    /// <summary>The resource types that the documents define at this moment.</summary>
    /// <exception cref="ScimException">400.</exception>
    public ResourceTypes Types() =>
        // In URLs the key of a connection takes the place of a collection: no collection may begin as keys do.
        SchemaReader.Read(Copy(Schemas), Copy(ResourceTypes), ConnectionKey.Prefix);

    /// <summary>The names of the resource types that use the schema.</summary>
    public IEnumerable<string> UsersOf(string schema) =>
        ResourceTypes
            .Where(type =>
                Named(type)
                    .Concat(type["schemaExtensions"]?.AsArray().SelectMany(Named) ?? [])
                    .Any(used => SchemaDefinition.SameId(used, schema))
            )
            .Select(type => (string)type[ResourceTypeKey]!);

    static IEnumerable<string> Named(JsonNode? document) => (string?)document?["schema"] is { } schema ? [schema] : [];

    static bool IsNamed(JsonObject document, string key, string name) =>
        TextOf(document, key) is { } text
        && (key == SchemaKey ? SchemaDefinition.SameId(text, name) : text.Equals(name, StringComparison.OrdinalIgnoreCase));

    static string? TextOf(JsonObject document, string name) =>
        document.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
        && value.TryGetValue(out string? text)
            ? text
            : null;

    // Without "meta": its location depends on the Tenant URL of the request.
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

    static List<JsonObject> Read(string? json) => [.. JsonNode.Parse(json ?? "[]")!.AsArray().Select(document => (JsonObject)document!)];

    static JsonArray Copy(List<JsonObject> documents) => new([.. documents.Select(document => document.DeepClone())]);

    [GeneratedRegex(@"\b(schemas|resourceTypes)\[\d+\]\.")]
    private static partial Regex Place();
}
