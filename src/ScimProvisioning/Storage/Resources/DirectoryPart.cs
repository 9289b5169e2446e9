using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Deactivates users or removes resources of a connection, as many at once as are to be in a transaction, in the order of their ids, and
/// logs the change of each. Rows are locked in the order in which every other write locks them.
/// </summary>
/// <param name="after">The last id that was done before.</param>
/// <param name="actor">Who asked for it, as the change log names him.</param>
sealed class DirectoryPart(Guid connection, Guid after, int most, string requestId, string actor, DateTimeOffset now)
{
    /// <summary>The answer: how many there were, and the id of the last.</summary>
    const string Answer = "SELECT count(*)::int, (array_agg(id ORDER BY id DESC))[1] FROM held";

    /// <summary>Active users become inactive, as by a PATCH. The terms stay: <c>active</c> is not among them.</summary>
    public NpgsqlBatchCommand DeactivateUsers()
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
        return sql.Statement(
            $"""
            WITH held AS MATERIALIZED (
                SELECT id FROM resources
                WHERE connection_id = {log.ConnectionParameter} AND id > {sql.Add(after)} AND resource_type = {user} AND active
                    AND deleted_at IS NULL
                ORDER BY id LIMIT {most} FOR NO KEY UPDATE
            ), changed AS (
                UPDATE resources r
                SET attributes = jsonb_set(r.attributes, ARRAY['active'], 'false'), active = false, version = r.version + 1,
                    modified_at = {log.TimeParameter}
                FROM held WHERE r.connection_id = {log.ConnectionParameter} AND r.id = held.id
                RETURNING r.id, r.version
            ), logged AS (
                {ChangeLog.Insert(rows)}
            )
            {Answer}
            """
        );
    }

    /// <summary>Memberships go, in no order that matters: their groups go too.</summary>
    public NpgsqlBatchCommand RemoveMembers()
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            WITH gone AS (
                DELETE FROM group_members WHERE connection_id = {connectionId} AND (group_id, member_id) IN (
                    SELECT group_id, member_id FROM group_members WHERE connection_id = {connectionId}
                    ORDER BY group_id, member_id LIMIT {most})
                RETURNING group_id
            )
            SELECT count(*)::int, NULL::uuid FROM gone
            """
        );
    }

    /// <summary>Resources become tombstones, as by a DELETE. Groups go too, so none has to log that it lost its members.</summary>
    public NpgsqlBatchCommand Remove()
    {
        var sql = new Sql();
        var log = new ChangeLog(sql, connection, requestId, actor, now);
        return sql.Statement(
            $"""
            WITH held AS MATERIALIZED (
                SELECT id FROM resources
                WHERE connection_id = {log.ConnectionParameter} AND id > {sql.Add(after)} AND deleted_at IS NULL
                ORDER BY id LIMIT {most} FOR UPDATE
            ), gone AS (
                UPDATE resources r SET deleted_at = {log.TimeParameter}, modified_at = {log.TimeParameter}, version = r.version + 1
                FROM held WHERE r.connection_id = {log.ConnectionParameter} AND r.id = held.id
                RETURNING r.id, r.resource_type, r.version
            ), emptied AS (
                DELETE FROM group_members m USING held WHERE m.connection_id = {log.ConnectionParameter} AND m.group_id = held.id
            ), freed AS (
                DELETE FROM unique_values u USING held WHERE u.connection_id = {log.ConnectionParameter} AND u.resource_id = held.id
            ), counted AS (
                INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                SELECT {log.ConnectionParameter}, resource_type, pg_backend_pid() % 32, -count(*) FROM gone GROUP BY resource_type
                ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + excluded.count
            ), logged AS (
                {ChangeLog.Insert(log.RowsOfDeleted("resource_type", "id", "version", from: "gone"))}
            )
            {Answer}
            """
        );
    }
}
