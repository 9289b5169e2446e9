using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Storage.Activity;

/// <summary>How often a run has asked for the same and got the same.</summary>
readonly record struct RunPart(RequestOperation Operation, string? ResourceType, RequestOutcome Outcome, long Count);

/// <summary>What a run has done to the resources of a type.</summary>
/// <param name="Touched">Those that were found, read or written, each once.</param>
/// <param name="Known">Those that are there now, without users who are not active.</param>
/// <param name="Others">
/// Of the known ones those that the run has neither changed nor failed to change; 0 when it is not complete. Each of them is looked at.
/// </param>
readonly record struct TypeCount(
    long Created,
    long Updated,
    long Deactivated,
    long Reactivated,
    long Unchanged,
    long Failed,
    long Touched,
    long Known,
    long Others
)
{
    /// <summary>
    /// Whether nearly all that are known were touched. A request that a killed server has not logged must not count as missing, so those
    /// that are left count as unchanged then.
    /// </summary>
    public bool IsComplete => Known > 0 && Touched * Parts >= Known * Enough;

    /// <summary>So many of so many parts are nearly all.</summary>
    internal const int Enough = 4;

    /// <inheritdoc cref="Enough"/>
    internal const int Parts = 5;

    public ObjectCounts Counts => new(Created, Updated, Deactivated, Reactivated, IsComplete ? Others : Unchanged, Failed);
}

/// <summary>
/// Counts what a run has done. What has changed is counted from the change log, which no crash can lose; the rest from the log of requests;
/// what the application was told from the events.
/// </summary>
/// <param name="Started">The time of the first request.</param>
/// <param name="Last">The time of the last request.</param>
/// <param name="Slack">
/// A change is later than its request, and has the time of the server, which may differ from that of the database by as much. No other run
/// is nearer.
/// </param>
sealed record RunCount(Guid Connection, DateTimeOffset Started, DateTimeOffset Last, TimeSpan Slack)
{
    const string User = "User";
    const string Group = "Group";

    /// <summary>Who pushes: admins and jobs have other names in the change log.</summary>
    public const string IsPushed = "(actor LIKE 'token:%' OR actor LIKE 'oauth-client:%' OR actor LIKE 'entra:%')";

    /// <summary>What was only put off, with 429 or 503, is sent again.</summary>
    public const string IsFailure = "outcome IN ('refused', 'failed') AND status NOT IN (429, 503)";

    /// <summary>A write that was good. Who was refused before, as long as there was none of that name, has not failed.</summary>
    public const string IsDone =
        "outcome IN ('created', 'updated', 'deactivated', 'reactivated', 'deleted', 'unchanged', 'members_changed')";

    /// <summary>A run is not held up any longer when its changes cannot be released.</summary>
    static readonly TimeSpan LongestRelease = TimeSpan.FromHours(1);

