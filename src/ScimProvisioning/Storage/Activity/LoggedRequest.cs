using System.Buffers.Binary;
using System.Globalization;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>A row of the table <c>requests</c>: a SCIM request, or an operation of a bulk request.</summary>
/// <param name="OccurredAt">When it came, by the clock of the database.</param>
/// <param name="ResourceType">The name of the type.</param>
/// <param name="Subject">The name of the resource, or what was looked for.</param>
/// <param name="Found">How many resources a list has found.</param>
/// <param name="Actor">The credential, as the change log has it; <c>null</c>: the login was refused.</param>
/// <param name="Body">Of a write that was refused or failed: JSON, perhaps cut.</param>
sealed record LoggedRequest(
    Guid ConnectionId,
    Guid Id,
    DateTimeOffset OccurredAt,
    string Method,
    RequestOperation Operation,
    string? ResourceType,
    Guid? ResourceId,
    string? ExternalId,
    string? Subject,
    int Status,
    RequestOutcome Outcome,
    long? Found,
    string? ScimType,
    string? Detail,
    int Milliseconds,
    string? Actor,
    string? Address,
    string? Agent,
    string RequestId,
    string? Body
)
{
    /// <summary>The columns of <see cref="ReadAsync"/>.</summary>
    public const string Columns = """
        connection_id, id, occurred_at, method, operation, resource_type, resource_id, external_id, subject, status, outcome, found,
        scim_type, detail, milliseconds, actor, address, agent, request_id, body
        """;

    /// <summary>A condition on a row: an identity provider has sent it and was let in.</summary>
    public const string IsOfProvider = $"actor IS NOT NULL AND actor NOT LIKE '{ChangeLog.SelfTestActor}%'";

    /// <summary>Requests that are looked through for those that were turned away.</summary>
    const int MostTurnedAway = 1_000;

    /// <summary>Requests that are answered so were perhaps not looked at.</summary>
    static readonly int[] TurnedAwayStatuses = [403, 429, 503];

    /// <summary>The server has tested itself.</summary>
    public bool IsSelfTest => Actor?.StartsWith(ChangeLog.SelfTestActor, StringComparison.Ordinal) is true;

    /// <summary>Stores rows, except those of connections that are gone.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<LoggedRequest> rows)
    {
        var sql = new Sql();
        string[] values =
        [
            sql.Add([.. rows.Select(row => row.ConnectionId)]),
            sql.Add([.. rows.Select(row => row.Id)]),
            sql.Add([.. rows.Select(row => row.OccurredAt)]),
            sql.Add([.. rows.Select(row => row.Method)]),
            sql.Add([.. rows.Select(row => WireName.Of(row.Operation))]),
            sql.Add([.. rows.Select(row => row.ResourceType)]),
            sql.Add([.. rows.Select(row => row.ResourceId)]),
            sql.Add([.. rows.Select(row => row.ExternalId)]),
            sql.Add([.. rows.Select(row => row.Subject)]),
            sql.Add([.. rows.Select(row => row.Status)]),
            sql.Add([.. rows.Select(row => WireName.Of(row.Outcome))]),
            sql.Add([.. rows.Select(row => row.Found)]),
            sql.Add([.. rows.Select(row => row.ScimType)]),
            sql.Add([.. rows.Select(row => row.Detail)]),
            sql.Add([.. rows.Select(row => row.Milliseconds)]),
            sql.Add([.. rows.Select(row => row.Actor)]),
            sql.Add([.. rows.Select(row => row.Address)]),
            sql.Add([.. rows.Select(row => row.Agent)]),
            sql.Add([.. rows.Select(row => row.RequestId)]),
            sql.Add([.. rows.Select(row => row.Body)]),
            sql.Add([.. rows.Select(row => KeyOf(row.Subject))]),
        ];
        return sql.Statement(
            $"""
            INSERT INTO requests ({Columns}, subject_key, organization_id, is_personal)
            SELECT r.*, c.organization_id,
                r.external_id IS NOT NULL OR r.subject IS NOT NULL OR r.detail IS NOT NULL OR r.body IS NOT NULL
            FROM unnest({string.Join(", ", values)}) AS r ({Columns}, subject_key) JOIN connections c ON c.id = r.connection_id
            """
        );
    }

    /// <summary>The newest first.</summary>
    public static NpgsqlBatchCommand Page(Guid connection, RequestFilter filter, RequestPlace? before, int most)
    {
        var sql = new Sql();
        var until = before?.OccurredAt < filter.Until ? before.Value.OccurredAt.AddMilliseconds(1) : filter.Until;
        // Literals, so that only the months in question are opened.
        var condition =
            $"connection_id = {sql.Add(connection)} AND occurred_at >= {TimeLiteral.Of(filter.Since)} "
            + $"AND occurred_at < {TimeLiteral.Of(until)}";
        if (before is { } place)
            condition += $" AND (occurred_at, id) < ({sql.Add(place.OccurredAt)}, {sql.Add(place.Id)})";
        if (filter.Status is { } status)
            condition += string.Create(CultureInfo.InvariantCulture, $" AND status = {status}");
        if (KeyOf(filter.Subject) is { } subject)
            condition += $" AND subject_key = {sql.Add(subject)}";
        if (filter.ResourceId is { } resource)
            condition += $" AND resource_id = {sql.Add(resource)}";
        if (filter.RequestId is { Length: > 0 } request)
            condition += $" AND request_id = {sql.Add(request)}";
        if (filter.OnlyLoggedIn)
            condition += $" AND {IsOfProvider}";
        var end = $"ORDER BY occurred_at DESC, id DESC LIMIT {most}";
        if (filter.Outcomes.Count == 0)
            return sql.Statement($"SELECT {Columns} FROM requests WHERE {condition} {end}");
        // Each from the index, and then the newest of all. As literals, so that PostgreSQL knows how rare they are.
        var parts = filter
            .Outcomes.Distinct()
            .Select(outcome => $"(SELECT {Columns} FROM requests WHERE {condition} AND outcome = '{WireName.Of(outcome)}' {end})");
        return sql.Statement($"SELECT {Columns} FROM ({string.Join(" UNION ALL ", parts)}) r {end}");
    }

    /// <summary>
    /// Writes, and the look-ups before them, that were answered before anybody looked at whom they were about: refused (403), too many
    /// (429), paused (503). The newest first.
    /// </summary>
    public static NpgsqlBatchCommand TurnedAway(Guid connection, DateTimeOffset since)
    {
        var sql = new Sql();
        // Each from the index of statuses.
        var parts = TurnedAwayStatuses.Select(status =>
            $"(SELECT {Columns} FROM requests WHERE connection_id = {sql.Add(connection)} AND status = {status} "
            + $"AND occurred_at >= {TimeLiteral.Of(since)} AND subject IS NULL AND resource_id IS NULL AND {IsOfProvider} "
            + $"AND (method <> 'GET' OR operation = '{WireName.Of(RequestOperation.Find)}') "
            + $"ORDER BY occurred_at DESC LIMIT {MostTurnedAway})"
        );
        return sql.Statement($"SELECT {Columns} FROM ({string.Join(" UNION ALL ", parts)}) r ORDER BY occurred_at DESC");
    }

    public static async Task<List<LoggedRequest>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<LoggedRequest>();
        while (await rows.ReadAsync(ct))
            read.Add(Read(rows));
        return read;
    }

    static LoggedRequest Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetFieldValue<DateTimeOffset>(2),
            row.GetString(3),
            OperationOf(row.GetString(4)),
            Text(row, 5),
            row.IsDBNull(6) ? null : row.GetGuid(6),
            Text(row, 7),
            Text(row, 8),
            row.GetInt32(9),
            OutcomeOf(row.GetString(10)),
            row.IsDBNull(11) ? null : row.GetInt64(11),
            Text(row, 12),
            Text(row, 13),
            row.GetInt32(14),
            Text(row, 15),
            Text(row, 16),
            Text(row, 17),
            row.GetString(18),
            Text(row, 19)
        );

    /// <summary>How subjects are compared: letter case does not count.</summary>
    static string? KeyOf(string? subject) => string.IsNullOrEmpty(subject) ? null : Scim.CaseFolding.Fold(subject);

    /// <summary>As it is stored; one that only a newer server knows is the one that says least.</summary>
    public static RequestOperation OperationOf(string name) =>
        WireName.TryParse(name, out RequestOperation value) ? value : RequestOperation.Other;

    /// <inheritdoc cref="OperationOf"/>
    public static RequestOutcome OutcomeOf(string name) =>
        WireName.TryParse(name, out RequestOutcome value) ? value : RequestOutcome.Unchanged;

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>Which requests are asked for. What is <c>null</c> excludes none.</summary>
/// <param name="Outcomes">Any of these; none: all.</param>
/// <param name="OnlyLoggedIn">Without those whose login was refused, and those of self-tests.</param>
sealed record RequestFilter(
    DateTimeOffset Since,
    DateTimeOffset Until,
    IReadOnlyList<RequestOutcome> Outcomes,
    int? Status = null,
    string? Subject = null,
    Guid? ResourceId = null,
    string? RequestId = null,
    bool OnlyLoggedIn = false
);

/// <summary>The place of a request in the order of the log.</summary>
readonly record struct RequestPlace(DateTimeOffset OccurredAt, Guid Id)
{
    /// <summary>An id begins with the time (RFC 9562 §5.7).</summary>
    public static RequestPlace Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16 & 0xFFFF_FFFF_FFFF;
        // Of an id that was made up, too.
        return new(DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, Latest)), id);
    }

    /// <summary>The end of the calendar.</summary>
    static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
