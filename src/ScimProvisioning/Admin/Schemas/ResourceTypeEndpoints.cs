using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>The routes of the resource types that a connection registers.</summary>
static class ResourceTypeEndpoints
{
    const string Path = "/resource-types";

    public static void MapResourceTypes(this RouteGroupBuilder admin)
    {
        var types = admin
            .MapConnectionGroup(Path)
            .WithTag("Resource types", "The SCIM resource types (RFC 7643 §6) of a connection, and extensions of User and Group.")
            .WithParameter("name", "The name of the resource type.");
        types
            .MapPost(
                "",
                async (Guid id, DefinitionBody document, ResourceTypeUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(id, document.Json, ct);
                    var name = Uri.EscapeDataString((string)created[RegisteredDocuments.ResourceTypeKey]!);
                    return TypedResults.Created($"{ApiRoutes.OfConnection(id)}{Path}/{name}", created);
                }
            )
            .WithName("createResourceType")
            .WithSummary("Register a SCIM resource type, or extensions of User or Group")
            .AcceptsDefinition();
        types
            .MapGet(
                "",
                async (Guid id, ResourceTypeUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.ListAsync(id, ct))
            )
            .WithName("listResourceTypes")
            .WithSummary("List the registered resource types");
        types
            .MapGet(
                "{name}",
                async (Guid id, string name, ResourceTypeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, name, ct))
            )
            .WithName("getResourceType")
            .WithSummary("Read a registered resource type");
        types
            .MapPut(
                "{name}",
                async (Guid id, string name, DefinitionBody document, ResourceTypeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(id, name, document.Json, ct))
            )
            .WithName("replaceResourceType")
            .WithSummary("Replace a registered resource type")
            .AcceptsDefinition();
        types
            .MapDelete(
                "{name}",
                async (Guid id, string name, ResourceTypeUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.DeleteAsync(id, name, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteResourceType")
            .WithSummary("Remove a resource type that has no resources, or the extensions of User or Group")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
