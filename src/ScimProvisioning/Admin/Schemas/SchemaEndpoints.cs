using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Scim;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The schemas that a connection registers beside the built-in ones (RFC 7643 §7).</summary>
static class SchemaEndpoints
{
    const string Key = "id";

    public static void MapSchemas(this RouteGroupBuilder admin)
    {
        var schemas = admin.MapGroup(ApiRoutes.Connection + "/schemas").WithTags("Schemas").ProducesProblem(StatusCodes.Status404NotFound);
        ScimDocument.Describe(schemas.MapPost("", Post).WithSummary("Register a SCIM schema"));
        schemas.MapGet("", List).WithSummary("List the registered schemas");
        schemas.MapGet("{**schemaId}", Get).WithSummary("Read a registered schema");
        ScimDocument.Describe(schemas.MapPut("{**schemaId}", Put).WithSummary("Replace a registered schema"));
        schemas
            .MapDelete("{**schemaId}", Delete)
            .WithSummary("Remove a schema that no resource type uses")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<Created<JsonObject>> Post(
        Guid id,
        ScimDocument document,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var registered = new RegisteredDocuments(connection);
        var schemaId = RegisteredDocuments.Add(registered.Schemas, document.Json, Key);
        var stored = await StoreAsync(connection, registered, schemaId, db, ct);
        await work.RecordAsync("connection.schema_created", connection, "Schema", id, null, stored, ct);
        return TypedResults.Created($"{ApiRoutes.Root}{ApiRoutes.Connections}/{id}/schemas/{Uri.EscapeDataString(schemaId)}", stored);
    }

    static async Task<Ok<Page<JsonObject>>> List(Guid id, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok(new Page<JsonObject>(new RegisteredDocuments(await db.ReadConnectionAsync(id, ct)).Schemas, null));

    static async Task<Ok<JsonObject>> Get(Guid id, string schemaId, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok(new RegisteredDocuments(await db.ReadConnectionAsync(id, ct)).Schema(Unescaped(schemaId)));

    static async Task<Ok<JsonObject>> Put(
        Guid id,
        string schemaId,
        ScimDocument document,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var registered = new RegisteredDocuments(connection);
        var old = registered.Schema(Unescaped(schemaId));
        RegisteredDocuments.Replace(registered.Schemas, old, document.Json, Key);
        var stored = await StoreAsync(connection, registered, Unescaped(schemaId), db, ct);
        await work.RecordAsync("connection.schema_updated", connection, "Schema", id, old, stored, ct);
        return TypedResults.Ok(stored);
    }

    static async Task<NoContent> Delete(Guid id, string schemaId, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var registered = new RegisteredDocuments(connection);
        var schema = registered.Schema(Unescaped(schemaId));
        if (registered.UsersOf((string)schema[Key]!).ToList() is { Count: > 0 } users)
            throw ScimException.Conflict(
                $"The schema is used by the resource types {string.Join(", ", users)}. Take it out of them first."
            );
        registered.Schemas.Remove(schema);
        await db.ForgetUniqueValuesAsync(id, registered.Store(), ct);
        await work.RecordAsync("connection.schema_deleted", connection, "Schema", id, schema, null, ct);
        return TypedResults.NoContent();
    }

    static async Task<JsonObject> StoreAsync(
        Connection connection,
        RegisteredDocuments registered,
        string schemaId,
        ScimDbContext db,
        CancellationToken ct
    )
    {
        await db.ForgetUniqueValuesAsync(connection.Id, registered.Store(), ct);
        return new RegisteredDocuments(connection).Schema(schemaId);
    }

    // Of all that is escaped in a path, the server leaves only this for us.
    static string Unescaped(string schemaId) => schemaId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
