using Microsoft.EntityFrameworkCore;
using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>One connection, to be read or changed.</summary>
static class ConnectionRows
{
    /// <summary>Connections as the admin sees them; their documents may be large, and are asked for by themselves.</summary>
    public static IQueryable<Connection> WithoutDocuments(this IQueryable<Connection> connections) => connections.AsNoTracking().Select(c => new Connection
    {
        Id = c.Id,
        OrganizationId = c.OrganizationId,
        Key = c.Key,
        Name = c.Name,
        Provider = c.Provider,
        State = c.State,
        CreatedAt = c.CreatedAt,
        Settings = c.Settings,
    });

    /// <exception cref="ScimException">404.</exception>
    public static async Task<Connection> ReadConnectionAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        await db.Connections.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id);

    /// <summary>Changes a connection, one admin after the other, and tells every server. What throws changes nothing.</summary>
    /// <exception cref="ScimException">404, or what <paramref name="change"/> throws.</exception>
    public static Task<T> ChangeConnectionAsync<T>(this TokenChanges changes, ScimDbContext db, Guid id, Func<Connection, Task<T>> change, CancellationToken ct) =>
        changes.CommitAsync(
            db,
            async () =>
            {
                await db.Database.ExecuteSqlAsync($"SELECT FROM connections WHERE id = {id} FOR NO KEY UPDATE", ct);
                var result = await change(await db.Connections.FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw NotFound(id));
                await db.SaveChangesAsync(ct);
                return result;
            },
            ct);

    static ScimException NotFound(Guid id) => ScimException.NotFound($"There is no connection {id}.");
}
