using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Whose events an endpoint gets: those of one connection, of one organization, or all.</summary>
sealed record WebhookReach(Guid? OrganizationId, Guid? ConnectionId);

/// <summary>The secrets of an endpoint as they are stored.</summary>
/// <param name="Previous">The one before, with which is signed too until <paramref name="PreviousUntil"/>.</param>
sealed record SealedSecrets(byte[] Current, byte[]? Previous, DateTimeOffset? PreviousUntil);

/// <summary>A row of <c>webhook_endpoints</c>.</summary>
/// <param name="Types">The types of events that it gets; <c>null</c>: all.</param>
/// <param name="ReachesPrivate">Whether its address may lead into private networks.</param>
/// <param name="Position">The last event that was sent, or has got a row in <c>webhook_deliveries</c>.</param>
/// <param name="Failures">In a row.</param>
/// <param name="FailingSince">Nothing has succeeded since; <c>null</c>: the last attempt has.</param>
/// <param name="Warned">Whether operators were told that it is failing.</param>
/// <param name="FirstPosition">It gets the events after this; <c>null</c>: it is older than the column.</param>
sealed record WebhookEndpoint(
    Guid Id,
    WebhookReach Reach,
    string Url,
    string? Description,
    string[]? Types,
    string Payload,
    string Order,
    bool ReachesPrivate,
    string State,
    string? DisabledReason,
    SealedSecrets Secrets,
    long Position,
    int Failures,
    DateTimeOffset? FailingSince,
    bool Warned,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    long? FirstPosition = null
)
{
    public const string Active = "active";
    public const string Disabled = "disabled";
    public const string Full = "full";
    public const string Thin = "thin";
    public const string ByObject = "object";
    public const string ByConnection = "connection";

    public const string Columns = """
        e.id, e.organization_id, e.connection_id, e.url, e.description, e.types, e.payload, e.ordering, e.reaches_private, e.state,
        e.disabled_reason, e.secret, e.previous_secret, e.previous_until, e.position, e.failures, e.failing_since, e.warned, e.created_at,
        e.created_by, e.first_position
        """;

    /// <summary>Whether all its events are one after the other: one that waits then holds back all.</summary>
    public bool HasOneLane => Order == ByConnection && Reach.ConnectionId is not null;

    /// <summary>It is due at once: events may be told between this statement and its commit.</summary>
    public NpgsqlBatchCommand Insert()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO webhook_endpoints AS e (id, organization_id, connection_id, url, description, types, payload, ordering,
                reaches_private, state, secret, position, first_position, due_at, created_at, created_by)
            VALUES ({sql.Add(Id)}, {sql.Add(Reach.OrganizationId)}, {sql.Add(Reach.ConnectionId)}, {sql.Add(Url)}, {sql.Add(Description)},
                {AddTypes(sql)}, {sql.Add(Payload)}, {sql.Add(Order)}, {sql.Add((bool?)ReachesPrivate)}, {sql.Add(State)},
                {sql.Add(Secrets.Current)}, {EventsEnd.Number}, {EventsEnd.Number}, {sql.Add(CreatedAt)}, {sql.Add(
                CreatedAt
            )}, {sql.Add(CreatedBy)})
            RETURNING {Columns}
            """
        );
    }

    /// <summary>
    /// Writes what an admin may change. With another order, what is under way in the old one does not count, and is sent again when the
    /// lease has run out.
    /// </summary>
    public NpgsqlBatchCommand Update()
    {
        var sql = new Sql();
        var order = sql.Add(Order);
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints SET url = {sql.Add(Url)}, description = {sql.Add(Description)}, types = {AddTypes(sql)},
                payload = {sql.Add(Payload)}, ordering = {order}, lease = CASE WHEN ordering = {order} THEN lease END,
                reaches_private = {sql.Add((bool?)ReachesPrivate)},
                secret = {sql.Add(Secrets.Current)}, previous_secret = {sql.Add(Secrets.Previous)},
                previous_until = {sql.Add(Secrets.PreviousUntil)}, state = {sql.Add(State)}, disabled_reason = {sql.Add(DisabledReason)}
            WHERE id = {sql.Add(Id)}
            """
        );
    }

    /// <summary>Deletes it and what waits for it.</summary>
    public NpgsqlBatchCommand Delete()
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM webhook_endpoints WHERE id = {sql.Add(Id)}");
    }

    /// <summary>Begins anew: what has failed, also what was tried often enough, is tried now.</summary>
    public NpgsqlBatchCommand[] Enable(DateTimeOffset now)
    {
        var endpoint = new Sql();
        return
        [
            Retry("next_at IS NOT NULL", now),
            Retry("exhausted", now),
            WebhookDelivery.Settle(Id),
            endpoint.Statement(
                $"""
                UPDATE webhook_endpoints SET state = '{Active}', disabled_reason = NULL, failures = 0, failing_since = NULL, warned = false,
                    due_at = {endpoint.Add(now)}
                WHERE id = {endpoint.Add(Id)}
                """
            ),
        ];
    }

    NpgsqlBatchCommand Retry(string condition, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_deliveries SET attempts = 0, first_at = NULL, exhausted = false, next_at = {sql.Add(now)}
            WHERE (endpoint_id, position) IN (
                SELECT endpoint_id, position FROM webhook_deliveries
                WHERE endpoint_id = {sql.Add(Id)} AND {condition} ORDER BY position LIMIT {WebhookResults.MostAtOnce})
            """
        );
    }

    /// <param name="isLocked">For a change: admins change it one after the other.</param>
    public static NpgsqlBatchCommand Read(Guid id, bool isLocked = false)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM webhook_endpoints e WHERE id = {sql.Add(id)}{(isLocked ? " FOR NO KEY UPDATE" : "")}");
    }

    public static NpgsqlBatchCommand Page(Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT {Columns} FROM webhook_endpoints e WHERE id > {sql.Add(after)} ORDER BY id LIMIT {sql.Add((long)most)}"
        );
    }

    /// <summary>All secrets, for the server itself.</summary>
    public static NpgsqlBatchCommand All() => new($"SELECT {Columns} FROM webhook_endpoints e ORDER BY id");

    /// <summary>Puts secrets that were sealed anew in the place of those that were read.</summary>
    public NpgsqlBatchCommand Reseal(SealedSecrets anew)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE webhook_endpoints SET secret = {sql.Add(anew.Current)}, previous_secret = {sql.Add(anew.Previous)}
            WHERE id = {sql.Add(Id)} AND secret = {sql.Add(Secrets.Current)}
            """
        );
    }

    public static async Task<List<WebhookEndpoint>> ReadAllAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<WebhookEndpoint>();
        while (await rows.ReadAsync(ct))
            read.Add(Of(rows));
        return read;
    }

    static WebhookEndpoint Of(NpgsqlDataReader rows) =>
        new(
            rows.GetGuid(0),
            new(Optional<Guid>(rows, 1), Optional<Guid>(rows, 2)),
            rows.GetString(3),
            rows.IsDBNull(4) ? null : rows.GetString(4),
            rows.IsDBNull(5) ? null : rows.GetFieldValue<string[]>(5),
            rows.GetString(6),
            rows.GetString(7),
            rows.GetBoolean(8),
            rows.GetString(9),
            rows.IsDBNull(10) ? null : rows.GetString(10),
            new(
                rows.GetFieldValue<byte[]>(11),
                rows.IsDBNull(12) ? null : rows.GetFieldValue<byte[]>(12),
                Optional<DateTimeOffset>(rows, 13)
            ),
            rows.GetInt64(14),
            rows.GetInt32(15),
            Optional<DateTimeOffset>(rows, 16),
            rows.GetBoolean(17),
            rows.GetFieldValue<DateTimeOffset>(18),
            rows.GetString(19),
            Optional<long>(rows, 20)
        );

    static T? Optional<T>(NpgsqlDataReader rows, int column)
        where T : struct => rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);

    string AddTypes(Sql sql) => Types is null ? "NULL" : sql.Add([.. Types.Select(type => (string?)type)]);
}
