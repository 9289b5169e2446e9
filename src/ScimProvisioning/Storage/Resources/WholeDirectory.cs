using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Deactivates all users or removes all resources of a connection, in one statement, and logs the change of each. Rows are locked in the
/// order in which every other write locks them.
/// </summary>
static class WholeDirectory
{
    /// <summary>Every active user becomes inactive, as by a PATCH. The terms stay: <c>active</c> is not among them.</summary>
    public static Task DeactivateUsersAsync(this ScimDbContext db, Guid connection, string requestId, string actor, DateTimeOffset now)
    {
        var sql = new Sql();
        var log = new ChangeLog(sql, connection, requestId, actor, now);
        var user = sql.Add(ResourceType.User.Name);
        var deactivated = DocumentChanges.Between(new() { ["active"] = true }, new() { ["active"] = false }, ResourceType.User);
        var rows = log.Rows(
            ChangeType.Updated(ResourceType.User),
            user,
            "id",
            "version",
            sql.AddJson(ScimJson.Utf8(deactivated)),
            from: "changed"
        );
        return RunAsync(
            db,
            connection,
            sql.Statement(
                $"""
                WITH held AS MATERIALIZED (
                    SELECT id FROM resources
                    WHERE connection_id = {log.ConnectionParameter} AND resource_type = {user} AND active AND deleted_at IS NULL
                    ORDER BY id FOR NO KEY UPDATE
                ), changed AS (
                    UPDATE resources r
                    SET attributes = jsonb_set(r.attributes, ARRAY['active'], 'false'), active = false, version = r.version + 1,
                        modified_at = {log.TimeParameter}
                    FROM held WHERE r.connection_id = {log.ConnectionParameter} AND r.id = held.id
                    RETURNING r.id, r.version
                )
                {ChangeLog.Insert(rows)}
                """
            )
        );
    }

    /// <summary>Every resource becomes a tombstone, as by a DELETE. Groups go too, so none has to log that it lost its members.</summary>
    public static Task RemoveResourcesAsync(this ScimDbContext db, Guid connection, string requestId, string actor, DateTimeOffset now)
    {
        var sql = new Sql();
        var log = new ChangeLog(sql, connection, requestId, actor, now);
        return RunAsync(
            db,
            connection,
            sql.Statement(
                $"""
                WITH held AS MATERIALIZED (
                    SELECT id FROM resources WHERE connection_id = {log.ConnectionParameter} AND deleted_at IS NULL ORDER BY id FOR UPDATE
                ), gone AS (
                    UPDATE resources r SET deleted_at = {log.TimeParameter}, modified_at = {log.TimeParameter}, version = r.version + 1
                    FROM held WHERE r.connection_id = {log.ConnectionParameter} AND r.id = held.id
                    RETURNING r.id, r.resource_type, r.version
                ), parted AS (
                    DELETE FROM group_members WHERE connection_id = {log.ConnectionParameter}
                ), freed AS (
                    DELETE FROM unique_values WHERE connection_id = {log.ConnectionParameter}
                ), counted AS (
                    INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                    SELECT {log.ConnectionParameter}, resource_type, pg_backend_pid() % 32, -count(*) FROM gone GROUP BY resource_type
                    ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + excluded.count
                )
                {ChangeLog.Insert(log.RowsOfDeleted("resource_type", "id", "version", from: "gone"))}
                """
            )
        );
    }

    static async Task RunAsync(ScimDbContext db, Guid connection, NpgsqlBatchCommand statement)
    {
        // A million users take minutes.
        db.Database.SetCommandTimeout(0);
        await db.ExecuteAsync(connection, statement, CancellationToken.None);
    }
}
