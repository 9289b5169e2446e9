using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>A deleted resource, of which nothing but its id is left.</summary>
/// <param name="Type">The name of its type.</param>
/// <param name="DeletedAt">When SCIM deleted it.</param>
/// <param name="Changes">How many entries of the change log have lost their values.</param>
sealed record ErasedResource(string Type, DateTimeOffset DeletedAt, int Changes)
{
    /// <summary>
    /// Erases a tombstone, and its values from the change log: the entries stay, without what was changed. The log has no index by
    /// resource, so all entries of the connection are read.
    /// </summary>
    /// <returns><c>null</c> when there is no such resource; with no time of deletion, and nothing erased, when it is not deleted.</returns>
    public static async Task<(string Type, ErasedResource? Erased)?> EraseAsync(
        ScimDbContext db,
        Guid connection,
        Guid id,
        CancellationToken ct
    )
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
            return null;
        if (resource.DeletedAt is not { } deleted)
            return (resource.Type, null);
        await db.Database.ExecuteSqlAsync($"DELETE FROM resources WHERE connection_id = {connection} AND id = {id}", ct);
        var changes = await db.Database.ExecuteSqlAsync(
            $"UPDATE changes SET changes = '[]' WHERE connection_id = {connection} AND resource_id = {id} AND changes <> '[]'",
            ct
        );
        return (resource.Type, new(resource.Type, deleted, changes));
    }

    sealed record Found(string Type, DateTimeOffset? DeletedAt);
}
