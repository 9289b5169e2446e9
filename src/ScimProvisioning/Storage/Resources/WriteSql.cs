using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// The statements that change the directory. Each is confined to the caller's connection. <see cref="Insert"/>,
/// <see cref="Update"/> and <see cref="Delete"/> also write the change log.
/// </summary>
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
        var log = NewChangeLog(sql, caller, resource.Created);
        var (connection, now) = (log.ConnectionParameter, log.TimeParameter);
        var (id, type) = (sql.Add(resource.Id), sql.Add(resource.Type.Name));
        var changes = sql.AddJson(DocumentChanges.Utf8Between([], document, resource.Type));
        var memberRows = "";
        if (members.Count > 0)
        {
            var added = sql.Add([.. members]);
            changes += $" || {ChangeLog.Members(added, removed: ChangeLog.NoIds)}";
            memberRows = $"""
                , member_rows AS (
                    INSERT INTO group_members (connection_id, group_id, member_id, added_at)
                    SELECT {connection}, {id}, unnest({added}), {now}
                )
                """;
        }
        var unique = UniqueValues.Of(resource.Type, document);
        return sql.Statement(
            $"""
            WITH written AS (
                INSERT INTO resources (connection_id, id, resource_type, {ResourceColumns.Names}, version, created_at, modified_at)
                VALUES ({connection}, {id}, {type}, {columns.Values(sql)}, 1, {now}, {now}) RETURNING id
            ), {CountCte(connection, type, 1, "written")}{memberRows}
            {(unique.IsEmpty ? "" : $", unique_rows AS ({unique.Insert(sql, connection, type, id)})")}
            {ChangeLog.Insert(log.Rows(ChangeType.Created(resource.Type), type, id, "1", changes))}
            """
        );
    }

    /// <summary>Another document. Returns version and time of the change.</summary>
    /// <param name="onlySameVersion">The row is not locked: returns none unless it has the version of <paramref name="seen"/>.</param>
    public static NpgsqlBatchCommand Update(
        Caller caller,
        StoredResource seen,
        ResourceColumns columns,
        JsonArray changes,
        DateTimeOffset at,
        bool onlySameVersion = false
    )
    {
        var sql = new Sql();
        var log = NewChangeLog(sql, caller, at);
        var (id, type) = (sql.Add(seen.Id), sql.Add(seen.Type.Name));
        var row = UpdateRow(sql, columns, log.ConnectionParameter, id, log.TimeParameter);
        if (onlySameVersion)
            row += $" AND version = {sql.Add(seen.Version)} AND deleted_at IS NULL";
        var paths = sql.AddJson(ScimJson.Utf8(changes));
        return sql.Statement(
            $"""
            WITH written AS ({row} RETURNING version)
            {ChangeLog.Insert(log.Rows(ChangeType.Updated(seen.Type), type, id, "written.version", paths, from: "written"))}
            RETURNING version, occurred_at
            """
        );
    }

    /// <summary>
    /// Other members, and perhaps another document, of a group that is locked. Returns version and time of the change, or no row if only
    /// members were to change and none did.
    /// </summary>
    /// <param name="columns"><c>null</c> when the document stays as it is.</param>
    /// <param name="required">
    /// Changes nothing unless the group and all these members exist; <c>null</c>: the caller has seen that they do. They are locked.
    /// </param>
    public static NpgsqlBatchCommand UpdateMembers(
        Caller caller,
        Guid group,
        ResourceColumns? columns,
        JsonArray changes,
        MembershipChange members,
        IReadOnlyCollection<Guid>? required,
        DateTimeOffset at
    )
    {
        var sql = new Sql();
        var log = NewChangeLog(sql, caller, at);
        var (connection, now) = (log.ConnectionParameter, log.TimeParameter);
        var (id, type, paths) = (sql.Add(group), sql.Add(ResourceType.Group.Name), sql.AddJson(ScimJson.Utf8(changes)));
        var add = sql.Add([.. members.Add]);
        // To remove all members, some or none are three SQL texts, each with its own prepared plan: the generic plan of a single text could
        // not use the index on member_id. PostgreSQL runs NOT IN as a hash lookup regardless of statistics; with NOT EXISTS or <> ALL,
        // replacing 20,000 members by the same 20,000 took 30 seconds.
        var removeCondition =
            members.Clear ? $"member_id NOT IN (SELECT unnest({add}))"
            : members.Remove.Count > 0 ? sql.IsAny("member_id", [.. members.Remove])
            : "FALSE";
        var memberChanges = $"CASE WHEN added = '[]' AND removed = '[]' THEN '[]' ELSE {ChangeLog.Members("added", "removed")} END";
        var onlyIfMembersChanged = columns is not null ? "" : " AND (EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM removed))";
        var (ready, fromReady, ifReady) = ("", "", "");
        if (required is not null)
        {
            ready = $"ready AS MATERIALIZED ({AllExist(sql, connection, id, type, required)}), ";
            (fromReady, ifReady) = (" FROM ready", " AND EXISTS (SELECT FROM ready)");
        }
        return sql.Statement(
            $"""
            WITH {ready}added AS (
                INSERT INTO group_members (connection_id, group_id, member_id, added_at)
                SELECT {connection}, {id}, unnest({add}), {now}{fromReady}
                ON CONFLICT DO NOTHING RETURNING member_id
            ), removed AS (
                DELETE FROM group_members
                WHERE connection_id = {connection} AND group_id = {id} AND {removeCondition}{ifReady} RETURNING member_id
            ), member_changes AS (
                SELECT coalesce((SELECT jsonb_agg(member_id) FROM added), '[]') AS added,
                    coalesce((SELECT jsonb_agg(member_id) FROM removed), '[]') AS removed
            ), written AS (
                {UpdateRow(sql, columns, connection, id, now)}{onlyIfMembersChanged} RETURNING resources.version
            )
            {ChangeLog.Insert(
                log.Rows(
                    ChangeType.Updated(ResourceType.Group),
                    type,
                    id,
                    "written.version",
                    $"{paths} || {memberChanges}",
                    from: "written, member_changes"
                )
            )}
            RETURNING version, occurred_at
            """
        );
    }

    /// <summary>Version and time of the change, from a row of <see cref="Update"/>.</summary>
    public static (long Version, DateTimeOffset At) ReadUpdate(NpgsqlDataReader row) =>
        (row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1));

    /// <summary>Deletes the <c>unique_values</c> that the change removes, and inserts those that it adds.</summary>
    public static IEnumerable<NpgsqlBatchCommand> UpdateUniqueValues(
        Caller caller,
        StoredResource current,
        JsonObject before,
        JsonObject after
    )
    {
        var (had, has) = (UniqueValues.Of(current.Type, before), UniqueValues.Of(current.Type, after));
        if (had.Except(has) is { IsEmpty: false } removed)
        {
            var sql = new Sql();
            yield return sql.Statement(removed.Delete(sql, sql.Add(caller.ConnectionId), sql.Add(current.Id)));
        }
        if (has.Except(had) is { IsEmpty: false } added)
        {
            var sql = new Sql();
            yield return sql.Statement(added.Insert(sql, sql.Add(caller.ConnectionId), sql.Add(current.Type.Name), sql.Add(current.Id)));
        }
    }

    /// <summary>
    /// The row becomes a tombstone. Each group that loses it as a member is locked before the membership goes, gets a new version and is
    /// logged.
    /// </summary>
    public static NpgsqlBatchCommand Delete(Caller caller, StoredResource current, DateTimeOffset at)
    {
        var sql = new Sql();
        var log = NewChangeLog(sql, caller, at);
        var (connection, now) = (log.ConnectionParameter, log.TimeParameter);
        var (id, type, group) = (sql.Add(current.Id), sql.Add(current.Type.Name), sql.Add(ResourceType.Group.Name));
        var memberLost = ChangeLog.Members(added: ChangeLog.NoIds, removed: $"ARRAY[{id}]");
        return sql.Statement(
            $"""
            WITH written AS (
                UPDATE resources SET deleted_at = {now}, modified_at = {now}, version = version + 1
                WHERE connection_id = {connection} AND id = {id} RETURNING version
            ), own_members AS (
                DELETE FROM group_members WHERE connection_id = {connection} AND group_id = {id}
            ), locked_groups AS (
                SELECT id FROM resources
                WHERE connection_id = {connection} AND id <> {id}
                    AND id IN (SELECT group_id FROM group_members WHERE connection_id = {connection} AND member_id = {id})
                ORDER BY id FOR NO KEY UPDATE
            ), left_groups AS (
                DELETE FROM group_members m USING locked_groups
                WHERE m.connection_id = {connection} AND m.member_id = {id} AND m.group_id = locked_groups.id RETURNING m.group_id
            ), bumped AS (
                UPDATE resources r SET version = r.version + 1, modified_at = {now}
                FROM left_groups WHERE r.connection_id = {connection} AND r.id = left_groups.group_id RETURNING r.id, r.version
            ), {CountCte(connection, type, -1, "written")}
            {ChangeLog.Insert(
                log.Rows(ChangeType.Updated(ResourceType.Group), group, "bumped.id", "bumped.version", memberLost, from: "bumped"),
                log.Rows(ChangeType.Deleted(current.Type), type, id, "written.version", ChangeLog.Nothing, from: "written")
            )}
            """
        );
    }

    /// <summary>
    /// A CTE that adds <paramref name="change"/> to <c>resource_counts</c> if <paramref name="cause"/> has a row. The count is spread over
    /// 32 slots, chosen by session, so that concurrent writers seldom lock the same row.
    /// </summary>
    public static string CountCte(string connection, string type, int change, string cause) =>
        $"""
            counted AS (
                INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                SELECT {connection}, {type}, pg_backend_pid() % 32, {change} FROM {cause}
                ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + {change}
            )
            """;

    /// <summary>One row when the group and the members exist.</summary>
    static string AllExist(Sql sql, string connection, string group, string type, IReadOnlyCollection<Guid> members)
    {
        var exists =
            $"SELECT FROM resources WHERE connection_id = {connection} AND id = {group} AND resource_type = {type} AND deleted_at IS NULL";
        if (members.Count == 0)
            return exists;
        return $"""
            {exists} AND (
                SELECT count(*) FROM resources
                WHERE connection_id = {connection} AND {sql.IsAny("id", [.. members])} AND {ReadSql.CanBeMember}) = {sql.Add(
                (long)members.Count
            )}
            """;
    }

    /// <param name="columns"><c>null</c> when the document stays as it is.</param>
    static string UpdateRow(Sql sql, ResourceColumns? columns, string connection, string id, string now)
    {
        var changed = columns is null ? "" : $"({ResourceColumns.Names}) = ROW({columns.Values(sql)}), ";
        return $"UPDATE resources SET {changed}version = version + 1, modified_at = {now} WHERE connection_id = {connection} AND id = {id}";
    }

    static ChangeLog NewChangeLog(Sql sql, Caller caller, DateTimeOffset at) =>
        new(sql, caller.ConnectionId, caller.RequestId, caller.Actor, at);
}
