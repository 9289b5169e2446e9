using ScimProvisioning.Api;

namespace ScimProvisioning.Activity.Requests;

/// <summary>The routes of the log of requests.</summary>
static class RequestEndpoints
{
    public static void MapRequests(this RouteGroupBuilder api)
    {
        api.MapConnectionGroup("/requests")
            .WithTag("Activity", "What identity providers have asked for, and what came of it.")
            .MapGet(
                "",
                async (
                    Guid id,
                    [AsParameters] RequestQuery query,
                    [AsParameters] PageRequest page,
                    RequestUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(id, query, page, ct))
            )
            .WithName("listRequests")
            .WithSummary("List the SCIM requests of a connection, newest first")
            .ProducesValidationProblem();
        api.MapConnectionGroup("/runs/{runId:guid}/requests")
            .WithTags("Activity")
            .WithParameter("runId", "The id of the run.")
            .MapGet(
                "",
                async (Guid id, Guid runId, [AsParameters] PageRequest page, RequestUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListOfRunAsync(id, runId, [], page, ct))
            )
            .WithName("listRequestsOfRun")
            .WithSummary("List the requests of a run, newest first")
            .ProducesValidationProblem();
    }
}
