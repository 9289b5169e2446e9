using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Reads and locks the row of a connection, for every feature below a connection. Deleted connections count as unknown.</summary>
static class ConnectionRows
{
    /// <summary>Connections without their schemas and resource types: those may be large, and have endpoints of their own.</summary>
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

    /// <summary>Locks the connection until the end of the transaction, so that admins change it one after the other.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Connection> LockConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM connections WHERE id = {id} FOR NO KEY UPDATE", ct);
        return await db.Connections.Existing().FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id);
    }

    /// <summary>The same, for a connection that may get new credentials.</summary>
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

    static ProblemException NotFound(Guid id) => ProblemException.NotFound($"There is no connection {id}.");
}
