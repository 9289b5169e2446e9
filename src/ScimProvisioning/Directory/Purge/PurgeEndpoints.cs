using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Purge;

/// <summary>The routes that erase people and deleted resources.</summary>
static class PurgeEndpoints
{
    public static void MapPurge(this RouteGroupBuilder api)
    {
        api.MapConnectionGroup("/resources/{resourceId:guid}/purge")
            .WithTag("Resources", "What is left of deleted users, groups and other resources.")
            .WithParameter("resourceId", "The id of the deleted user, group or other resource.")
            .MapPost(
                "",
                async (Guid id, Guid resourceId, HttpContext http, PurgeUseCases useCases) =>
                    TypedResults.Ok(await useCases.PurgeResourceAsync(id, resourceId, AdminCaller.Of(http), http.RequestAborted))
            )
            .WithItsOwnTransactions()
            .WithName("purgeResource")
            .WithSummary("Erase a deleted resource for good, and of a user the person, everywhere")
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGroup("/users/{id:guid}/purge")
            .WithTags("Users")
            .WithParameter("id", "The id of the person.")
            .MapPost(
                "",
                async (Guid id, HttpContext http, PurgeUseCases useCases) =>
                    TypedResults.Ok(await useCases.PurgeUserAsync(id, AdminCaller.Of(http), http.RequestAborted))
            )
            .WithItsOwnTransactions()
            .WithName("purgeUser")
            .WithSummary("Erase a person for good, everywhere")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
