using ScimProvisioning.Api;

namespace ScimProvisioning.Activity.Runs;

/// <summary>The routes of runs.</summary>
static class RunEndpoints
{
    public static void MapRuns(this RouteGroupBuilder api)
    {
        var runs = api.MapConnectionGroup("/runs").WithTags("Activity").WithParameter("runId", "The id of the run.");
        runs.MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, RunUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listRuns")
            .WithSummary("List what the identity provider has done, run by run, newest first")
            .ProducesValidationProblem();
        runs.MapGet(
                "{runId:guid}",
                async (Guid id, Guid runId, RunUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, runId, ct))
            )
            .WithName("getRun")
            .WithSummary("Read a run, live while it is not over");
    }
}
