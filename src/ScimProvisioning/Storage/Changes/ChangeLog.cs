using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Changes;

/// <summary>
/// The only writer of the table <c>changes</c>, for one statement. The statement that changes something also inserts what it changed:
/// neither can be committed without the other, and both cost one round trip.
/// </summary>
/// <param name="sql">The statement that the values are added to.</param>
/// <param name="connectionId">The connection whose directory changes.</param>
/// <param name="requestId">The request that asked for the change.</param>
/// <param name="actor">The token, admin or job that asked for it, such as <c>token:{id}</c>.</param>
/// <param name="at">When it happens.</param>
sealed class ChangeLog(Sql sql, Guid connectionId, string requestId, string actor, DateTimeOffset at)
{
    /// <summary>
    /// How actors begin that are the server itself, while it tests whether identity providers can reach it. What they do is in no run, and
    /// is told to nobody.
    /// </summary>
    public const string SelfTestActor = "self-test:";

    /// <summary>No details: the type says it all.</summary>
    public const string Nothing = "'[]'::jsonb";

    /// <summary>For <see cref="Members"/>.</summary>
    public const string NoIds = "'{}'::uuid[]";

    readonly string _requestId = sql.Add(requestId);
    readonly string _actor = sql.Add(actor);

    /// <summary>The connection as a parameter of the statement.</summary>
    public string ConnectionParameter { get; } = sql.Add(connectionId);

    /// <summary>The time of the change as a parameter of the statement.</summary>
    public string TimeParameter { get; } = sql.Add(at);

    /// <summary>A JSON array with the one entry that tells which members came and went. Both are SQL expressions: arrays of ids.</summary>
    public static string Members(string added, string removed) =>
        $"jsonb_build_array(jsonb_build_object('path', 'members', 'added', to_jsonb({added}), 'removed', to_jsonb({removed})))";

    /// <summary>
    /// The tables <c>change</c> and <c>member</c> of a statement: the ids, as text, of the members that <see cref="Members"/> has told of.
    /// </summary>
    /// <param name="changes">SQL expression: the details of an entry.</param>
    public static string SelectMembers(string changes) =>
        $"jsonb_array_elements({changes}) change, "
        + "jsonb_array_elements_text(coalesce(change -> 'added', '[]') || coalesce(change -> 'removed', '[]')) member";

    /// <summary>The members that <see cref="Members"/> has told of.</summary>
    /// <param name="details">The JSON of an entry.</param>
    public static IEnumerable<Guid> MembersIn(string details) =>
        JsonNode
            .Parse(details)!
            .AsArray()
            .Where(change => (string?)change!["path"] == "members")
            .SelectMany(change => ((JsonArray)change!["added"]!).Concat((JsonArray)change["removed"]!))
            .Select(id => Guid.Parse((string)id!));

    /// <summary>The end of the statement, which may go on with RETURNING.</summary>
    /// <param name="rows">Made by <see cref="Rows"/> or <see cref="RowsOfDeleted"/>.</param>
    public static string Insert(params IEnumerable<string> rows) =>
        "INSERT INTO changes (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)\n"
        + string.Join("\nUNION ALL ", rows);

    /// <summary>One row for each row of <paramref name="from"/>. But for the type, all are SQL expressions.</summary>
    /// <param name="changes">A JSON array, as <see cref="DocumentChanges"/> and <see cref="Members"/> make them.</param>
    /// <param name="from">Tables of the statement; <c>null</c> for one row.</param>
    public string Rows(ChangeType type, string resourceType, string id, string version, string changes, string? from = null) =>
        Select(sql.Add(type.Name), resourceType, id, version, changes, from);

    /// <summary>The same for resources of several types that were deleted.</summary>
    public string RowsOfDeleted(string resourceType, string id, string version, string from) =>
        Select(ChangeType.DeletedSql(resourceType), resourceType, id, version, Nothing, from);

    /// <summary>
    /// Appends a change of the connection itself, which makes its next version. From these statements on, the transaction sees the
    /// directory of the connection.
    /// </summary>
    public static IReadOnlyList<NpgsqlBatchCommand> Append(
        Connection connection,
        ChangeType type,
        JsonArray changes,
        string requestId,
        string actor,
        DateTimeOffset at
    )
    {
        connection.Version++;
        var sql = new Sql();
        var log = new ChangeLog(sql, connection.Id, requestId, actor, at);
        var row = log.Rows(
            type,
            sql.Add(nameof(Connection)),
            log.ConnectionParameter,
            sql.Add(connection.Version),
            sql.AddJson(ScimJson.Utf8(changes))
        );
        return [RawStatements.Confine(connection.Id), sql.Statement(Insert(row))];
    }

    string Select(string type, string resourceType, string id, string version, string changes, string? from) =>
        $"SELECT {ConnectionParameter}, {type}, {resourceType}, {id}, {version}, {changes}, {_requestId}, {_actor}, {TimeParameter}"
        + (from is null ? "" : $" FROM {from}");
}
