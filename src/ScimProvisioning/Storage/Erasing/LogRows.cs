using Npgsql;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// The statements of <see cref="ErasedLogs"/>, each with the table that it changes. The entries stay, without what they have told of these
/// people.
/// </summary>
static class LogRows
{
    const string WithoutDetails = """
        external_id = NULL, subject = NULL, subject_key = NULL, detail = NULL, body = NULL, address = NULL, agent = NULL,
        is_personal = false
        """;

    const string HasDetails = "(is_personal OR address IS NOT NULL OR agent IS NOT NULL)";

    /// <summary>Requests about these resources, at most so many.</summary>
    public static NpgsqlBatchCommand OfResources(ErasedIds ids, int most)
    {
        var sql = new Sql();
        var connection = sql.Add(ids.Connection);
        return sql.Statement(
            $"""
            UPDATE requests SET {WithoutDetails}
            WHERE connection_id = {connection} AND (occurred_at, id) IN (
                SELECT occurred_at, id FROM requests
                WHERE connection_id = {connection} AND resource_id = ANY({sql.Add(ids.Resources)}) AND {HasDetails} LIMIT {most})
            """
        );
    }

    /// <summary>Requests that looked for these people, or tried to create them, and are about nobody else; at most so many.</summary>
    public static NpgsqlBatchCommand OfNames(ErasedIds ids, PersonalTexts texts, int most)
    {
        var sql = new Sql();
        var connection = sql.Add(ids.Connection);
        return sql.Statement(
            $"""
            UPDATE requests SET {WithoutDetails}
            WHERE connection_id = {connection} AND (occurred_at, id) IN (
                SELECT occurred_at, id FROM requests
                WHERE connection_id = {connection} AND subject_key = ANY({sql.Add(texts.Folded)}) AND resource_id IS NULL
                    AND (resource_type IS NULL OR resource_type = 'User') LIMIT {most})
            """
        );
    }

    /// <summary>Goes through the requests: what others' name them by is erased, the rest of those stays.</summary>
    /// <param name="after">The last row of the page before: its time and id.</param>
    /// <returns>Of the page: how many were found, how many there were, and the last row.</returns>
    public static NpgsqlBatchCommand OfTexts(ErasedIds ids, PersonalTexts texts, (string First, Guid Id)? after, int most)
    {
        var sql = new Sql();
        var (connection, known) = (sql.Add(ids.Connection), sql.Add(texts.Known));
        var isSubject = texts.IsIn("p.subject", sql);
        return sql.Statement(
            $"""
            WITH page AS MATERIALIZED (
                SELECT occurred_at, id, resource_id, resource_type, external_id, subject, detail, body FROM requests
                WHERE connection_id = {connection} AND is_personal{After("occurred_at", "timestamptz", after, sql)}
                ORDER BY occurred_at, id LIMIT {most}
            ), found AS (
                UPDATE requests r SET detail = NULL, body = NULL,
                    external_id = CASE WHEN p.external_id = ANY({known}) THEN NULL ELSE p.external_id END,
                    subject = CASE WHEN {isSubject} THEN NULL ELSE r.subject END,
                    subject_key = CASE WHEN {isSubject} THEN NULL ELSE r.subject_key END
                FROM page p WHERE r.connection_id = {connection} AND r.occurred_at = p.occurred_at AND r.id = p.id
                    AND ({texts.IsIn("concat_ws(' ', p.subject, p.detail, p.body)", sql)}
                        OR p.external_id = ANY({known}) AND p.resource_id IS NULL AND p.resource_type = 'User')
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM page), occurred_at::text, id
            FROM page ORDER BY occurred_at DESC, id DESC LIMIT 1
            """
        );
    }

    /// <summary>
    /// Goes through the attempts of webhooks, since receivers may have repeated in their answers what was sent to them: of the operator's
    /// endpoints those for events of these people, and of the organization's own also those that name them.
    /// </summary>
    /// <inheritdoc cref="OfTexts"/>
    public static NpgsqlBatchCommand OfAttempts(ErasedIds ids, Guid[] events, PersonalTexts texts, (string First, Guid Id)? after, int most)
    {
        var sql = new Sql();
        var organization = sql.Add(ids.Organization);
        return sql.Statement(
            $"""
            WITH page AS MATERIALIZED (
                SELECT endpoint_id, id, at, organization_id, event_id, concat_ws(' ', answer, error) AS told FROM webhook_attempts
                WHERE (organization_id IS NULL OR organization_id = {organization}) AND (answer IS NOT NULL OR error IS NOT NULL)
                    {After("endpoint_id", "uuid", after, sql)}
                ORDER BY endpoint_id, id LIMIT {most}
            ), found AS (
                UPDATE webhook_attempts a SET answer = NULL, error = NULL
                FROM page p WHERE a.endpoint_id = p.endpoint_id AND a.id = p.id AND a.at = p.at
                    AND (p.event_id = ANY({sql.Add(events)}) OR p.organization_id = {organization} AND {texts.IsIn("p.told", sql)})
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM page), endpoint_id::text, id
            FROM page ORDER BY endpoint_id DESC, id DESC LIMIT 1
            """
        );
    }

