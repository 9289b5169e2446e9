using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Connections;

/// <summary>The routes that change the state of a connection, and that delete it.</summary>
static class ConnectionStateEndpoints
{
    public static void MapConnectionStates(this RouteGroupBuilder admin)
    {
        var connection = admin.MapConnectionGroup("").WithTags(ConnectionEndpoints.Tag);
        Map(ConnectionAction.Enable, "Release a connection to the application, or open a disabled one again");
        Map(ConnectionAction.Pause, "Ask the identity provider to come again later");
        Map(ConnectionAction.Resume, "End a pause");
        Map(ConnectionAction.Disable, "Refuse every login; tokens stay as they are");
        Map(ConnectionAction.Disconnect, "Revoke everything that opens the connection; the directory stays");
        Map(ConnectionAction.Reconnect, "Begin anew with the same Tenant URL and the same directory");
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

        void Map(ConnectionAction action, string summary) =>
            connection
                .MapPost(
                    action.Verb(),
                    async (Guid id, ChangeStateRequest? request, ConnectionStateUseCases useCases, CancellationToken ct) =>
                        TypedResults.Ok(await useCases.ChangeAsync(id, action, request ?? new(null), ct))
                )
                .WithName($"{action.Verb()}Connection")
                .WithSummary(summary)
                .ProducesValidationProblem()
                .ProducesProblem(StatusCodes.Status409Conflict);
    }
}
