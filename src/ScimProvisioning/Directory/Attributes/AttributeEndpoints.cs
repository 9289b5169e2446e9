using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>The routes of what holds for all connections: the catalogue and the roles.</summary>
static class AttributeEndpoints
{
    const string Path = "/attributes";

    public static void MapAttributes(this RouteGroupBuilder api)
    {
        var attributes = api.MapGroup(Path).WithTag("Attributes", "What the application knows of a person, for all connections.");
        attributes
            .MapGet("", async (AttributeUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(ct)))
            .WithName("listAttributes")
            .WithSummary("Read the catalogue");
        attributes
            .MapPut(
                "",
                async (AttributesBody request, AttributeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(request, ct))
            )
            .WithName("replaceAttributes")
            .WithSummary("Replace the catalogue")
            .ProducesValidationProblem();
        attributes
            .MapPost(
                "",
                async (AttributeBody request, AttributeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Created($"{ApiRoutes.Root}{Path}", await useCases.AddAsync(request, ct))
            )
            .WithName("addAttribute")
            .WithSummary("Add an attribute to the catalogue")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);

        var roles = api.MapGroup("/roles").WithTag("Roles", "The roles of the application, for all connections.");
        roles
            .MapGet("", async (RoleUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(ct)))
            .WithName("listRoles")
            .WithSummary("Read the roles");
        roles
            .MapPut(
                "",
                async (RolesBody request, RoleUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(request, ct))
            )
            .WithName("replaceRoles")
            .WithSummary("Replace the roles")
            .ProducesValidationProblem();
    }
}
