using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>
/// Compares all that is released with the list of the application, and all that is received with the last full run: as sets, in one
/// statement for each class of differences.
/// </summary>
/// <param name="IsUnlocked">The identity provider manages nothing at the time, so the application's own values are shown.</param>
/// <param name="Slack">A user may have been made or changed by a request of the run that was not logged.</param>
sealed record Comparison(ReconciliationRow Of, bool IsUnlocked, ReconciledRun? FullRun, TimeSpan Slack)
{
    const string Target = """
        INSERT INTO reconciliation_differences (connection_id, reconciliation_id, organization_id, number, class, reason, line, person_id,
            resource_id, uid, app_user_id, name, attributes)
        """;

    /// <summary>Whom the application calls active.</summary>
    const string Ours = "u.status = 'active'";

    /// <summary>Never received: the application has brought him itself.</summary>
    const string IsLocal = "u.resource_id IS NULL";

    const string Name = "coalesce(u.mapped ->> 'userName', u.own ->> 'userName', r.attributes ->> 'userName')";

    /// <summary>To be run before others in each transaction that joins the list with people.</summary>
    // PostgreSQL has no statistics of rows that are so new, and takes them for few: as nested loops, the joins would take minutes.
    public static NpgsqlBatchCommand Prepare() => new("SET LOCAL enable_nestloop = off");

    /// <summary>One for each class of differences. Each goes into a transaction of its own, and counts on from the one before.</summary>
    public IEnumerable<NpgsqlBatchCommand> Statements()
    {
        if (Of.HasList)
        {
            yield return Local();
            yield return Unassigned();
            yield return Missing();
            yield return Differing();
        }
        if (FullRun is not null)
            yield return Stale(FullRun);
    }

    public NpgsqlBatchCommand Count()
    {
        var sql = new Sql();
        var (connection, id) = (sql.Add(Of.Connection), sql.Add(Of.Id));
        string Different(string name) => $"count(*) FILTER (WHERE class = '{name}')";
        string Matched(string condition) =>
            $"""
                (SELECT count(*) FROM reconciliation_rows r
                JOIN directory_users u ON u.connection_id = r.connection_id AND u.id = r.person_id
                WHERE r.connection_id = {connection} AND r.reconciliation_id = {id} AND NOT r.is_repeated AND NOT {IsLocal} AND {condition})
                """;
        return sql.Statement(
            $"""
            SELECT {Different("local")}, {Different("unassigned")}, {Matched(Ours)}, {Matched($"NOT ({Ours}) AND NOT r.active")},
                {Different("missing")}, {Different("differing")}, {Different("stale")}
            FROM reconciliation_differences WHERE connection_id = {connection} AND reconciliation_id = {id}
            """
        );
    }

