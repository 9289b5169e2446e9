using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>What made an event.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="RequestId">The request that asked for it; <c>null</c>: it is not known any more.</param>
/// <param name="RunId">The run of the identity provider that the request was part of.</param>
sealed record EventCause(string Kind, string? RequestId, string? RunId = null)
{
    public const string Scim = "scim";
    public const string Admin = "admin";
    public const string App = "app";
    public const string OfRebuild = "rebuild";
    public const string OfSnapshot = "snapshot";
    public const string OfReconciliation = "reconciliation";

    /// <summary>Somebody was deleted for so long that he is not kept any more.</summary>
    public const string OfRetention = "retention";

    /// <summary>The server by itself.</summary>
    public const string OfServer = "server";
}

/// <summary>Something that the application is told.</summary>
/// <param name="Id">Stays the same whenever the event is sent again.</param>
/// <param name="Type">The name of an <see cref="EventType"/>.</param>
/// <param name="Object">The person, group or connection that it is about.</param>
/// <param name="Version">The version of the object after it.</param>
/// <param name="Data">JSON as the type of the event says: as text, since a batch holds very many.</param>
/// <param name="SnapshotId">The snapshot that it is part of; <c>null</c>: it is told for the first time.</param>
sealed record NewEvent(
    Guid Id,
    string Type,
    Guid Object,
    long Version,
    DateTimeOffset At,
    EventCause Cause,
    bool InitialLoad,
    string Data,
    Guid? SnapshotId = null
);

/// <summary>
/// The only writer of the table <c>events</c>. Positions are drawn under one lock for the whole database, so that they are in the order of
/// the commits and a reader of the feed that has seen one position has seen all before it. So these are the last statements of a
/// transaction, and the bodies are ready before.
/// </summary>
static class EventLog
{
    /// <summary>Key of the advisory lock.</summary>
    const long Lock = 0x5C1_E7E2;

    /// <summary>The statements, to be run last; none when there are no events.</summary>
    /// <param name="connection"><c>null</c>, as the organization, for what belongs to no connection.</param>
    public static IEnumerable<NpgsqlBatchCommand> Append(Guid? connection, Guid? organization, IReadOnlyList<NewEvent> events)
    {
        if (events.Count == 0)
            yield break;
        // Before the statement that draws the positions: its snapshot and its numbers come after the lock.
        yield return new($"SELECT pg_advisory_xact_lock({Lock})");
        var sql = new Sql();
        var (connectionId, organizationId) = (sql.Add(connection), sql.Add(organization));
        var (ids, types) = (sql.Add([.. events.Select(e => e.Id)]), sql.Add([.. events.Select(e => e.Type)]));
        var (objects, versions) = (sql.Add([.. events.Select(e => e.Object)]), sql.Add([.. events.Select(e => e.Version)]));
        var heads = sql.Add([.. events.Select(Head)]);
        var tails = sql.Add([.. events.Select(e => Tail(e, connection, organization))]);
        yield return sql.Statement(
            $"""
            WITH numbered AS MATERIALIZED (
                SELECT nextval('events_position') AS position, e.* FROM (
                    SELECT * FROM unnest({ids}, {types}, {objects}, {versions}, {heads}, {tails})
                        WITH ORDINALITY AS t (id, type, object_id, version, head, tail, place)
                    ORDER BY place) e
            )
            INSERT INTO events (position, connection_id, organization_id, id, type, object_id, version, body)
            SELECT position, {connectionId}, {organizationId}, id, type, object_id, version,
                head || (SELECT epoch FROM event_log) || '-' || position || tail
            FROM numbered
            """
        );
    }

    /// <summary>The body up to the position, which only the database knows.</summary>
    static string Head(NewEvent e) => $"{{\"id\":\"{e.Id}\",\"position\":\"";

    static string Tail(NewEvent e, Guid? connection, Guid? organization)
    {
        var rest = new JsonObject
        {
            ["type"] = e.Type,
            ["timestamp"] = PersonJson.Time(e.At),
            ["organizationId"] = organization,
            ["connectionId"] = connection,
            ["initialLoad"] = e.InitialLoad,
            ["snapshotId"] = e.SnapshotId,
            ["cause"] = new JsonObject
            {
                ["kind"] = e.Cause.Kind,
                ["requestId"] = e.Cause.RequestId,
                ["runId"] = e.Cause.RunId,
            },
        };
        return $"\",{ScimJson.Text(rest)[1..^1]},\"data\":{e.Data}}}";
    }
}
