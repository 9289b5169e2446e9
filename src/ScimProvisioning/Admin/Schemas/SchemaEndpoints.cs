using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The routes of the schemas that a connection registers.</summary>
static class SchemaEndpoints
{
    const string Path = "/schemas";

    public static void MapSchemas(this RouteGroupBuilder admin)
    {
        var schemas = admin
            .MapConnectionGroup(Path)
            .WithTag("Schemas", "The SCIM schemas (RFC 7643 §7) that a connection has beside the built-in ones.")
            .WithParameter("schemaId", "The id of the schema: a URN.");
        schemas
            .MapPost(
                "",
                async (Guid id, DefinitionBody document, SchemaUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(id, document.Json, ct);
                    var schemaId = Uri.EscapeDataString((string)created[RegisteredDocuments.SchemaKey]!);
                    return TypedResults.Created($"{ApiRoutes.OfConnection(id)}{Path}/{schemaId}", created);
                }
            )
            .WithName("createSchema")
            .WithSummary("Register a SCIM schema")
            .AcceptsDefinition();
        schemas
            .MapGet("", async (Guid id, SchemaUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.ListAsync(id, ct)))
            .WithName("listSchemas")
            .WithSummary("List the registered schemas");
        schemas
            .MapGet(
                "{**schemaId}",
                async (Guid id, string schemaId, SchemaUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, Unescaped(schemaId), ct))
            )
            .WithName("getSchema")
            .WithSummary("Read a registered schema");
        schemas
            .MapPut(
                "{**schemaId}",
                async (Guid id, string schemaId, DefinitionBody document, SchemaUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(id, Unescaped(schemaId), document.Json, ct))
            )
            .WithName("replaceSchema")
            .WithSummary("Replace a registered schema")
            .AcceptsDefinition();
        schemas
            .MapDelete(
                "{**schemaId}",
                async (Guid id, string schemaId, SchemaUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.DeleteAsync(id, Unescaped(schemaId), ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteSchema")
            .WithSummary("Remove a schema that no resource type uses")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    // The server unescapes everything in a path except the slash.
    static string Unescaped(string schemaId) => schemaId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
