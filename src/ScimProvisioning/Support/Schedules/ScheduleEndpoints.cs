using ScimProvisioning.Api;

namespace ScimProvisioning.Support.Schedules;

/// <summary>The routes of schedules.</summary>
static class ScheduleEndpoints
{
    public static void MapSchedules(this RouteGroupBuilder api)
    {
        var schedules = api.MapConnectionGroup("/schedules").WithTags("Support");
        schedules
            .MapGet(
                "",
                async (Guid id, ScheduleUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getSchedules")
            .WithSummary("Read when the server itself does something for a connection, and what came of it");
        schedules
            .MapPut(
                "",
                async (Guid id, SchedulesRequest request, ScheduleUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ReplaceAsync(id, request, ct))
            )
            .WithName("replaceSchedules")
            .WithSummary("Set when the server itself does something for a connection, by cron expressions in UTC")
            .ProducesValidationProblem();
    }
}
