using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// What becomes of a whole directory at once: one statement, however many resources there are, with the event of each. It locks in the order in
/// which every other write does.
/// </summary>
static class DirectoryRemoval
{
    /// <summary>Every active user becomes inactive, as by a PATCH. The index of terms does not know <c>active</c>: it has a column.</summary>
    public static Task DeactivateUsersAsync(this ScimDbContext db, Guid connection, string requestId, string actor, DateTimeOffset now) =>
        RunAsync(
            db,
            connection,
            $"""
            WITH held AS MATERIALIZED (
                SELECT id FROM resources
                WHERE connection_id = {connection} AND resource_type = 'User' AND active AND deleted_at IS NULL
                ORDER BY id FOR NO KEY UPDATE
            ), changed AS (
                UPDATE resources r SET attributes = jsonb_set(r.attributes, ARRAY['active'], 'false'), active = false, version = r.version + 1, modified_at = {now}
                FROM held WHERE r.connection_id = {connection} AND r.id = held.id
                RETURNING r.id, r.version
            )
            INSERT INTO events (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            SELECT {connection}, 'user.updated', 'User', id, version,
                jsonb_build_array(jsonb_build_object('path', 'active', 'old', true, 'new', false)), {requestId}, {actor}, {now}
            FROM changed
            """
        );

    /// <summary>Every resource becomes a tombstone, as by a DELETE; the groups go too, so that nobody has to be told that they lost their members.</summary>
    public static Task RemoveResourcesAsync(this ScimDbContext db, Guid connection, string requestId, string actor, DateTimeOffset now) =>
        RunAsync(
            db,
            connection,
            $"""
            WITH held AS MATERIALIZED (
                SELECT id FROM resources WHERE connection_id = {connection} AND deleted_at IS NULL ORDER BY id FOR UPDATE
            ), gone AS (
                UPDATE resources r SET deleted_at = {now}, modified_at = {now}, version = r.version + 1
                FROM held WHERE r.connection_id = {connection} AND r.id = held.id
                RETURNING r.id, r.resource_type, r.version
            ), parted AS (
                DELETE FROM group_members WHERE connection_id = {connection}
            ), freed AS (
                DELETE FROM unique_values WHERE connection_id = {connection}
            ), counted AS (
                INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                SELECT {connection}, resource_type, pg_backend_pid() % 32, -count(*) FROM gone GROUP BY resource_type
                ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + excluded.count
            )
            INSERT INTO events (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            SELECT {connection}, scim_fold(resource_type) || '.deleted', resource_type, id, version, '[]', {requestId}, {actor}, {now} FROM gone
            """
        );

    static async Task RunAsync(ScimDbContext db, Guid connection, FormattableString statement)
    {
        await db.Database.ExecuteSqlRawAsync(TenantTransaction.Confine(connection));
        // A million users take their time.
        db.Database.SetCommandTimeout(0);
        await db.Database.ExecuteSqlAsync(statement);
    }
}
