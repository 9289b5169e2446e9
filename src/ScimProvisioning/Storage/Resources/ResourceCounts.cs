using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The numbers of resources of a connection, as the writers have counted them.</summary>
/// <param name="Users">Users, whether active or not.</param>
/// <param name="Groups">Groups.</param>
sealed record ResourceCounts(long Users, long Groups)
{
    public static readonly ResourceCounts None = new(0, 0);

    public static async Task<ResourceCounts> ReadAsync(ScimDbContext db, Guid connection, CancellationToken ct)
    {
        // Row-level security hides the counts of other connections, so the session must name this one.
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
        return await db
            .Database.SqlQuery<ResourceCounts>(
                $"""
                SELECT coalesce(sum(count) FILTER (WHERE resource_type = 'User'), 0)::bigint AS "Users",
                       coalesce(sum(count) FILTER (WHERE resource_type = 'Group'), 0)::bigint AS "Groups"
                FROM resource_counts WHERE connection_id = {connection}
                """
            )
            .SingleAsync(ct);
    }
}
