using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>A tombstone that was to be brought back.</summary>
/// <param name="Type">The name of its type.</param>
/// <param name="Version">Its version now; <c>null</c>: it was not brought back.</param>
/// <param name="Taken">What another resource has by now, as words; <c>null</c>: nothing.</param>
sealed record RestoredResource(string Type, long? Version, string? Taken)
{
    /// <summary>Makes a tombstone a resource again, in the transaction of the context, with its entry in the change log.</summary>
    /// <returns><c>null</c> when there is no such resource.</returns>
    public static async Task<RestoredResource?> RestoreAsync(
        ScimDbContext db,
        Connection connection,
        ResourceTypes types,
        Guid id,
        (string RequestId, string Actor, DateTimeOffset At) author,
        CancellationToken ct
    )
    {
        string name;
        JsonObject document;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection.Id), Lock(connection.Id, id)))
        {
            if (!await rows.ReadAsync(ct))
                return null;
            (name, document) = (rows.GetString(0), (JsonObject)JsonNode.Parse(rows.GetFieldValue<byte[]>(1))!);
            if (!rows.GetBoolean(2))
                return new(name, null, null);
        }
        // Of a type that is not registered any more, nobody could ask for it.
        if (types.All.FirstOrDefault(known => known.Name == name) is not { } type)
            return null;
        try
        {
            await using var written = await db.ReadAsync(ct, Restore(connection.Id, id, type, document, author));
            return await written.ReadAsync(ct) ? new(name, written.GetInt64(0), null) : null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            return new(name, null, Words(e, type, document));
        }
    }

    static NpgsqlBatchCommand Lock(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT resource_type, attributes::text, deleted_at IS NOT NULL FROM resources
            WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)} FOR UPDATE
            """
        );
    }

    static NpgsqlBatchCommand Restore(
        Guid connectionId,
        Guid id,
        ResourceType type,
        JsonObject document,
        (string RequestId, string Actor, DateTimeOffset At) author
    )
    {
        var sql = new Sql();
        var log = new ChangeLog(sql, connectionId, author.RequestId, author.Actor, author.At);
        var (connection, now, resource, typeName) = (log.ConnectionParameter, log.TimeParameter, sql.Add(id), sql.Add(type.Name));
        var unique = UniqueValues.Of(type, document);
        return sql.Statement(
            $"""
            WITH written AS (
                UPDATE resources SET deleted_at = NULL, modified_at = {now}, version = version + 1
                WHERE connection_id = {connection} AND id = {resource} AND deleted_at IS NOT NULL RETURNING version
            ), {WriteSql.CountCte(connection, typeName, 1, "written")}
            {(unique.IsEmpty ? "" : $", unique_rows AS ({unique.Insert(sql, connection, typeName, resource)})")}
            {ChangeLog.Insert(
                log.Rows(ChangeType.Restored(type), typeName, resource, "written.version", ChangeLog.Nothing, "written")
            )}
            RETURNING version
            """
        );
    }

    static string Words(PostgresException violation, ResourceType type, JsonObject document) =>
        violation.ConstraintName is not UniqueValues.Constraint
        && IndexedAttribute.OfUniqueIndex(violation.ConstraintName)?.Of(type) is { } attribute
            ? $"the {attribute.Name} '{document[attribute.Name]}'"
            : "one of its unique values";
}
