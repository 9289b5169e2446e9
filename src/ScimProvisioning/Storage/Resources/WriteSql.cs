using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The statements that change the directory. Each is confined to the caller's connection, and logs what it changes.</summary>
static class WriteSql
{
    public static NpgsqlBatchCommand Insert(
        Caller caller,
        StoredResource resource,
        ResourceColumns columns,
        JsonObject document,
        IReadOnlyCollection<Guid> members
    )
    {
        var sql = new Sql();
        var log = Log(sql, caller, resource.Created);
        var (connection, now) = (log.ConnectionId, log.At);
        var (id, type) = (sql.Add(resource.Id), sql.Add(resource.Type.Name));
        var changes = sql.AddJson(ScimJson.Utf8(DocumentChanges.Between([], document, resource.Type)));
        var membership = "";
        if (members.Count > 0)
        {
            var added = sql.Add([.. members]);
            changes += $" || {ChangeLog.Members(added, removed: ChangeLog.NoIds)}";
            membership = $"""
                , m AS (
                    INSERT INTO group_members (connection_id, group_id, member_id, added_at)
                    SELECT {connection}, {id}, unnest({added}), {now}
                )
                """;
        }
        var unique = UniqueValues.Of(resource.Type, document);
        return sql.Statement(
            $"""
            WITH r AS (
                INSERT INTO resources (connection_id, id, resource_type, {ResourceColumns.Names}, version, created_at, modified_at)
                VALUES ({connection}, {id}, {type}, {columns.Values(sql)}, 1, {now}, {now}) RETURNING id
            ), {Count(connection, type, 1, "r")}{membership}
            {(unique.IsEmpty ? "" : $", u AS ({unique.Insert(sql, connection, type, id)})")}
            {ChangeLog.Insert(log.Rows(ChangeType.Created(resource.Type), type, id, "1", changes))}
            """
        );
    }

    /// <summary>Returns version and time of the change; no row when no member came or went and the document is the same.</summary>
    public static NpgsqlBatchCommand Update(
        Caller caller,
        StoredResource current,
        ResourceColumns? columns,
        JsonArray changes,
        MembershipChange members,
        DateTimeOffset at
    )
    {
        var sql = new Sql();
        var log = Log(sql, caller, at);
        var (connection, now) = (log.ConnectionId, log.At);
        var (id, type) = (sql.Add(current.Id), sql.Add(current.Type.Name));
        var (updated, paths) = (ChangeType.Updated(current.Type), sql.AddJson(ScimJson.Utf8(changes)));
        if (members.IsEmpty)
            return sql.Statement(
                $"""
                WITH r AS ({UpdateRow(sql, columns, connection, id, now)} RETURNING version)
                {ChangeLog.Insert(log.Rows(updated, type, id, "r.version", paths, from: "r"))}
                RETURNING version, occurred_at
                """
            );
        var add = sql.Add([.. members.Add]);
        // Each shape is a statement of its own, with a plan that serves any group: one for all could not look a member up by the index.
        // NOT IN is hashed whatever the statistics say; with NOT EXISTS or <> ALL, 20,000 members against themselves took half a minute.
        var gone =
            members.Clear ? $"member_id NOT IN (SELECT unnest({add}))"
            : members.Remove.Count > 0 ? sql.IsAny("member_id", [.. members.Remove])
            : "FALSE";
        var membership = $"CASE WHEN added = '[]' AND removed = '[]' THEN '[]' ELSE {ChangeLog.Members("added", "removed")} END";
        var moved = columns is not null ? "" : " AND (EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM removed))";
        return sql.Statement(
            $"""
            WITH added AS (
                INSERT INTO group_members (connection_id, group_id, member_id, added_at) SELECT {connection}, {id}, unnest({add}), {now}
                ON CONFLICT DO NOTHING RETURNING member_id
            ), removed AS (
                DELETE FROM group_members WHERE connection_id = {connection} AND group_id = {id} AND {gone} RETURNING member_id
            ), membership AS (
                SELECT coalesce((SELECT jsonb_agg(member_id) FROM added), '[]') AS added,
                    coalesce((SELECT jsonb_agg(member_id) FROM removed), '[]') AS removed
            ), r AS (
                {UpdateRow(sql, columns, connection, id, now)}{moved} RETURNING resources.version
            )
            {ChangeLog.Insert(log.Rows(updated, type, id, "r.version", $"{paths} || {membership}", from: "r, membership"))}
            RETURNING version, occurred_at
            """
        );
    }

