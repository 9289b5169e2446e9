using System.Text.Json.Nodes;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>An event about a person or a group, as it was told.</summary>
/// <param name="Body">The whole event.</param>
sealed record ToldEvent(long Position, string Type, JsonObject Body)
{
    public DateTimeOffset At { get; } = (DateTimeOffset)Body["timestamp"]!;

    /// <summary>What it tells; <c>null</c>: it was erased.</summary>
    public JsonNode? Data => Body["data"];

    /// <summary>One of the constants of <see cref="EventCause"/>.</summary>
    public string? Cause => (string?)Body["cause"]?["kind"];

    public string? RequestId => (string?)Body["cause"]?["requestId"];

    /// <summary>What differs from the event before, by the names of the application.</summary>
    public IEnumerable<string> Changes => Data?["changes"]?.AsArray().Select(name => (string)name!) ?? [];
}

/// <summary>Reads what was told of single people and groups, by the index <c>events_object</c>.</summary>
static class ObjectEvents
{
    /// <summary>The newest first, as far as they are kept and but those of snapshots; for <see cref="ReadAsync"/>.</summary>
    /// <param name="before">Below this position; <c>null</c>: from the newest on.</param>
    public static NpgsqlBatchCommand Newest(Guid connection, Guid id, long? before, int most)
    {
        var sql = new Sql();
        var older = before is { } position ? $" AND position < {sql.Add(position)}" : "";
        return sql.Statement(
            $"""
            SELECT position, type, body FROM events
            WHERE connection_id = {sql.Add(connection)} AND object_id = {sql.Add(id)}{older} AND {IsFirstTime}
            ORDER BY position DESC LIMIT {sql.Add((long)most)}
            """
        );
    }

    /// <summary>
    /// The last one up to a time, and the first one of all that are kept, if it is another one; for <see cref="ReadAsync"/>.
    /// </summary>
    public static NpgsqlBatchCommand UpTo(Guid connection, Guid id, DateTimeOffset at)
    {
        var sql = new Sql();
        var source = $"SELECT position, type, body FROM events WHERE connection_id = {sql.Add(connection)} AND object_id = {sql.Add(id)}";
        return sql.Statement(
            $"""
            (SELECT * FROM ({source} AND {IsFirstTime}) e
                WHERE substring(body FROM '"timestamp":"([^"]+)"')::timestamptz <= {sql.Add(at)} ORDER BY position DESC LIMIT 1)
            UNION
            ({source} ORDER BY position LIMIT 1)
            ORDER BY position DESC
            """
        );
    }

    /// <summary>The SCIM resources that a person has had, as far as the last events tell.</summary>
    public static NpgsqlBatchCommand ResourcesOf(Guid connection, Guid person)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT DISTINCT substring(body FROM '"resourceId":"([0-9a-f-]+)"')::uuid FROM (
                SELECT body FROM events WHERE connection_id = {sql.Add(connection)} AND object_id = {sql.Add(person)}
                ORDER BY position DESC LIMIT 200) e
            WHERE body LIKE '%"resourceId":"%'
            """
        );
    }

    public static async Task<List<ToldEvent>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var events = new List<ToldEvent>();
        while (await rows.ReadAsync(ct))
            events.Add(new(rows.GetInt64(0), rows.GetString(1), (JsonObject)JsonNode.Parse(rows.GetString(2))!));
        return events;
    }

    /// <summary>The head of an event is written by <see cref="EventLog"/>, without blanks.</summary>
    const string IsFirstTime = """body LIKE '%"snapshotId":null%'""";
}
