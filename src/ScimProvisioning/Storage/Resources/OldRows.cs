using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Deletes old rows of one connection, at most <see cref="Batch"/> at a time, so that no transaction is long. Each method needs a
/// transaction that has begun, and returns how many rows it has deleted: fewer than a batch means that there are no more.
/// </summary>
static class OldRows
{
    public const int Batch = 1_000;

    /// <summary>Tombstones of resources. What the directory holds besides them was removed when they were deleted.</summary>
    public static async Task<int> DeleteTombstonesAsync(this ScimDbContext db, Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
        return await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM resources WHERE connection_id = {connection} AND id IN (
                SELECT id FROM resources WHERE connection_id = {connection} AND deleted_at IS NOT NULL AND deleted_at < {before}
                ORDER BY deleted_at LIMIT {Batch} FOR UPDATE)
            """,
            ct
        );
    }

    /// <summary>
    /// Entries of the change log. The oldest are looked at only, because there is no index on their time. A connection that has not
    /// released them yet is rebuilt.
    /// </summary>
    public static async Task<int> DeleteChangesAsync(this ScimDbContext db, Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        await db.Database.ExecuteSqlRawAsync(TenantSession.Confine(connection), ct);
        var deleted = await db
            .Database.SqlQuery<int>(
                $"""
                WITH gone AS (
                    DELETE FROM changes WHERE connection_id = {connection} AND (transaction_id, sequence) IN (
                        SELECT transaction_id, sequence FROM (
                            SELECT transaction_id, sequence, occurred_at FROM changes WHERE connection_id = {connection}
                            ORDER BY transaction_id, sequence LIMIT {Batch}) oldest
                        WHERE occurred_at < {before})
                    RETURNING transaction_id, sequence
                ), missed AS (
                    UPDATE projections p SET rebuild_stage = 'groups', rebuild_after = NULL, rebuild_done = 0, rebuild_started_at = now(),
                        rebuild_exempt = 'none',
                        rebuild_request_id = 'retention'
                    WHERE connection_id = {connection} AND releases AND EXISTS (
                        SELECT FROM gone WHERE (gone.transaction_id, gone.sequence) > (p.transaction_id, p.sequence))
                )
                SELECT count(*)::int AS "Value" FROM gone
                """
            )
            .ToListAsync(ct);
        return deleted[0];
    }
}
