using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>What became of the wish to erase a resource for good.</summary>
abstract record Erasure
{
    Erasure() { }

    /// <summary>There is no such resource, not even a deleted one.</summary>
    public sealed record Unknown : Erasure;

    /// <summary>SCIM has not deleted it, so nothing was erased.</summary>
    /// <param name="Type">The name of its type.</param>
    public sealed record NotDeleted(string Type) : Erasure;

    /// <summary>Nothing but its id is left.</summary>
    /// <param name="Type">The name of its type.</param>
    /// <param name="DeletedAt">When SCIM deleted it.</param>
    /// <param name="Changes">How many entries of the change log have lost their values.</param>
    public sealed record Done(string Type, DateTimeOffset DeletedAt, int Changes) : Erasure;

    /// <summary>
    /// Erases a tombstone, and its values from the change log: the entries stay, without what was changed. The log has no index by
    /// resource, so all entries of the connection are read.
    /// </summary>
    public static async Task<Erasure> OfAsync(ScimDbContext db, Guid connection, Guid id, CancellationToken ct)
    {
        db.Database.SetCommandTimeout(0);
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
        var found = await db
            .Database.SqlQuery<Found>(
                $"""
                SELECT resource_type AS "Type", deleted_at AS "DeletedAt" FROM resources
                WHERE connection_id = {connection} AND id = {id} FOR UPDATE
                """
            )
            .ToListAsync(ct);
        if (found is not [var resource])
            return new Unknown();
        if (resource.DeletedAt is not { } deleted)
            return new NotDeleted(resource.Type);
        await db.Database.ExecuteSqlAsync($"DELETE FROM resources WHERE connection_id = {connection} AND id = {id}", ct);
        var changes = await db.Database.ExecuteSqlAsync(
            $"UPDATE changes SET changes = '[]' WHERE connection_id = {connection} AND resource_id = {id} AND changes <> '[]'",
            ct
        );
        return new Done(resource.Type, deleted, changes);
    }

    sealed record Found(string Type, DateTimeOffset? DeletedAt);
}
