using ScimProvisioning.Api;

namespace ScimProvisioning.Activity.Why;

/// <summary>The route that says why somebody is not there.</summary>
static class WhyEndpoints
{
    public static void MapWhy(this RouteGroupBuilder api) =>
        api.MapConnectionGroup("/why")
            .WithTags("Activity")
            .MapGet(
                "",
                async (Guid id, [AsParameters] WhyQuery query, WhyUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.AskAsync(id, query, ct))
            )
            .WithName("askWhy")
            .WithSummary("Say why somebody is, or is not, there for the application")
            .ProducesValidationProblem();
}
