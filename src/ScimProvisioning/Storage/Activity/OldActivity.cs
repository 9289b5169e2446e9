using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Storage.Activity;

/// <summary>
/// Erases what the log of requests and the runs need not keep: of all connections, at most <see cref="OldRows.Batch"/> rows at a time. Each
/// method returns how many it has erased: fewer than a batch means that there are no more.
/// </summary>
static class OldActivity
{
    /// <summary>What tells of a person. The row stays until its month is dropped.</summary>
    public static Task<int> EraseRequestDetailsAsync(this ScimDbContext db, DateTimeOffset before, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            UPDATE requests SET external_id = NULL, subject = NULL, subject_key = NULL, detail = NULL, body = NULL, is_personal = false
            WHERE (connection_id, occurred_at, id) IN (
                SELECT connection_id, occurred_at, id FROM requests WHERE is_personal AND occurred_at < {before}
                ORDER BY occurred_at LIMIT {OldRows.Batch})
            """,
            ct
        );

    /// <summary>Runs, by their last request.</summary>
    public static Task<int> DeleteRunsAsync(this ScimDbContext db, DateTimeOffset before, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM runs WHERE (connection_id, id) IN (
                SELECT connection_id, id FROM runs WHERE last_at < {before} AND closed_at IS NOT NULL
                ORDER BY last_at LIMIT {OldRows.Batch})
            """,
            ct
        );
}