    /// <summary>Answers to events of these people that came since then.</summary>
    public static NpgsqlBatchCommand OfLateAttempts(Guid connection, Guid[] people, DateTimeOffset since)
    {
        var sql = new Sql();
        // An id begins with the time, and so finds the newest of each endpoint.
        return sql.Statement(
            $"""
            UPDATE webhook_attempts a SET answer = NULL, error = NULL FROM webhook_endpoints e
            WHERE a.endpoint_id = e.id AND a.id >= {sql.Add(Guid.CreateVersion7(since))} AND (a.answer IS NOT NULL OR a.error IS NOT NULL)
                AND a.event_id IN (
                    SELECT id FROM events WHERE connection_id = {sql.Add(connection)} AND object_id = ANY({sql.Add(people)}))
            """
        );
    }

    public static NpgsqlBatchCommand EventsOf(ErasedIds ids)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT id FROM events WHERE connection_id = {sql.Add(ids.Connection)} AND object_id = ANY({sql.Add(ids.People)})"
        );
    }

    public static NpgsqlBatchCommand OfDeliveries(ErasedIds ids, Guid[] events)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries SET error = NULL
            WHERE (organization_id IS NULL OR organization_id = {sql.Add(ids.Organization)}) AND error IS NOT NULL
                AND event_id = ANY({sql.Add(events)})
            """
        );
    }

    /// <summary>Tables that are small.</summary>
    public static IEnumerable<(string Table, NpgsqlBatchCommand Statement)> OfOthers(ErasedIds ids, PersonalTexts texts)
    {
        var plans = new Sql();
        var told = texts.IsIn("concat_ws(' ', result::text, request::text)", plans);
        yield return (
            "directory_plans",
            plans.Statement($"DELETE FROM directory_plans WHERE connection_id = {plans.Add(ids.Connection)} AND {told}")
        );
        yield return ("directory_imports", WithoutErrors("directory_imports", ids.Connection, texts));
        foreach (var (table, name) in new[] { ("reconciliation_differences", "name"), ("reconciliation_rows", "user_name") })
        {
            var sql = new Sql();
            var known = sql.Add(texts.Known);
            yield return (
                table,
                sql.Statement(
                    $"""
                    DELETE FROM {table} WHERE connection_id = {sql.Add(ids.Connection)} AND (
                        person_id = ANY({sql.Add(ids.People)}) OR resource_id = ANY({sql.Add(ids.Resources)})
                        OR uid = ANY({known}) OR app_user_id = ANY({known})
                        OR {texts.IsIn($"concat_ws(' ', {name}, attributes::text)", sql)})
                    """
                )
            );
        }
        yield return ("reconciliations", WithoutErrors("reconciliations", ids.Connection, texts));
        var audit = new Sql();
        yield return (
            "audit_log",
            // Proofs have no data.
            audit.Statement(
                $"""
                UPDATE audit_log SET before = NULL, after = NULL
                WHERE organization_id = {audit.Add(ids.Organization)} AND target_id = ANY({audit.Add([.. ids.Resources, .. ids.People])})
                    AND (before IS NOT NULL OR after IS NOT NULL)
                    AND action NOT IN (
                        '{AuditAction.ResourcePurged.Name}', '{AuditAction.UserPurged.Name}', '{AuditAction.UserMerged.Name}')
                """
            )
        );
    }

    /// <summary>Erases lines that could not be read and that repeat what these people are known by.</summary>
    static NpgsqlBatchCommand WithoutErrors(string table, Guid connection, PersonalTexts texts)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE {table} SET errors = (
                SELECT coalesce(jsonb_agg(error), '[]') FROM jsonb_array_elements(errors) error
                WHERE NOT {texts.IsIn("error::text", sql)})
            WHERE connection_id = {sql.Add(connection)} AND {texts.IsIn("errors::text", sql)}
            """
        );
    }

    static string After(string column, string type, (string First, Guid Id)? after, Sql sql) =>
        after is { } place ? $" AND ({column}, id) > ({sql.Add(place.First)}::{type}, {sql.Add(place.Id)})" : "";
}
