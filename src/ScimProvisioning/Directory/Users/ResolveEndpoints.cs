using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Directory.Users;

/// <summary>The route that says at a sign-in who it is.</summary>
static class ResolveEndpoints
{
    public static void MapResolve(this RouteGroupBuilder api) =>
        api.MapGroup("/resolve")
            .WithTags("Users")
            .MapGet(
                "",
                async ([AsParameters] ResolveQuery query, HttpContext http, ResolveUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ResolveAsync(CurrentAdmin.Of(http).Reach, query, ct))
            )
            .WithItsOwnTransactions()
            .WithName("resolveUser")
            .WithSummary("Find who signs in, or the reason why nobody may")
            .ForApplications()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
}
