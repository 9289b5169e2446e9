using System.Text.Json.Nodes;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Changes;

/// <summary>A change of a resource, with what changed.</summary>
/// <param name="Details">As the change log has it; <c>null</c>: too long to be shown, only members are so.</param>
/// <param name="Added">Members that came, where the details are too long.</param>
/// <param name="Removed">Members that went, where the details are too long.</param>
sealed record ResourceChange(
    ChangePosition Position,
    string Type,
    Guid ResourceId,
    long Version,
    JsonArray? Details,
    long Added,
    long Removed,
    string RequestId,
    string Actor,
    DateTimeOffset At
)
{
    /// <summary>Whether the attribute of that path, such as <c>active</c>, got a value.</summary>
    public bool Changes(string path) => Details?.Any(change => (string?)change!["path"] == path) is true;
}

/// <summary>When, by which request and by whom something was changed last.</summary>
readonly record struct LastChange(DateTimeOffset At, string? RequestId, string? Actor);

/// <summary>Reads the change log of single resources, by the index <c>changes_resource</c>.</summary>
static class ResourceChanges
{
    const string Columns = $"""
        transaction_id, sequence, type, resource_id, version,
        CASE WHEN pg_column_size(changes) <= {Limit} THEN changes::text END,
        CASE WHEN pg_column_size(changes) > {Limit} THEN (
            SELECT coalesce(sum(jsonb_array_length(c -> 'added')), 0) FROM jsonb_array_elements(changes) c WHERE c ? 'added') END,
        CASE WHEN pg_column_size(changes) > {Limit} THEN (
            SELECT coalesce(sum(jsonb_array_length(c -> 'removed')), 0) FROM jsonb_array_elements(changes) c WHERE c ? 'removed') END,
        request_id, actor, occurred_at
        """;

    /// <summary>Changes of a resource that are looked through for the last one of each path.</summary>
    const int MostLookedThrough = 10_000;

    /// <summary>Longer details, in bytes as they are stored, are counted only.</summary>
    const string Limit = "20000";

    /// <summary>The newest first, for <see cref="ReadAsync"/>.</summary>
    /// <param name="before">Older ones than this; <c>null</c>: from the newest on.</param>
    public static NpgsqlBatchCommand Newest(Guid connection, Guid[] resources, ChangePosition? before, int most)
    {
        var sql = new Sql();
        var older = before is { } place
            ? $" AND (transaction_id, sequence) < ({sql.Add(place.TransactionId)}, {sql.Add(place.Sequence)})"
            : "";
        return sql.Statement(
            $"""
            SELECT {Columns} FROM changes
            WHERE connection_id = {sql.Add(connection)} AND {sql.IsAny("resource_id", resources)}{older}
            ORDER BY transaction_id DESC, sequence DESC LIMIT {sql.Add((long)most)}
            """
        );
    }

    /// <summary>For each path the time, request and actor of its last change; for <see cref="ReadLastAsync"/>.</summary>
    public static NpgsqlBatchCommand LastOfEach(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT DISTINCT ON (path) path, occurred_at, request_id, actor FROM (
                SELECT c ->> 'path' AS path, transaction_id, sequence, occurred_at, request_id, actor
                FROM (
                    SELECT * FROM changes WHERE connection_id = {sql.Add(connection)} AND {sql.IsAny("resource_id", resources)}
                    ORDER BY transaction_id DESC, sequence DESC LIMIT {MostLookedThrough}) newest,
                    jsonb_array_elements(newest.changes) c) f
            ORDER BY path, transaction_id DESC, sequence DESC
            """
        );
    }

    public static async Task<Dictionary<string, LastChange>> ReadLastAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var last = new Dictionary<string, LastChange>();
        while (await rows.ReadAsync(ct))
            last[rows.GetString(0)] = new(rows.GetFieldValue<DateTimeOffset>(1), rows.GetString(2), rows.GetString(3));
        return last;
    }

    public static async Task<List<ResourceChange>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var changes = new List<ResourceChange>();
        while (await rows.ReadAsync(ct))
            changes.Add(
                new(
                    new(rows.GetFieldValue<ulong>(0), rows.GetInt64(1)),
                    rows.GetString(2),
                    rows.GetGuid(3),
                    rows.GetInt64(4),
                    rows.IsDBNull(5) ? null : (JsonArray)JsonNode.Parse(rows.GetString(5))!,
                    rows.IsDBNull(6) ? 0 : (long)rows.GetDecimal(6),
                    rows.IsDBNull(7) ? 0 : (long)rows.GetDecimal(7),
                    rows.GetString(8),
                    rows.GetString(9),
                    rows.GetFieldValue<DateTimeOffset>(10)
                )
            );
        return changes;
    }
}
