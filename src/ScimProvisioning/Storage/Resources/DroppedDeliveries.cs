using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Rows of <c>webhook_deliveries</c> whose events are not kept any more. Behind an exhausted one they would never be due and stay.
/// </summary>
static class DroppedDeliveries
{
    /// <summary>Deletes one batch of them.</summary>
    /// <returns>How many.</returns>
    public static Task<int> DeleteDroppedDeliveriesAsync(this ScimDbContext db, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM webhook_deliveries WHERE (endpoint_id, position) IN (
                SELECT endpoint_id, position FROM webhook_deliveries
                WHERE position <= (SELECT dropped_to FROM event_log) ORDER BY endpoint_id, position LIMIT {OldRows.Batch})
            """,
            ct
        );

    /// <summary>In each lane that has become shorter, the next one is tried. An endpoint that too many waited for goes on.</summary>
    public static async Task PromoteDeliveriesAsync(this ScimDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        // The endpoints before their rows, as the server that sends does it.
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE webhook_endpoints SET due_at = {now} WHERE state = 'active'
            """,
            ct
        );
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE webhook_deliveries d SET next_at = {now}
            FROM (
                SELECT DISTINCT ON (endpoint_id, lane) endpoint_id, position FROM webhook_deliveries
                ORDER BY endpoint_id, lane, position) head
            WHERE d.endpoint_id = head.endpoint_id AND d.position = head.position AND d.next_at IS NULL AND NOT d.exhausted
            """,
            ct
        );
    }
}
