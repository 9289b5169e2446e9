using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Connections;

/// <summary>One connection, to be read or changed. Those that were deleted are not there any more.</summary>
static class ConnectionRows
{
    /// <summary>Connections as the admin sees them; their documents may be large, and are asked for by themselves.</summary>
    public static IQueryable<Connection> WithoutDocuments(this IQueryable<Connection> connections) =>
        connections
            .AsNoTracking()
            .Select(c => new Connection
            {
                Id = c.Id,
                OrganizationId = c.OrganizationId,
                Key = c.Key,
                Name = c.Name,
                Provider = c.Provider,
                State = c.State,
                StateReason = c.StateReason,
                StateChangedAt = c.StateChangedAt,
                Version = c.Version,
                CreatedAt = c.CreatedAt,
                EntraTenantId = c.EntraTenantId,
                EntraAppObjectId = c.EntraAppObjectId,
                AllowedAddresses = c.AllowedAddresses,
                Settings = c.Settings,
            });

    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Connection> ReadConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        await db.Connections.Existing().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id);

    /// <summary>The connection, to be changed: one admin after the other until the end of the transaction.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Connection> LockConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM connections WHERE id = {id} FOR NO KEY UPDATE", ct);
        return await db.Connections.Existing().FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id);
    }

    /// <summary>The same for a connection that can have new keys.</summary>
    /// <exception cref="ProblemException">404; 409 when it is disconnected.</exception>
    public static async Task<Connection> LockConnectedAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        return connection.State != ConnectionState.Disconnected
            ? connection
            : throw ProblemException.Conflict("invalid_state", $"Connection {id} is disconnected: reconnect it first.");
    }

    /// <exception cref="ProblemException">404.</exception>
    public static async Task RequireConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        if (!await db.Connections.Existing().AnyAsync(c => c.Id == id, ct))
            throw NotFound(id);
    }

    /// <summary>Nothing that opened the connection opens it any more.</summary>
    public static async Task RevokeCredentialsAsync(this ScimDbContext db, Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await db
            .Tokens.Where(t => t.ConnectionId == id && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), ct);
        await db
            .OAuthClientSecrets.Where(s => s.ConnectionId == id && s.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.RevokedAt, now), ct);
        await db
            .OAuthClients.Where(c => c.ConnectionId == id && c.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.RevokedAt, now), ct);
    }

    static ProblemException NotFound(Guid id) => ProblemException.NotFound($"There is no connection {id}.");
}
