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

    /// <summary>Receivers may have repeated in their answers what was sent to them.</summary>
    public static IEnumerable<(string, NpgsqlBatchCommand)> OfWebhooks(Guid connection, Guid[] people, string[] patterns)
    {
        var attempts = new Sql();
        var ofEvents =
            $"SELECT id FROM events WHERE connection_id = {attempts.Add(connection)} AND object_id = ANY({attempts.Add(people)})";
        var texts = attempts.Add(patterns);
        yield return (
            "webhook_attempts",
            attempts.Statement(
                $"""
                UPDATE webhook_attempts SET answer = NULL, error = NULL
                WHERE (answer IS NOT NULL OR error IS NOT NULL)
                    AND (event_id IN ({ofEvents}) OR answer ILIKE ANY({texts}) OR error ILIKE ANY({texts}))
                """
            )
        );
        var deliveries = new Sql();
        ofEvents =
            $"SELECT id FROM events WHERE connection_id = {deliveries.Add(connection)} AND object_id = ANY({deliveries.Add(people)})";
        yield return (
            "webhook_deliveries",
            deliveries.Statement($"UPDATE webhook_deliveries SET error = NULL WHERE error IS NOT NULL AND event_id IN ({ofEvents})")
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
        yield return Delete("guard_departures", "person_id = ANY({0})", connection, people);
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

    /// <summary>What tells of what has happened: the entries stay, without what they have told of these people.</summary>
    public static IEnumerable<(string, NpgsqlBatchCommand)> OfLogs(
        Guid connection,
        Guid organization,
        Guid[] resources,
        Guid[] people,
        PersonalTexts texts
    )
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
        var requests = new Sql();
        yield return (
            "requests",
            requests.Statement(
                $"""
                UPDATE requests SET external_id = NULL, subject = NULL, subject_key = NULL, detail = NULL, body = NULL, address = NULL,
                    agent = NULL, is_personal = false
                WHERE connection_id = {requests.Add(connection)} AND (resource_id = ANY({requests.Add(resources)})
                    OR subject_key = ANY({requests.Add(texts.Folded)}) OR external_id = ANY({requests.Add(texts.Known)})
                    OR (is_personal AND concat_ws(' ', subject, detail, body) ILIKE ANY({requests.Add(texts.Patterns)})))
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
        var plans = new Sql();
        var found = plans.Add(texts.Patterns);
        yield return (
            "directory_plans",
            plans.Statement(
                $"""
                DELETE FROM directory_plans
                WHERE connection_id = {plans.Add(connection)} AND (result::text ILIKE ANY({found}) OR request::text ILIKE ANY({found}))
                """
            )
        );
        yield return ("directory_imports", WithoutErrors("directory_imports", connection, texts));
        foreach (var part in OfReconciliations(connection, resources, people, texts))
            yield return part;
        var audit = new Sql();
        yield return (
            "audit_log",
            audit.Statement(
                $"""
                UPDATE audit_log SET before = NULL, after = NULL
                WHERE organization_id = {audit.Add(organization)}
                    AND concat_ws(' ', before::text, after::text) ILIKE ANY({audit.Add(texts.Patterns)})
                    AND target_id = ANY({audit.Add([.. resources, .. people])})
                """
            )
        );
    }

    static IEnumerable<(string, NpgsqlBatchCommand)> OfReconciliations(
        Guid connection,
        Guid[] resources,
        Guid[] people,
        PersonalTexts texts
    )
    {
        foreach (var (table, name) in new[] { ("reconciliation_differences", "name"), ("reconciliation_rows", "user_name") })
        {
            var sql = new Sql();
            var known = sql.Add(texts.Known);
            yield return (
                table,
                sql.Statement(
                    $"""
                    DELETE FROM {table} WHERE connection_id = {sql.Add(connection)} AND (
                        person_id = ANY({sql.Add(people)}) OR resource_id = ANY({sql.Add(resources)})
                        OR uid = ANY({known}) OR app_user_id = ANY({known})
                        OR concat_ws(' ', {name}, attributes::text) ILIKE ANY({sql.Add(texts.Patterns)}))
                    """
                )
            );
        }
        yield return ("reconciliations", WithoutErrors("reconciliations", connection, texts));
    }

    /// <summary>Erases lines that could not be read and that repeat what these people are known by.</summary>
    static NpgsqlBatchCommand WithoutErrors(string table, Guid connection, PersonalTexts texts)
    {
        var sql = new Sql();
        var told = sql.Add(texts.Patterns);
        return sql.Statement(
            $"""
            UPDATE {table} SET errors = (
                SELECT coalesce(jsonb_agg(error), '[]') FROM jsonb_array_elements(errors) error WHERE NOT error::text ILIKE ANY({told}))
            WHERE connection_id = {sql.Add(connection)} AND errors::text ILIKE ANY({told})
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