    public async Task<ReconciliationCounts> ReadCountsAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(
            rows.GetInt64(0),
            rows.GetInt64(1),
            rows.GetInt64(2),
            rows.GetInt64(3),
            rows.GetInt64(4),
            rows.GetInt64(5),
            rows.GetInt64(6),
            FullRun?.NotLogged ?? 0
        );
    }

    NpgsqlBatchCommand Local()
    {
        var sql = new Sql();
        return Insert(
            sql,
            "local",
            $"""
            SELECT r.line, CASE WHEN u.id IS NOT NULL THEN 'imported' END AS reason, u.id AS person_id, NULL::uuid AS resource_id,
                coalesce(r.uid, u.uid) AS uid, coalesce(r.app_user_id, u.app_user_id) AS app_user_id, {Name} AS name,
                NULL::jsonb AS attributes
            FROM {Rows(sql, "LEFT")} WHERE r.resource_id IS NULL AND (u.id IS NULL OR {IsLocal})
            """,
            "line"
        );
    }

    NpgsqlBatchCommand Unassigned()
    {
        var sql = new Sql();
        return Insert(
            sql,
            "unassigned",
            $"""
            SELECT r.line, CASE WHEN u.id IS NULL THEN 'not_released' ELSE coalesce(u.status_reason, u.status) END AS reason,
                u.id AS person_id, coalesce(u.resource_id, r.resource_id) AS resource_id, coalesce(r.uid, u.uid) AS uid,
                coalesce(r.app_user_id, u.app_user_id) AS app_user_id, {Name} AS name, NULL::jsonb AS attributes
            FROM {Rows(sql, "LEFT")} WHERE r.active
                AND (r.resource_id IS NOT NULL OR (u.id IS NOT NULL AND NOT {IsLocal} AND NOT ({Ours})))
            """,
            "line"
        );
    }

    NpgsqlBatchCommand Missing()
    {
        var sql = new Sql();
        var connection = sql.Add(Of.Connection);
        return Insert(
            sql,
            "missing",
            $"""
            SELECT NULL::bigint AS line, CASE WHEN {IsLocal} THEN 'imported' END AS reason, u.id AS person_id, u.resource_id, u.uid,
                u.app_user_id, coalesce(u.mapped ->> 'userName', u.own ->> 'userName') AS name, NULL::jsonb AS attributes
            FROM directory_users u WHERE u.connection_id = {connection} AND {Ours} AND NOT EXISTS (
                SELECT FROM reconciliation_rows r
                WHERE r.connection_id = {connection} AND r.reconciliation_id = {sql.Add(Of.Id)} AND r.person_id = u.id)
            """,
            "person_id"
        );
    }

    /// <summary>Of the attributes that the row names. Names and addresses are the same in any case of their letters.</summary>
    NpgsqlBatchCommand Differing()
    {
        var sql = new Sql();
        var isManaged = IsUnlocked ? "false" : "t.key = ANY(u.managed)";
        const string Both = "jsonb_build_object('ours', ours, 'theirs', theirs)";
        return Insert(
            sql,
            "differing",
            $"""
            SELECT r.line, NULL::text AS reason, u.id AS person_id, u.resource_id, coalesce(r.uid, u.uid) AS uid,
                coalesce(u.app_user_id, r.app_user_id) AS app_user_id, {Name} AS name, d.attributes
            FROM {Rows(sql, "INNER")} CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(key, {Both}) AS attributes FROM (
                    SELECT t.key, t.value AS theirs, coalesce(CASE
                        WHEN u.own ? t.key AND NOT {isManaged} THEN u.own -> t.key
                        WHEN t.key = 'managerId' THEN to_jsonb(u.manager_id::text)
                        ELSE u.mapped -> t.key END, 'null') AS ours
                    FROM jsonb_each(r.attributes) t
                    UNION ALL SELECT 'status', '"inactive"'::jsonb, '"active"'::jsonb WHERE NOT r.active
                    UNION ALL SELECT 'appUserId', to_jsonb(r.app_user_id), coalesce(to_jsonb(u.app_user_id), 'null')
                        WHERE r.app_user_id IS NOT NULL) v
                WHERE CASE WHEN key IN ('userName', 'email') THEN lower(ours #>> '{"{}"}') IS DISTINCT FROM lower(theirs #>> '{"{}"}')
                    ELSE ours <> theirs END) d
            WHERE {Ours} AND NOT {IsLocal}
            """,
            "line",
            "attributes IS NOT NULL"
        );
    }

    /// <summary>
    /// Received users who are active and whom the run has neither asked for nor written. Who came or changed during it or later is fresh,
    /// whatever the log of requests has lost.
    /// </summary>
    NpgsqlBatchCommand Stale(ReconciledRun run)
    {
        var sql = new Sql();
        var connection = sql.Add(Of.Connection);
        return Insert(
            sql,
            "stale",
            $"""
            SELECT NULL::bigint AS line, NULL::text AS reason, u.id AS person_id, s.id AS resource_id, u.uid, u.app_user_id,
                s.attributes ->> 'userName' AS name, NULL::jsonb AS attributes
            FROM resources s LEFT JOIN directory_users u ON u.connection_id = s.connection_id AND u.resource_id = s.id AND u.is_linked
            WHERE s.connection_id = {connection} AND s.resource_type = 'User' AND s.deleted_at IS NULL
                AND s.active IS DISTINCT FROM false AND s.modified_at < {sql.Add(run.StartedAt - Slack)} AND NOT EXISTS (
                    SELECT FROM requests q WHERE q.connection_id = {connection} AND q.occurred_at >= {TimeLiteral.Of(run.StartedAt)}
                        AND q.actor IS NOT NULL AND q.resource_id = s.id)
            """,
            "resource_id"
        );
    }

    /// <summary>The rows of the list as r, each with its person as u.</summary>
    string Rows(Sql sql, string join)
    {
        var connection = sql.Add(Of.Connection);
        return $"""
            (SELECT * FROM reconciliation_rows WHERE connection_id = {connection} AND reconciliation_id = {sql.Add(Of.Id)}
                AND NOT is_repeated) r
            {join} JOIN directory_users u ON u.connection_id = {connection} AND u.id = r.person_id
            """;
    }

    NpgsqlBatchCommand Insert(Sql sql, string name, string found, string order, string condition = "true")
    {
        var (connection, id) = (sql.Add(Of.Connection), sql.Add(Of.Id));
        return sql.Statement(
            $"""
            {Target}
            SELECT {connection}, {id}, {sql.Add(Of.Organization)}, row_number() OVER (ORDER BY {order}) + (
                    SELECT coalesce(max(number), 0) FROM reconciliation_differences
                    WHERE connection_id = {connection} AND reconciliation_id = {id}),
                '{name}', reason, line, person_id, resource_id, uid, app_user_id, name, attributes
            FROM ({found}) found WHERE {condition}
            """
        );
    }
}
