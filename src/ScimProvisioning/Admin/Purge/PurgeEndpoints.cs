using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Purge;

/// <summary>The route that erases a deleted resource.</summary>
static class PurgeEndpoints
{
    public static void MapPurge(this RouteGroupBuilder admin) =>
        admin
            .MapConnectionGroup("/resources/{resourceId:guid}/purge")
            .WithTag("Resources", "What is left of deleted users, groups and other resources.")
            .WithParameter("resourceId", "The id of the deleted user, group or other resource.")
            .MapPost(
                "",
                async (Guid id, Guid resourceId, PurgeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.PurgeAsync(id, resourceId, ct))
            )
            .WithName("purgeResource")
            .WithSummary("Erase a deleted resource for good, and its values from the change log")
            .ProducesProblem(StatusCodes.Status409Conflict);
}
