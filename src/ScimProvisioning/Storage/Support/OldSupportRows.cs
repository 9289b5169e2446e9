using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Storage.Support;

/// <summary>Deletes what is old of all connections, at most <see cref="OldRows.Batch"/> rows at a time.</summary>
static class OldSupportRows
{
    /// <returns>How many rows of any table were deleted: fewer than a batch means that there are no more.</returns>
    public static async Task<int> DeleteReconciliationsAsync(this ScimDbContext db, DateTimeOffset before, CancellationToken ct)
    {
        // What hangs on them goes first, and is never more than a batch.
        var deleted = await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM reconciliation_differences WHERE ctid = ANY (ARRAY(
                SELECT d.ctid FROM reconciliations r JOIN reconciliation_differences d
                    ON d.connection_id = r.connection_id AND d.reconciliation_id = r.id
                WHERE r.created_at < {before} LIMIT {OldRows.Batch}))
            """,
            ct
        );
        if (deleted < OldRows.Batch)
            deleted = await db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM reconciliation_rows WHERE ctid = ANY (ARRAY(
                    SELECT l.ctid FROM reconciliations r JOIN reconciliation_rows l
                        ON l.connection_id = r.connection_id AND l.reconciliation_id = r.id
                    WHERE r.created_at < {before} LIMIT {OldRows.Batch}))
                """,
                ct
            );
        if (deleted < OldRows.Batch)
            deleted = await db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM reconciliations WHERE (connection_id, id) IN (
                    SELECT connection_id, id FROM reconciliations WHERE created_at < {before} ORDER BY created_at LIMIT {OldRows.Batch})
                """,
                ct
            );
        return deleted;
    }

    /// <summary>Links that have not led anywhere for a week.</summary>
    public static async Task<int> DeleteExpiredLinksAsync(this ScimDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        var before = now.AddDays(-7);
        var deleted = await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM share_links WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM share_links WHERE expires_at < {before} LIMIT {OldRows.Batch}))
            """,
            ct
        );
        if (deleted < OldRows.Batch)
            deleted += await db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM portal_links WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM portal_links WHERE expires_at < {before} LIMIT {OldRows.Batch}))
                """,
                ct
            );
        return deleted;
    }

    /// <summary>Lists that a killed server has left behind: they are of no use any more.</summary>
    public static Task<int> DeleteLostListsAsync(this ScimDbContext db, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM reconciliation_rows WHERE ctid = ANY (ARRAY(
                SELECT l.ctid FROM reconciliations r JOIN reconciliation_rows l
                    ON l.connection_id = r.connection_id AND l.reconciliation_id = r.id
                WHERE r.saved_at < now() - interval '1 hour' LIMIT {OldRows.Batch}))
            """,
            ct
        );
}
