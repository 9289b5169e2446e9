using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>One attempt, for the log.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Status">Of HTTP; <c>null</c>: there was no answer.</param>
/// <param name="Error">Why it failed; <c>null</c>: it did not.</param>
/// <param name="Answer">The beginning of the body of the answer.</param>
sealed record WebhookAttempt(Guid Id, Guid EventId, string Type, int Attempt, int? Status, string? Error, string? Answer, int Milliseconds)
{
    /// <summary>That of the event; 0: it is none of the log, as that of a test.</summary>
    public long Position { get; init; }
}

/// <summary>What an event that was not delivered leaves in <c>webhook_deliveries</c>.</summary>
/// <param name="NextAt"><c>null</c>: it waits for an earlier one of its lane, or is exhausted.</param>
sealed record UndeliveredEvent(
    PendingEvent Event,
    int Tried,
    DateTimeOffset? FirstAt,
    DateTimeOffset? NextAt,
    bool IsExhausted,
    string? Error
);

/// <summary>How an endpoint stands after a turn.</summary>
sealed record WebhookStanding(long Position, int Failures, DateTimeOffset? FailingSince, bool Warned);

/// <summary>Writes what became of a turn: all of it or, when the right to send was lost meanwhile, nothing.</summary>
/// <param name="lease">By which the server had the right to send.</param>
sealed class WebhookResults(WebhookEndpoint endpoint, Guid lease, DateTimeOffset now)
{
    /// <summary>Rows whose time is changed at once: more would hold up the release for all. The others keep their time.</summary>
    public const int MostAtOnce = 10_000;

    /// <summary>In this order, in one transaction; the first answers one row, or none when the right was lost.</summary>
    /// <param name="delivered">Positions of rows that are done with.</param>
    /// <param name="recovered">The endpoint had stopped and takes events again: what has failed is tried now.</param>
    public IReadOnlyList<NpgsqlBatchCommand> Write(
        WebhookStanding standing,
        IReadOnlyList<PendingEvent> delivered,
        IReadOnlyList<UndeliveredEvent> undelivered,
        IReadOnlyList<WebhookAttempt> attempts,
        bool recovered
    )
    {
        var statements = new List<NpgsqlBatchCommand> { Stand(standing) };
        var done = delivered.Where(e => e.HasRow).ToList();
        if (done.Count > 0)
            statements.AddRange(Delete(done), Promote(done));
        if (undelivered.Count > 0)
            statements.Add(Save(undelivered));
        if (recovered)
            statements.Add(Hasten());
        if (attempts.Count > 0)
            statements.Add(Log(attempts));
        // Without rows before and now there is nothing that could be due.
        if (done.Count > 0 || undelivered.Count > 0 || recovered)
            statements.Add(Due());
        return statements;
    }

