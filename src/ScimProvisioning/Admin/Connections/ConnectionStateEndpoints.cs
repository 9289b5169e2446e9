using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Connections;

/// <summary>The life of a connection: enable, pause, resume, disable, disconnect, reconnect, delete.</summary>
static class ConnectionStateEndpoints
{
    public static void MapConnectionStates(this RouteGroupBuilder admin)
    {
        var connection = admin.MapGroup(ApiRoutes.Connection).WithTags("Connections").ProducesProblem(StatusCodes.Status404NotFound);
        Map(ConnectionAction.Enable, "Release a connection to the application, or open a disabled one again");
        Map(ConnectionAction.Pause, "Ask the identity provider to come again later");
        Map(ConnectionAction.Resume, "End a pause");
        Map(ConnectionAction.Disable, "Refuse every login; tokens stay as they are");
        Map(ConnectionAction.Disconnect, "Revoke everything that opens the connection; the directory stays");
        Map(ConnectionAction.Reconnect, "Begin anew with the same Tenant URL and the same directory");
        connection.MapDelete("", Delete).WithSummary("Delete a connection, and say what becomes of its users").ProducesValidationProblem();

        void Map(ConnectionAction action, string summary) =>
            connection
                .MapPost(
                    action.Verb(),
                    (Guid id, ChangeStateRequest? request, ScimDbContext db, AdminTransaction work, PublicUrl url, CancellationToken ct) =>
                        ChangeAsync(action, id, request, db, work, url, ct)
                )
                .WithSummary(summary)
                .ProducesValidationProblem()
                .ProducesProblem(StatusCodes.Status409Conflict);
    }

    public static async Task<Ok<ConnectionResponse>> ChangeAsync(
        ConnectionAction action,
        Guid id,
        ChangeStateRequest? request,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var next = action.Next(connection.State, connection.StateBefore) ?? throw Refused(action, connection);
        if (next != connection.State)
        {
            var before = ConnectionResponse.Of(connection, url);
            connection.Enter(next, request?.Reason, work.Now);
            if (next == ConnectionState.Disconnected)
                await db.RevokeCredentialsAsync(id, work.Now, ct);
            await work.RecordAsync(action.Event(), connection, nameof(Connection), id, before, ConnectionResponse.Of(connection, url), ct);
        }
        return TypedResults.Ok(await ConnectionResponse.WithCountsAsync(connection, url, db, ct));
    }

    public static async Task<NoContent> Delete(
        Guid id,
        [AsParameters] DeleteConnectionQuery query,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = ConnectionResponse.Of(connection, url);
        connection.Enter(ConnectionState.Deleted, null, work.Now);
        await db.RevokeCredentialsAsync(id, work.Now, ct);
        var users = query.Users ?? DeleteConnectionQuery.Keep;
        // A large directory takes longer than most callers wait: it goes on without them.
        if (users == DeleteConnectionQuery.Deactivate)
            await db.DeactivateUsersAsync(id, work.RequestId, work.Admin.Actor, work.Now);
        if (users == DeleteConnectionQuery.Remove)
            await db.RemoveResourcesAsync(id, work.RequestId, work.Admin.Actor, work.Now);
        await work.RecordAsync(
            "connection.deleted",
            connection,
            nameof(Connection),
            id,
            before,
            new { state = ConnectionState.Deleted, users },
            CancellationToken.None
        );
        return TypedResults.NoContent();
    }

    static ProblemException Refused(ConnectionAction action, Connection connection)
    {
        var first = ConnectionActions.WayOut(connection.State).Verb();
        return ProblemException.Conflict(
            "invalid_state",
            $"The connection is {connection.State}, so it cannot be {action.Event()["connection.".Length..]}: {first} it first (POST {ApiRoutes.Root}{ApiRoutes.Connections}/{connection.Id}/{first})."
        );
    }
}