    /// <summary>Version and time of the change, from a row of <see cref="Update"/>.</summary>
    public static (long Version, DateTimeOffset At) ReadUpdate(NpgsqlDataReader row) =>
        (row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1));

    /// <summary>Gives up and takes what no two resources of the type may have in common, as far as a change touches it.</summary>
    public static IEnumerable<NpgsqlBatchCommand> ChangeUnique(Caller caller, StoredResource current, JsonObject before, JsonObject after)
    {
        var (had, has) = (UniqueValues.Of(current.Type, before), UniqueValues.Of(current.Type, after));
        if (had.Except(has) is { IsEmpty: false } gone)
        {
            var sql = new Sql();
            yield return sql.Statement(gone.Delete(sql, sql.Add(caller.ConnectionId), sql.Add(current.Id)));
        }
        if (has.Except(had) is { IsEmpty: false } come)
        {
            var sql = new Sql();
            yield return sql.Statement(come.Insert(sql, sql.Add(caller.ConnectionId), sql.Add(current.Type.Name), sql.Add(current.Id)));
        }
    }

    /// <summary>
    /// The row becomes a tombstone. Each group that loses it as a member is locked before the membership goes, gets a new version and is
    /// logged.
    /// </summary>
    public static NpgsqlBatchCommand Delete(Caller caller, StoredResource current, DateTimeOffset at)
    {
        var sql = new Sql();
        var log = Log(sql, caller, at);
        var (connection, now) = (log.ConnectionId, log.At);
        var (id, type, group) = (sql.Add(current.Id), sql.Add(current.Type.Name), sql.Add(ResourceType.Group.Name));
        var memberLost = ChangeLog.Members(added: ChangeLog.NoIds, removed: $"ARRAY[{id}]");
        return sql.Statement(
            $"""
            WITH gone AS (
                UPDATE resources SET deleted_at = {now}, modified_at = {now}, version = version + 1
                WHERE connection_id = {connection} AND id = {id} RETURNING version
            ), emptied AS (
                DELETE FROM group_members WHERE connection_id = {connection} AND group_id = {id}
            ), locked AS (
                SELECT id FROM resources
                WHERE connection_id = {connection} AND id <> {id}
                    AND id IN (SELECT group_id FROM group_members WHERE connection_id = {connection} AND member_id = {id})
                ORDER BY id FOR NO KEY UPDATE
            ), parted AS (
                DELETE FROM group_members m USING locked
                WHERE m.connection_id = {connection} AND m.member_id = {id} AND m.group_id = locked.id RETURNING m.group_id
            ), bumped AS (
                UPDATE resources r SET version = r.version + 1, modified_at = {now}
                FROM parted WHERE r.connection_id = {connection} AND r.id = parted.group_id RETURNING r.id, r.version
            ), {Count(connection, type, -1, "gone")}
            {ChangeLog.Insert(
                log.Rows(ChangeType.Updated(ResourceType.Group), group, "bumped.id", "bumped.version", memberLost, from: "bumped"),
                log.Rows(ChangeType.Deleted(current.Type), type, id, "gone.version", ChangeLog.Nothing, from: "gone")
            )}
            """
        );
    }

    /// <summary>Sessions count in different slots, as a rule, so that none waits for another's commit.</summary>
    static string Count(string connection, string type, int change, string cause) =>
        $"""
            counted AS (
                INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                SELECT {connection}, {type}, pg_backend_pid() % 32, {change} FROM {cause}
                ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + {change}
            )
            """;

    /// <param name="columns"><c>null</c> when the document stays as it is.</param>
    static string UpdateRow(Sql sql, ResourceColumns? columns, string connection, string id, string now)
    {
        var changed = columns is null ? "" : $"({ResourceColumns.Names}) = ROW({columns.Values(sql)}), ";
        return $"UPDATE resources SET {changed}version = version + 1, modified_at = {now} WHERE connection_id = {connection} AND id = {id}";
    }

    static ChangeLog Log(Sql sql, Caller caller, DateTimeOffset at) => new(sql, caller.ConnectionId, caller.RequestId, caller.Actor, at);
}
