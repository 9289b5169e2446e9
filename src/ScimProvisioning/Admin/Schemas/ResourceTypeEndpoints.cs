using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Scim;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The resource types that a connection registers (RFC 7643 §6); those named User and Group add extensions to the built-in ones.</summary>
static class ResourceTypeEndpoints
{
    const string Key = "name";

    public static void MapResourceTypes(this RouteGroupBuilder admin)
    {
        var types = admin
            .MapGroup(ApiRoutes.Connection + "/resource-types")
            .WithTags("Resource types")
            .ProducesProblem(StatusCodes.Status404NotFound);
        ScimDocument.Describe(types.MapPost("", Post).WithSummary("Register a SCIM resource type, or extensions of User or Group"));
        types.MapGet("", List).WithSummary("List the registered resource types");
        types.MapGet("{name}", Get).WithSummary("Read a registered resource type");
        ScimDocument.Describe(types.MapPut("{name}", Put).WithSummary("Replace a registered resource type"));
        types
            .MapDelete("{name}", Delete)
            .WithSummary("Remove a resource type that has no resources, or the extensions of User or Group")
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
        var name = RegisteredDocuments.Add(registered.ResourceTypes, document.Json, Key);
        var stored = await StoreAsync(connection, registered, name, db, ct);
        await work.RecordAsync("connection.resource_type_created", connection, "ResourceType", id, null, stored, ct);
        return TypedResults.Created($"{ApiRoutes.Root}{ApiRoutes.Connections}/{id}/resource-types/{Uri.EscapeDataString(name)}", stored);
    }

    static async Task<Ok<Page<JsonObject>>> List(Guid id, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok(new Page<JsonObject>(new RegisteredDocuments(await db.ReadConnectionAsync(id, ct)).ResourceTypes, null));

    static async Task<Ok<JsonObject>> Get(Guid id, string name, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok(new RegisteredDocuments(await db.ReadConnectionAsync(id, ct)).ResourceType(name));

    static async Task<Ok<JsonObject>> Put(
        Guid id,
        string name,
        ScimDocument document,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var registered = new RegisteredDocuments(connection);
        var (old, before) = (registered.ResourceType(name), registered.Types().Named(name)!);
        RegisteredDocuments.Replace(registered.ResourceTypes, old, document.Json, Key);
        var stored = await StoreAsync(connection, registered, name, db, ct);
        if (!JsonNode.DeepEquals(stored["schema"], old["schema"]))
            await RequireEmptyAsync(connection, (string)old[Key]!, "they would keep the attributes of another schema", db, ct);
        await RequireNoSecretsAsync(connection, before, registered.Types(), db, ct);
        await work.RecordAsync("connection.resource_type_updated", connection, "ResourceType", id, old, stored, ct);
        return TypedResults.Ok(stored);
    }

    static async Task<NoContent> Delete(Guid id, string name, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var registered = new RegisteredDocuments(connection);
        var (type, before) = (registered.ResourceType(name), registered.Types().Named(name)!);
        if (ResourceTypes.BuiltIn.Named(name) is null)
            await RequireEmptyAsync(connection, (string)type[Key]!, "nobody could reach them any more", db, ct);
        registered.ResourceTypes.Remove(type);
        var types = registered.Store();
        await RequireNoSecretsAsync(connection, before, types, db, ct);
        await db.ForgetUniqueValuesAsync(id, types, ct);
        await work.RecordAsync("connection.resource_type_deleted", connection, "ResourceType", id, type, null, ct);
        return TypedResults.NoContent();
    }

    static async Task<JsonObject> StoreAsync(
        Connection connection,
        RegisteredDocuments registered,
        string name,
        ScimDbContext db,
        CancellationToken ct
    )
    {
        await db.ForgetUniqueValuesAsync(connection.Id, registered.Store(), ct);
        return new RegisteredDocuments(connection).ResourceType(name);
    }

    static async Task RequireEmptyAsync(Connection connection, string name, string reason, ScimDbContext db, CancellationToken ct)
    {
        if (await db.HasResourcesAsync(connection.Id, name, ct))
            throw ScimException.Conflict($"There are resources of the type {name}, and {reason}. Delete them first.");
    }

    /// <summary>Data of an extension that is taken out of a type becomes that of one that nobody registered, which is returned whole.</summary>
    static async Task RequireNoSecretsAsync(
        Connection connection,
        ResourceType before,
        ResourceTypes after,
        ScimDbContext db,
        CancellationToken ct
    )
    {
        var kept = after.Named(before.Name)?.Extensions.Select(extension => extension.Id) ?? [];
        foreach (
            var removed in before.Extensions.Where(extension =>
                !kept.Contains(extension.Id, StringComparer.OrdinalIgnoreCase) && HasSecrets(extension)
            )
        )
            if (await db.HasResourcesAsync(connection.Id, before.Name, ct, removed.Id))
                throw ScimException.Conflict(
                    $"There are resources of the type {before.Name} with data of '{removed.Id}', and what that schema never returns would be returned. Remove the data first."
                );
    }

    static bool HasSecrets(SchemaDefinition schema) =>
        schema
            .Attributes.SelectMany(attribute => attribute.SubAttributes.Prepend(attribute))
            .Any(attribute => attribute.Returned is Returned.Never);
}
