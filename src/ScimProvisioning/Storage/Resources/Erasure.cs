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
    /// Erases a tombstone, and its values from the change log and the log of requests: the entries stay, without what was changed or sent.
    /// </summary>
    public static async Task<Erasure> OfAsync(ScimDbContext db, Guid connection, Guid id, CancellationToken ct)
    {
        db.Database.SetCommandTimeout(0);
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
        var found = await db
            .Database.SqlQuery<Found>(
                $"""
                SELECT resource_type AS "Type", deleted_at AS "DeletedAt", coalesce(user_name, display_name) AS "Name",
                    external_id AS "ExternalId"
                FROM resources
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
        await EraseRequestsAsync(db, connection, id, resource, ct);
        return new Done(resource.Type, deleted, changes);
    }

    /// <summary>Of the resource, and those that had only its names: it was looked for, or could not be created.</summary>
    static Task<int> EraseRequestsAsync(ScimDbContext db, Guid connection, Guid id, Found resource, CancellationToken ct)
    {
        string[] names = [.. new[] { resource.Name, resource.ExternalId }.OfType<string>().Select(Scim.CaseFolding.Fold)];
        return db.Database.ExecuteSqlAsync(
            $"""
            UPDATE requests SET external_id = NULL, subject = NULL, subject_key = NULL, detail = NULL, body = NULL, address = NULL,
                is_personal = false
            WHERE connection_id = {connection}
                AND (resource_id = {id} OR subject_key = ANY ({names}) OR external_id = {resource.ExternalId})
            """,
            ct
        );
    }

    sealed record Found(string Type, DateTimeOffset? DeletedAt, string? Name, string? ExternalId);
}
