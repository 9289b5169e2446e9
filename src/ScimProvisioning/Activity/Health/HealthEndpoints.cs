using ScimProvisioning.Api;

namespace ScimProvisioning.Activity.Health;

/// <summary>The routes of the health of connections. That of the server itself is <c>/health</c>.</summary>
static class HealthEndpoints
{
    public static void MapConnectionHealth(this RouteGroupBuilder api)
    {
        api.MapConnectionGroup("/health")
            .WithTags("Activity")
            .MapGet("", async (Guid id, HealthUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct)))
            .WithName("getConnectionHealth")
            .WithSummary("Tell how a connection is, and why");
        api.MapGroup($"{ApiRoutes.Connections}/health")
            .WithTags("Activity")
            .MapGet(
                "",
                async ([AsParameters] HealthQuery query, [AsParameters] PageRequest page, HealthUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(query, page, ct))
            )
            .WithName("listConnectionHealth")
            .WithSummary("Tell how all connections are, the oldest first")
            .ProducesValidationProblem();
    }
}