    NpgsqlBatchCommand Stand(WebhookStanding standing)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints SET position = {sql.Add(standing.Position)}, failures = {sql.Add((long)standing.Failures)},
                failing_since = {sql.Add(standing.FailingSince)}, warned = {sql.Add((bool?)standing.Warned)}
            WHERE {Held(sql)} RETURNING 1
            """
        );
    }

    NpgsqlBatchCommand Delete(List<PendingEvent> done)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            DELETE FROM webhook_deliveries
            WHERE endpoint_id = {sql.Add(endpoint.Id)} AND position = ANY({sql.Add([.. done.Select(e => e.Position)])})
                AND {Mine(sql)}
            """
        );
    }

    /// <summary>In each lane that has become shorter, the next one is tried.</summary>
    NpgsqlBatchCommand Promote(List<PendingEvent> done)
    {
        var sql = new Sql();
        var id = sql.Add(endpoint.Id);
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries d SET next_at = {sql.Add(now)}
            FROM (
                SELECT (
                    SELECT position FROM webhook_deliveries w
                    WHERE w.endpoint_id = {id} AND w.lane = l.lane ORDER BY w.position LIMIT 1) AS position
                FROM unnest({sql.Add([.. done.Select(e => e.Lane).Distinct()])}) AS l (lane)) head
            WHERE d.endpoint_id = {id} AND d.position = head.position AND d.next_at IS NULL AND NOT d.exhausted AND {Mine(sql)}
            """
        );
    }

    /// <summary>A replay may have put earlier rows into a lane meanwhile: then they come first.</summary>
    NpgsqlBatchCommand Save(IReadOnlyList<UndeliveredEvent> undelivered)
    {
        var sql = new Sql();
        var (id, time) = (sql.Add(endpoint.Id), sql.Add(now));
        var positions = sql.Add([.. undelivered.Select(e => e.Event.Position)]);
        var (events, types) = (sql.Add([.. undelivered.Select(e => e.Event.Id)]), sql.Add([.. undelivered.Select(e => e.Event.Type)]));
        var (lanes, tried) = (sql.Add([.. undelivered.Select(e => e.Event.Lane)]), sql.Add([.. undelivered.Select(e => e.Tried)]));
        var (first, next) = (sql.Add([.. undelivered.Select(e => e.FirstAt)]), sql.Add([.. undelivered.Select(e => e.NextAt)]));
        var exhausted = sql.Add([.. undelivered.Select(e => e.IsExhausted)]);
        var errors = sql.Add([.. undelivered.Select(e => e.Error)]);
        return sql.Statement(
            $"""
            INSERT INTO webhook_deliveries (endpoint_id, position, organization_id, id, event_id, type, lane, attempts, first_at,
                next_at, exhausted, error, created_at)
            SELECT {id}, position, {sql.Add(endpoint.Reach.OrganizationId)}, {DeliveryId(
                "event_id"
            )}, event_id, type, lane, tried, first_at,
                CASE WHEN NOT EXISTS (
                    SELECT FROM webhook_deliveries b WHERE b.endpoint_id = {id} AND b.lane = u.lane AND b.position < u.position)
                THEN next_at END, exhausted, error, {time}
            FROM unnest({positions}, {events}, {types}, {lanes}, {tried}, {first}, {next}, {exhausted}, {errors})
                AS u (position, event_id, type, lane, tried, first_at, next_at, exhausted, error)
            WHERE {Mine(sql)}
            ON CONFLICT (endpoint_id, position) DO UPDATE SET attempts = excluded.attempts, first_at = excluded.first_at,
                next_at = excluded.next_at, exhausted = excluded.exhausted, error = excluded.error
            """
        );
    }

    NpgsqlBatchCommand Hasten()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries SET next_at = {sql.Add(now)}
            WHERE (endpoint_id, position) IN (
                SELECT endpoint_id, position FROM webhook_deliveries
                WHERE endpoint_id = {sql.Add(endpoint.Id)} AND next_at > {sql.Add(now)} ORDER BY next_at LIMIT {MostAtOnce})
                AND {Mine(sql)}
            """
        );
    }

    NpgsqlBatchCommand Due()
    {
        var sql = new Sql();
        return sql.Statement($"UPDATE webhook_endpoints e SET due_at = {DueAt} WHERE {Held(sql)}");
    }

    /// <summary>When the endpoint <c>e</c> is to be tried next.</summary>
    public static readonly string DueAt = $"""
        CASE WHEN e.failures >= {WebhookTurn.MostFailures} THEN (
            SELECT next_at FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND next_at IS NOT NULL ORDER BY position LIMIT 1)
        ELSE (
            SELECT next_at FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND next_at IS NOT NULL ORDER BY next_at LIMIT 1)
        END
        """;

    NpgsqlBatchCommand Log(IReadOnlyList<WebhookAttempt> attempts)
    {
        var sql = new Sql();
        return LogStatement(sql, endpoint, attempts, $" AND {Mine(sql)}");
    }

    /// <summary>An attempt that is no part of a turn.</summary>
    public static NpgsqlBatchCommand Log(WebhookEndpoint endpoint, WebhookAttempt attempt) => LogStatement(new(), endpoint, [attempt], "");

    /// <summary>Without a partition for this month nothing is logged; all else must be written down all the same.</summary>
    static NpgsqlBatchCommand LogStatement(Sql sql, WebhookEndpoint endpoint, IReadOnlyList<WebhookAttempt> attempts, string condition)
    {
        var (ids, events) = (sql.Add([.. attempts.Select(a => a.Id)]), sql.Add([.. attempts.Select(a => a.EventId)]));
        var (types, numbers) = (sql.Add([.. attempts.Select(a => a.Type)]), sql.Add([.. attempts.Select(a => a.Attempt)]));
        var (statuses, errors) = (sql.Add([.. attempts.Select(a => a.Status)]), sql.Add([.. attempts.Select(a => a.Error)]));
        var answers = sql.Add([.. attempts.Select(a => a.Answer)]);
        var times = sql.Add([.. attempts.Select(a => a.Milliseconds)]);
        var positions = sql.Add([.. attempts.Select(a => a.Position)]);
        // Receivers may repeat what was sent to them, and while it was under way, the person may have been purged.
        return sql.Statement(
            $"""
            INSERT INTO webhook_attempts (endpoint_id, organization_id, id, event_id, type, attempt, succeeded, status, error, answer,
                milliseconds)
            SELECT {sql.Add(endpoint.Id)}, {sql.Add(
                endpoint.Reach.OrganizationId
            )}, id, event_id, type, attempt, error IS NULL, status, error,
                CASE WHEN answer IS NULL OR EXISTS (
                    SELECT FROM events v
                    WHERE v.position = a.position AND v.id = a.event_id AND v.type = '{EventType.UserPurged}')
                THEN NULL ELSE answer END, milliseconds
            FROM unnest({ids}, {events}, {types}, {numbers}, {statuses}, {errors}, {answers}, {times}, {positions})
                AS a (id, event_id, type, attempt, status, error, answer, milliseconds, position)
            WHERE to_regclass('webhook_attempts_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')) IS NOT NULL{condition}
            """
        );
    }

    /// <summary>An id that sorts nearly as the events do: the time of the event's id, and chance.</summary>
    public static string DeliveryId(string eventId) => $"(left({eventId}::text, 18) || right(gen_random_uuid()::text, 18))::uuid";

    /// <summary>The server still has the right to send.</summary>
    string Held(Sql sql) => $"id = {sql.Add(endpoint.Id)} AND lease = {sql.Add(lease)}";

    string Mine(Sql sql) => $"EXISTS (SELECT FROM webhook_endpoints WHERE {Held(sql)})";
}
