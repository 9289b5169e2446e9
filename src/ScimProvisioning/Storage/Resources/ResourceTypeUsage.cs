using Microsoft.EntityFrameworkCore;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>Checks and cleans up the stored resources when an admin changes a registered resource type or schema.</summary>
static class ResourceTypeUsage
{
    /// <summary>Whether there are resources of the type.</summary>
    /// <param name="path">Consider only resources with a value there: the keys that lead to it in the stored document.</param>
    public static async Task<bool> HasResourcesAsync(
        this ScimDbContext db,
        Guid connection,
        string type,
        CancellationToken ct,
        string[]? path = null
    )
    {
        await ConfineAsync(db, connection, ct);
        return await db
            .Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (SELECT FROM resources WHERE connection_id = {connection} AND resource_type = {type} AND deleted_at IS NULL
                    AND ({path}::text[] IS NULL OR attributes #> {path}::text[] IS NOT NULL)) AS "Value"
                """
            )
            .SingleAsync(ct);
    }

    /// <summary>
    /// Deletes the rows of <c>unique_values</c> of attributes that are no longer unique. Writes no longer keep them up to date, so they
    /// would cause false conflicts if the attribute became unique again.
    /// </summary>
    /// <param name="types">The resource types after the change.</param>
    public static async Task DeleteObsoleteUniqueValuesAsync(
        this ScimDbContext db,
        Guid connection,
        ResourceTypes types,
        CancellationToken ct
    )
    {
        string[] unique = [.. types.All.SelectMany(type => UniqueValues.Attributes(type).Select(path => $"{type.Name} {path}"))];
        await ConfineAsync(db, connection, ct);
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM unique_values WHERE connection_id = {connection} AND resource_type || ' ' || attribute <> ALL({unique})",
            ct
        );
    }

    static async Task ConfineAsync(ScimDbContext db, Guid connection, CancellationToken ct) =>
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
}
