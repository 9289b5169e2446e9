using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>Reads and locks the row of a connection, for every feature below a connection. Deleted connections count as unknown.</summary>
static class ConnectionRows
{
    /// <exception cref="ProblemException">404.</exception>
    public static Task<Connection> ReadConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        FindAsync(db.Connections.AsNoTracking(), id, ct);

    /// <summary>The same with its <see cref="Connection.Documents"/>.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static Task<Connection> ReadWithDocumentsAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        FindAsync(db.Connections.AsNoTracking().Include(c => c.Documents), id, ct);

    /// <summary>Locks the connection until the end of the transaction, so that admins change it one after the other.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Connection> LockConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        await LockAsync(db, id, ct);
        return await FindAsync(db.Connections, id, ct);
    }

    /// <summary>The same with its <see cref="Connection.Documents"/>.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Connection> LockWithDocumentsAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        await LockAsync(db, id, ct);
        return await FindAsync(db.Connections.Include(c => c.Documents), id, ct);
    }

    /// <summary>The same, for a connection that may get new credentials.</summary>
    /// <exception cref="ProblemException">404; 409 when it is disconnected.</exception>
    public static async Task<Connection> LockNotDisconnectedAsync(this ScimDbContext db, Guid id, CancellationToken ct)
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

    static async Task LockAsync(ScimDbContext db, Guid id, CancellationToken ct) =>
        await db.Database.ExecuteSqlAsync($"SELECT FROM connections WHERE id = {id} FOR NO KEY UPDATE", ct);

    static async Task<Connection> FindAsync(IQueryable<Connection> connections, Guid id, CancellationToken ct) =>
        await connections.Existing().FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id);

    static ProblemException NotFound(Guid id) => ProblemException.NotFound($"There is no connection {id}.");
}
