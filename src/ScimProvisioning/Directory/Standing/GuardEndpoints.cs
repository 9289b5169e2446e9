using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Standing;

/// <summary>The routes of the guard against a mass deactivation.</summary>
static class GuardEndpoints
{
    public static void MapGuard(this RouteGroupBuilder api)
    {
        var guard = api.MapConnectionGroup("/guard").WithTags("Standing");
        guard
            .MapGet("", async (Guid id, GuardUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct)))
            .WithName("getGuard")
            .WithSummary("Read how many people may leave at once, and whom the guard holds");
        guard
            .MapPut(
                "",
                async (Guid id, GuardRequest request, GuardUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(id, request, ct))
            )
            .WithName("replaceGuard")
            .WithSummary("Set how many people may leave at once")
            .ProducesValidationProblem();
        guard
            .MapPost(
                "/approve",
                async (Guid id, HttpContext http, GuardUseCases useCases) =>
                    TypedResults.Ok(await useCases.ApproveAsync(id, AdminCaller.Of(http), http.RequestAborted))
            )
            .WithItsOwnTransactions()
            .WithName("approveGuard")
            .WithSummary("Let those go whom the guard holds");
    }
}
