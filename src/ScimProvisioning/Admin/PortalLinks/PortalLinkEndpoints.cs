using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.PortalLinks;

/// <summary>The routes of links to the portal.</summary>
static class PortalLinkEndpoints
{
    public static void MapPortalLinks(this RouteGroupBuilder admin)
    {
        var links = admin
            .MapGroup("/portal-links")
            .WithTag("Portal links", "A link by which a customer opens the portal without an account.")
            .WithParameter("linkId", "The id of the link.");
        links
            .MapPost(
                "",
                async (CreatePortalLinkRequest request, PortalLinkUseCases useCases, CancellationToken ct) =>
                {
                    var made = await useCases.CreateAsync(request, ct);
                    return TypedResults.Created($"{ApiRoutes.Root}/portal-links/{made.Link.Id}", made);
                }
            )
            .WithName("createPortalLink")
            .WithSummary("Make a link to the portal; its address is shown this once")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem();
        links
            .MapGet(
                "",
                async (
                    [AsParameters] PortalLinkQuery query,
                    [AsParameters] PageRequest page,
                    PortalLinkUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(query, page, ct))
            )
            .WithName("listPortalLinks")
            .WithSummary("List links to the portal, oldest first, without their secrets")
            .ProducesValidationProblem();
        links
            .MapDelete(
                "{linkId:guid}",
                async (Guid linkId, PortalLinkUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeAsync(linkId, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("revokePortalLink")
            .WithSummary("Revoke a link, and end the sessions that it has opened")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
