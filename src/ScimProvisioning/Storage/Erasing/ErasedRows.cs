using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>The statements of <see cref="Erasure"/>, each with the table that it changes.</summary>
static class ErasedRows
{
    /// <summary>The uids of these people as they are compared.</summary>
    public static NpgsqlBatchCommand UidsOf(Guid connection, Guid[] people)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT DISTINCT uid_key FROM directory_users
            WHERE connection_id = {sql.Add(connection)} AND id = ANY({sql.Add(people)}) AND uid_key IS NOT NULL
            """
        );
    }

    /// <summary>What was received and released.</summary>
    public static IEnumerable<(string, NpgsqlBatchCommand)> OfDirectory(Guid connection, Guid[] resources, Guid[] people)
    {
        var counts = new Sql();
        yield return (
            "",
            counts.Statement(
                $"""
                INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count)
                SELECT connection_id, resource_type, pg_backend_pid() % 32, -count(*) FROM resources
                WHERE connection_id = {counts.Add(connection)} AND id = ANY({counts.Add(resources)}) AND deleted_at IS NULL
                GROUP BY connection_id, resource_type
                ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + excluded.count
                """
            )
        );
        yield return Delete("resources", "id = ANY({0})", connection, resources);
        yield return Delete("group_members", "(member_id = ANY({0}) OR group_id = ANY({0}))", connection, resources);
        yield return Delete("unique_values", "resource_id = ANY({0})", connection, resources);
        yield return Delete("directory_users", "id = ANY({0})", connection, people);
        yield return Delete("directory_user_roles", "user_id = ANY({0})", connection, people);
        yield return Delete("guard_holds", "person_id = ANY({0})", connection, people);
        yield return ("", GuardRow.Calm(connection));
        yield return Delete("guard_departures", "person_id = ANY({0})", connection, people);
        yield return ("idempotency_keys", AnswersOf(connection));
        yield return ("directory_groups", NamesOfGroups(connection, resources));
    }

    /// <summary>All kept answers that may hold what is known of people of the connection: they cannot be read, to see of whom.</summary>
    public static NpgsqlBatchCommand AnswersOf(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM idempotency_keys WHERE connection_id = {sql.Add(connection)}");
    }

    /// <summary>The row stays, since the application may not be told yet that the group is gone.</summary>
    static NpgsqlBatchCommand NamesOfGroups(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_groups SET name = id::text, name_key = id::text, external_id = NULL
            WHERE connection_id = {sql.Add(connection)} AND id = ANY({sql.Add(resources)})
            """
        );
    }

    /// <summary>Problems of these users, and those of others that name their uid.</summary>
    public static NpgsqlBatchCommand OfProblems(Guid connection, Guid[] resources, string[] uids)
    {
        var sql = new Sql();
        var ids = sql.Add(resources);
        return sql.Statement(
            $"""
            DELETE FROM directory_problems WHERE connection_id = {sql.Add(connection)}
                AND (resource_id = ANY({ids}) OR other = ANY({ids}) OR uid_key = ANY({sql.Add(uids)}))
            """
        );
    }

    public static NpgsqlBatchCommand OfSeenMembers(Guid connection, Guid[] resources) =>
        Delete("directory_members", "(resource_id = ANY({0}) OR group_id = ANY({0}))", connection, resources).Statement;

    /// <summary>The change log and the events: the entries stay, without what they have told of these people.</summary>
    public static IEnumerable<(string, NpgsqlBatchCommand)> OfHistory(Guid connection, Guid[] resources, Guid[] people)
    {
        var changes = new Sql();
        yield return (
            "changes",
            changes.Statement(
                $"""
                UPDATE changes SET changes = '[]'
                WHERE connection_id = {changes.Add(connection)} AND resource_id = ANY({changes.Add(resources)}) AND changes <> '[]'
                """
            )
        );
        var events = new Sql();
        yield return (
            "events",
            // The position stays, so that no reader misses one; and what is told there is that the person is erased.
            events.Statement(
                $$"""
                UPDATE events SET type = '{{EventType.UserPurged}}',
                    body = '{"id":' || (body::json -> 'id')::text || ',"position":' || (body::json -> 'position')::text
                        || ',"type":"{{EventType.UserPurged}}","timestamp":' || (body::json -> 'timestamp')::text
                        || ',"organizationId":' || (body::json -> 'organizationId')::text
                        || ',"connectionId":' || (body::json -> 'connectionId')::text
                        || ',"initialLoad":' || (body::json -> 'initialLoad')::text
                        || ',"snapshotId":' || (body::json -> 'snapshotId')::text || ',"cause":' || (body::json -> 'cause')::text
                        || ',"data":{"user":{"id":"' || object_id || '","version":' || version || '},"was":"' || type || '"' || '}' || '}'
                WHERE connection_id = {{events.Add(connection)}} AND object_id = ANY({{events.Add(people)}})
                    AND type LIKE 'directory.user.%' AND type <> '{{EventType.UserPurged}}'
                """
            )
        );
        yield return ("events", OfGroups(connection, resources));
    }

    /// <summary>What was told of groups stays, but under their ids instead of their names.</summary>
    static NpgsqlBatchCommand OfGroups(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $$"""
            UPDATE events SET body = left(body, strpos(body, ',"data":') + length(',"data":') - 1)
                || (jsonb_set(
                    body::jsonb -> 'data',
                    '{group}',
                    (body::jsonb #> '{data,group}') || jsonb_build_object('name', object_id, 'externalId', NULL)
                ) #- '{previous,name}' #- '{previous,externalId}')::text || '}'
            WHERE connection_id = {{sql.Add(connection)}} AND object_id = ANY({{sql.Add(resources)}}) AND type LIKE 'directory.group.%'
            """
        );
    }

    static (string Table, NpgsqlBatchCommand Statement) Delete(string table, string condition, Guid connection, Guid[] ids)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return (
            table,
            sql.Statement(
                $"DELETE FROM {table} WHERE connection_id = {connectionId} AND "
                    + condition.Replace("{0}", sql.Add(ids), StringComparison.Ordinal)
            )
        );
    }
}
