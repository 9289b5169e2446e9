using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Standing;

/// <summary>The routes that say how a connection stands: what is released, what is held back, and what can be brought back.</summary>
static class StandingEndpoints
{
    public static void MapStanding(this RouteGroupBuilder api)
    {
        var connection = api.MapConnectionGroup("")
            .WithTag("Standing", "How far a connection is released, and what holds people back.")
            .WithParameter("resourceId", "The SCIM id of the deleted user, group or other resource.");
        connection
            .MapGet(
                "/problems",
                async (Guid id, [AsParameters] ProblemQuery query, ProblemUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, query, ct))
            )
            .WithName("listProblems")
            .WithSummary("List what holds users back")
            .ProducesValidationProblem();
        connection
            .MapGet(
                "/projection",
                async (Guid id, ProjectionUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getProjection")
            .WithSummary("Read how far the release is, and what it waits for");
        connection
            .MapPost(
                "/resources/{resourceId:guid}/restore",
                async (Guid id, Guid resourceId, RestoreUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.RestoreAsync(id, resourceId, ct))
            )
            .WithName("restoreResource")
            .WithSummary("Bring back what SCIM has deleted")
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGroup("/users/{id:guid}/restore")
            .WithTags("Users")
            .WithParameter("id", "The id of the person.")
            .MapPost(
                "",
                async (Guid id, RestoreUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.RestoreUserAsync(id, ct))
            )
            .WithName("restoreUser")
            .WithSummary("Bring back the SCIM user of a person whom the identity provider has deleted")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
