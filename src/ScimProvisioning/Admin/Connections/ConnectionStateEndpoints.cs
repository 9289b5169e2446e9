using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Connections;

/// <summary>The routes that change the state of a connection, and that delete it.</summary>
static class ConnectionStateEndpoints
{
    public static void MapConnectionStates(this RouteGroupBuilder admin)
    {
        var connection = admin.MapConnectionGroup("").WithTags(ConnectionEndpoints.Tag);
        foreach (var action in Enum.GetValues<ConnectionAction>())
            Map(action);
        connection
            .MapDelete(
                "",
                async (Guid id, [AsParameters] DeleteConnectionQuery query, ConnectionStateUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.DeleteAsync(id, query, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteConnection")
            .WithSummary("Delete a connection, and say what becomes of its users")
            .ProducesValidationProblem();

        void Map(ConnectionAction action) =>
            connection
                .MapPost(
                    action.Verb(),
                    async (Guid id, ChangeStateRequest? request, ConnectionStateUseCases useCases, CancellationToken ct) =>
                        TypedResults.Ok(await useCases.ChangeAsync(id, action, request ?? new(null), ct))
                )
                .WithName($"{action.Verb()}Connection")
                .WithSummary(action.Summary())
                .ProducesValidationProblem()
                .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
