using Microsoft.EntityFrameworkCore;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>What is stored of a resource type, for the transaction that changes the types of a connection.</summary>
static class ResourceTypeRows
{
    /// <summary>Whether there are resources of the type.</summary>
    /// <param name="extension">Count only those with data of this extension.</param>
    public static async Task<bool> HasResourcesAsync(
        this ScimDbContext db,
        Guid connection,
        string type,
        CancellationToken ct,
        string? extension = null
    )
    {
        await ConfineAsync(db, connection, ct);
        return await db
            .Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (SELECT FROM resources WHERE connection_id = {connection} AND resource_type = {type} AND deleted_at IS NULL
                    AND ({extension}::text IS NULL OR jsonb_exists(attributes, {extension}::text))) AS "Value"
                """
            )
            .SingleAsync(ct);
    }

    /// <summary>
    /// Deletes the values of attributes that are no longer unique. Writes no longer keep them up to date, which would be wrong once the
    /// attribute is unique again.
    /// </summary>
    public static async Task ForgetUniqueValuesAsync(this ScimDbContext db, Guid connection, ResourceTypes types, CancellationToken ct)
    {
        string[] unique = [.. types.All.SelectMany(type => UniqueValues.Attributes(type).Select(path => $"{type.Name} {path}"))];
        await ConfineAsync(db, connection, ct);
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM unique_values WHERE connection_id = {connection} AND resource_type || ' ' || attribute <> ALL({unique})",
            ct
        );
    }

    static async Task ConfineAsync(ScimDbContext db, Guid connection, CancellationToken ct) =>
        await db.Database.ExecuteSqlRawAsync(TenantTransaction.Confine(connection), ct);
}
