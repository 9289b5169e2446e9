using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Changes the state of a connection, and deletes it.</summary>
sealed class ConnectionStateUseCases(ScimDbContext db, AdminTransaction transaction, PublicUrl url)
{
    /// <summary>Carries out an action. When the connection is in the state already that the action leads to, nothing changes.</summary>
    /// <exception cref="ProblemException">404; 409 when another action has to come first.</exception>
    public async Task<ConnectionResponse> ChangeAsync(Guid id, ConnectionAction action, ChangeStateRequest request, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var next = action.Next(connection.State, connection.StateBefore) ?? throw Refused(action, connection);
        if (next != connection.State)
        {
            var before = ConnectionResponse.Of(connection, url);
            connection.Enter(next, request.Reason, transaction.Now);
            if (next == ConnectionState.Disconnected)
                await RevokeCredentialsAsync(id, ct);
            await transaction.RecordAsync(
                action.Change(),
                connection,
                nameof(Connection),
                id,
                before,
                ConnectionResponse.Of(connection, url),
                ct
            );
        }
        return await ConnectionResponse.WithCountsAsync(connection, url, db, ct);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task DeleteAsync(Guid id, DeleteConnectionQuery query, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = ConnectionResponse.Of(connection, url);
        connection.Enter(ConnectionState.Deleted, null, transaction.Now);
        await RevokeCredentialsAsync(id, ct);
        // The projection comes upon the entry, and does with the users what it says.
        await transaction.RecordAsync(
            ChangeType.ConnectionDeleted,
            connection,
            nameof(Connection),
            id,
            before,
            new { state = ConnectionState.Deleted, users = query.Users ?? UsersOfDeleted.Keep },
            ct
        );
    }

    /// <summary>Revokes the tokens, the OAuth clients and their secrets.</summary>
    async Task RevokeCredentialsAsync(Guid id, CancellationToken ct)
    {
        await db
            .Tokens.Where(t => t.ConnectionId == id && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, transaction.Now), ct);
        await db
            .OAuthClientSecrets.Where(s => s.ConnectionId == id && s.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.RevokedAt, transaction.Now), ct);
        await db
            .OAuthClients.Where(c => c.ConnectionId == id && c.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.RevokedAt, transaction.Now), ct);
    }

    static ProblemException Refused(ConnectionAction action, Connection connection)
    {
        var first = ConnectionActions.WayOut(connection.State).Verb();
        return ProblemException.Conflict(
            "invalid_state",
            $"The connection is {connection.State}, so it cannot be {action.Participle()}: "
                + $"{first} it first (POST {ApiRoutes.OfConnection(connection.Id)}/{first})."
        );
    }
}
