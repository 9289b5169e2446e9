using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Changes;

/// <summary>A resource as it was at a moment.</summary>
/// <param name="Document">Without <c>schemas</c> and what is never returned; <c>null</c>: it was not there.</param>
/// <param name="KnownSince">What was before is not known any more; <c>null</c>: all is known.</param>
/// <param name="WasLost">It was deleted after that moment: its members went without an entry.</param>
/// <param name="Last">The last change up to that moment; <c>null</c>: it is not known any more.</param>
sealed record PastState(JsonObject? Document, DateTimeOffset? KnownSince, bool WasLost, LastChange? Last)
{
    /// <summary>A present resource, for <see cref="ReadAsync"/>: its type, its document and whether it is deleted.</summary>
    public static NpgsqlBatchCommand Present(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT attributes::text, deleted_at IS NOT NULL FROM resources
            WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}
            """
        );
    }

    /// <summary>
    /// The changes of a resource since a moment, the last one before it, and the first one of all that are kept: the newest first, and
    /// without those that were only about members.
    /// </summary>
    public static NpgsqlBatchCommand Changes(Guid connection, Guid id, DateTimeOffset at)
    {
        var sql = new Sql();
        var moment = sql.Add(at);
        // What is older is passed over unread: a group may have very many changes, and each may be long.
        var changes = $"""
            SELECT type, document, request_id, actor, occurred_at, transaction_id, sequence FROM (
                SELECT *, (SELECT jsonb_agg(c) FROM jsonb_array_elements(changes) c WHERE NOT c ? 'added') AS document
                FROM changes WHERE connection_id = {sql.Add(connection)} AND resource_id = {sql.Add(id)}) c
            WHERE (document IS NOT NULL OR changes = '[]')
            """;
        return sql.Statement(
            $"""
            SELECT type, document::text, request_id, actor, occurred_at FROM (
                ({changes} AND occurred_at > {moment})
                UNION ({changes} AND occurred_at <= {moment} ORDER BY transaction_id DESC, sequence DESC LIMIT 1)
                UNION ({changes} ORDER BY transaction_id, sequence LIMIT 1)) found
            ORDER BY transaction_id DESC, sequence DESC
            """
        );
    }

    /// <summary>Undoes what has changed since the moment.</summary>
    /// <param name="rows">The answers to <see cref="Present"/> and <see cref="Changes"/>.</param>
    /// <param name="kept">From when on changes are kept; <c>null</c>: for ever.</param>
    /// <returns><c>null</c>: there is no such resource.</returns>
    public static async Task<PastState?> ReadAsync(
        NpgsqlDataReader rows,
        ResourceType type,
        DateTimeOffset at,
        DateTimeOffset? kept,
        CancellationToken ct
    )
    {
        var isThere = await rows.ReadAsync(ct);
        var document = new JsonObject();
        var isDeleted = false;
        if (isThere)
        {
            // The way by the changes leaves out what is never returned.
            var present = (JsonObject)JsonNode.Parse(rows.GetFieldValue<byte[]>(0))!;
            DocumentChanges.Apply(document, DocumentChanges.Between([], present, type));
            isDeleted = rows.GetBoolean(1);
        }
        await rows.NextResultAsync(ct);
        var (isComplete, wasLost, last) = (false, false, (LastChange?)null);
        DateTimeOffset? oldest = null;
        while (await rows.ReadAsync(ct))
        {
            var (name, time) = (rows.GetString(0), rows.GetFieldValue<DateTimeOffset>(4));
            (oldest, isComplete) = (time, name == ChangeType.Created(type).Name);
            if (time <= at)
            {
                last ??= new(time, rows.GetString(2), rows.GetString(3));
                continue;
            }
            if (!rows.IsDBNull(1))
                DocumentChanges.Apply(document, (JsonArray)JsonNode.Parse(rows.GetString(1))!, undo: true);
            // Before it was created or brought back it was not there, and before it was deleted it was.
            if (name == ChangeType.Deleted(type).Name)
                (isDeleted, wasLost) = (false, true);
            else if (isComplete || name == ChangeType.Restored(type).Name)
                isDeleted = true;
        }
        return isThere ? new(isDeleted ? null : document, isComplete ? null : kept ?? oldest, wasLost, last) : null;
    }
}