    public const string Complete = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())";

    /// <param name="gap">Runs are further apart.</param>
    public static RunCount Of(RunRow run, TimeSpan gap) => new(run.ConnectionId, run.StartedAt, run.LastAt, gap / 2);

    /// <summary>What it has asked for.</summary>
    public NpgsqlBatchCommand Parts()
    {
        var sql = new Sql();
        return sql.Statement($"SELECT operation, resource_type, outcome, count(*) FROM requests WHERE {InRequests(sql)} GROUP BY 1, 2, 3");
    }

    public static async Task<List<RunPart>> ReadPartsAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var parts = new List<RunPart>();
        while (await rows.ReadAsync(ct))
        {
            var operation = LoggedRequest.OperationOf(rows.GetString(0));
            var outcome = LoggedRequest.OutcomeOf(rows.GetString(2));
            parts.Add(new(operation, rows.IsDBNull(1) ? null : rows.GetString(1), outcome, rows.GetInt64(3)));
        }
        return parts;
    }

    /// <summary>Two rows, of users and of groups, and memberships.</summary>
    public NpgsqlBatchCommand Types()
    {
        var sql = new Sql();
        var connection = sql.Add(Connection);
        return sql.Statement(
            $"""
            WITH logged AS MATERIALIZED (
                SELECT resource_type, resource_id, type, changes FROM changes
                WHERE {InChanges(sql)} AND {IsPushed} AND resource_type IN ('{User}', '{Group}')
            ), changed AS MATERIALIZED (
                SELECT resource_type, resource_id,
                    bool_or(type LIKE '%.created') AS created,
                    bool_or(type LIKE '%.deleted') AS deleted,
                    bool_or(type LIKE '%.updated' AND changes @> '{Active("false")}') AS off,
                    bool_or(type LIKE '%.updated' AND changes @> '{Active("true")}') AS back
                FROM logged WHERE type NOT LIKE '%.updated' OR jsonb_path_exists(changes, '$[*] ? (@.path != "members")')
                GROUP BY resource_type, resource_id
            ), fates AS MATERIALIZED (
                SELECT resource_type, resource_id, CASE
                    WHEN created THEN 'created' WHEN deleted OR off AND NOT back THEN 'deactivated'
                    WHEN back AND NOT off THEN 'reactivated' ELSE 'updated' END AS fate
                FROM changed
            ), asked AS MATERIALIZED (
                SELECT resource_type, resource_id, bool_or({IsFailure}) AS failed FROM requests
                WHERE {InRequests(sql)} AND resource_id IS NOT NULL GROUP BY resource_type, resource_id
            ), refused AS MATERIALIZED (
                SELECT resource_type, resource_id, subject_key, id, occurred_at FROM requests WHERE {InRequests(sql)} AND {IsFailure}
            ), made AS MATERIALIZED (
                SELECT resource_type AS type, subject_key AS key, max(occurred_at) AS at FROM requests
                WHERE {InRequests(sql)} AND {IsDone} AND subject_key IN (SELECT subject_key FROM refused WHERE resource_id IS NULL)
                GROUP BY 1, 2
            ), failures AS MATERIALIZED (
                SELECT resource_type, count(DISTINCT coalesce(resource_id::text, subject_key, id::text)) AS count
                FROM refused LEFT JOIN made ON type = resource_type AND key = subject_key
                WHERE resource_id IS NOT NULL OR at IS NULL OR at < occurred_at GROUP BY resource_type
            ), members AS (
                SELECT coalesce(sum(jsonb_array_length(change -> 'added')), 0)::bigint AS added,
                    coalesce(sum(jsonb_array_length(change -> 'removed')), 0)::bigint AS removed
                FROM logged, jsonb_array_elements(changes) change WHERE resource_type = '{Group}' AND change ->> 'path' = 'members'
            )
            SELECT (SELECT count(*) FROM fates f WHERE f.resource_type = t.name AND fate = 'created'),
                (SELECT count(*) FROM fates f WHERE f.resource_type = t.name AND fate = 'updated'),
                (SELECT count(*) FROM fates f WHERE f.resource_type = t.name AND fate = 'deactivated'),
                (SELECT count(*) FROM fates f WHERE f.resource_type = t.name AND fate = 'reactivated'),
                (SELECT count(*) FROM asked a WHERE a.resource_type = t.name AND NOT failed
                    AND NOT EXISTS (SELECT FROM fates f WHERE f.resource_id = a.resource_id)),
                coalesce((SELECT count FROM failures f WHERE f.resource_type = t.name), 0),
                touched.count, known.count,
                CASE WHEN touched.count * {TypeCount.Parts} < known.count * {TypeCount.Enough} THEN 0 ELSE (
                    SELECT count(*) FROM resources r WHERE {IsOfType(connection)} AND r.active IS DISTINCT FROM false
                        AND NOT EXISTS (SELECT FROM fates f WHERE f.resource_id = r.id)
                        AND NOT EXISTS (SELECT FROM asked a WHERE a.resource_id = r.id AND failed)) END,
                added, removed
            FROM (VALUES (1, '{User}'), (2, '{Group}')) AS t (place, name), members, LATERAL (
                SELECT count(*) FROM (
                    SELECT resource_id FROM asked a WHERE a.resource_type = t.name
                    UNION SELECT resource_id FROM fates f WHERE f.resource_type = t.name) each) touched, LATERAL (
                SELECT coalesce(sum(count), 0)::bigint - (
                    SELECT count(*) FROM resources r WHERE {IsOfType(connection)} AND NOT r.active) AS count
                FROM resource_counts WHERE connection_id = {connection} AND resource_type = t.name) known
            ORDER BY place
            """
        );
    }

    public static async Task<(TypeCount Users, TypeCount Groups, MembershipCounts Memberships)> ReadTypesAsync(
        NpgsqlDataReader rows,
        CancellationToken ct
    )
    {
        var users = await ReadTypeAsync(rows, ct);
        var groups = await ReadTypeAsync(rows, ct);
        return (users, groups, new(rows.GetInt64(9), rows.GetInt64(10)));
    }

    /// <summary>
    /// How many people the application was told of, by type of event. Until the next run begins, since it is told later than the changes
    /// were made.
    /// </summary>
    public NpgsqlBatchCommand Told()
    {
        var sql = new Sql();
        var connection = sql.Add(Connection);
        var next = $"SELECT min(started_at) FROM runs WHERE connection_id = {connection} AND started_at > {TimeLiteral.Of(Last)}";
        return sql.Statement(
            $"""
            SELECT type, count(DISTINCT object_id) FROM events
            WHERE connection_id = {connection} AND recorded_at >= {TimeLiteral.Of(Started)}
                AND recorded_at < coalesce(({next}), 'infinity')
                AND type LIKE 'directory.user.%' AND body::jsonb -> 'cause' ->> 'kind' = '{EventCause.Scim}'
            GROUP BY type
            """
        );
    }

    public static async Task<Dictionary<string, long>> ReadToldAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var told = new Dictionary<string, long>();
        while (await rows.ReadAsync(ct))
            told[rows.GetString(0)] = rows.GetInt64(1);
        return told;
    }

    /// <summary>
    /// Whether something is written that belongs to the run and that a count does not see for sure yet; or of which the application was not
    /// told yet, as long as there is hope that it soon will be.
    /// </summary>
    public NpgsqlBatchCommand IsIncomplete()
    {
        var sql = new Sql();
        var changes = InChanges(sql);
        var released = $"FROM projections p WHERE p.connection_id = {sql.Add(Connection)} AND p.releases";
        return sql.Statement(
            $"""
            SELECT EXISTS (
                SELECT FROM changes WHERE {changes} AND (
                    NOT {Complete} OR now() < {TimeLiteral.Of(Last + LongestRelease)} AND EXISTS (SELECT {released})
                        AND (transaction_id, sequence) > ((SELECT p.transaction_id {released}), (SELECT p.sequence {released}))))
            """
        );
    }

    /// <summary>Later counts begin after the changes of this run.</summary>
    public NpgsqlBatchCommand Pass()
    {
        var sql = new Sql();
        return sql.Statement(PassTo($"{InChanges(sql)} AND {Complete}"));
    }

    /// <summary>
    /// The statement by which later counts begin after the last of these changes. It only goes forward, except from a position that
    /// PostgreSQL has not reached (<see cref="IsUncounted"/>).
    /// </summary>
    /// <param name="condition">On changes of one connection.</param>
    public static string PassTo(string condition) =>
        $"""
            INSERT INTO run_positions (connection_id, organization_id, transaction_id, sequence)
            SELECT connection_id, organization_id, transaction_id, sequence FROM (
                SELECT connection_id, transaction_id, sequence FROM changes WHERE {condition}
                ORDER BY transaction_id DESC, sequence DESC LIMIT 1) last JOIN connections c ON c.id = connection_id
            ON CONFLICT (connection_id) DO UPDATE SET transaction_id = excluded.transaction_id, sequence = excluded.sequence
            WHERE (excluded.transaction_id, excluded.sequence) > (run_positions.transaction_id, run_positions.sequence)
                OR run_positions.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
            """;

    /// <summary>
    /// Condition: the change is in no closed run. A position that PostgreSQL has not reached comes from another one, from which the
    /// database was copied.
    /// </summary>
    public static string IsUncounted(string connection)
    {
        var position =
            $"run_positions p WHERE p.connection_id = {connection} AND p.transaction_id < pg_snapshot_xmax(pg_current_snapshot())";
        return $"(transaction_id, sequence) > (coalesce((SELECT p.transaction_id FROM {position}), '0'::xid8), "
            + $"coalesce((SELECT p.sequence FROM {position}), 0))";
    }

    static string Active(string value) => $$"""[{"path":"active","new":{{value}}}]""";

    static string IsOfType(string connection) => $"r.connection_id = {connection} AND r.resource_type = t.name AND r.deleted_at IS NULL";

    string InRequests(Sql sql) =>
        $"connection_id = {sql.Add(Connection)} AND occurred_at >= {TimeLiteral.Of(Started)} AND occurred_at <= {TimeLiteral.Of(Last)} "
        + $"AND {LoggedRequest.IsOfProvider}";

    /// <summary>The changes of the run. They come after those of closed runs, which is only to find them fast.</summary>
    string InChanges(Sql sql) =>
        $"""
            connection_id = {sql.Add(Connection)} AND {IsUncounted(sql.Add(Connection))}
                AND occurred_at >= {TimeLiteral.Of(Started - Slack)} AND occurred_at < {TimeLiteral.Of(Last + Slack)}
            """;

    static async Task<TypeCount> ReadTypeAsync(NpgsqlDataReader rows, CancellationToken ct)
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
            rows.GetInt64(7),
            rows.GetInt64(8)
        );
    }
}
