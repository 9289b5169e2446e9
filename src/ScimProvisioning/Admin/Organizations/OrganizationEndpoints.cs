using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>The routes of organizations.</summary>
static class OrganizationEndpoints
{
    public static void MapOrganizations(this RouteGroupBuilder admin)
    {
        var organizations = admin
            .MapGroup(ApiRoutes.Organizations)
            .WithTag("Organizations", "The customers that connections belong to.")
            .WithParameter("id", "The id of the organization.");
        organizations
            .MapPost(
                "",
                async (CreateOrganizationRequest request, OrganizationUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(request, ct);
                    return TypedResults.Created($"{ApiRoutes.Root}{ApiRoutes.Organizations}/{created.Id}", created);
                }
            )
            .WithName("createOrganization")
            .WithSummary("Create an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        organizations
            .MapGet(
                "",
                async (
                    [AsParameters] OrganizationQuery query,
                    [AsParameters] PageRequest page,
                    OrganizationUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(query, page, ct))
            )
            .WithName("listOrganizations")
            .WithSummary("List organizations, oldest first")
            .ProducesValidationProblem();

        var organization = organizations.MapGroup("{id:guid}").ProducesProblem(StatusCodes.Status404NotFound);
        organization
            .MapGet(
                "",
                async (Guid id, OrganizationUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getOrganization")
            .WithSummary("Read an organization");
        organization
            .MapPatch(
                "",
                async (Guid id, UpdateOrganizationRequest request, OrganizationUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.UpdateAsync(id, request, ct))
            )
            .WithName("updateOrganization")
            .WithSummary("Change an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        organization
            .MapDelete(
                "",
                async (Guid id, OrganizationUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.DeleteAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteOrganization")
            .WithSummary("Delete an organization without connections")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
