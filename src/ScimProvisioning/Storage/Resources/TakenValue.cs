using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>A value that keeps a resource from being written, because another one has it.</summary>
/// <param name="Words">What it is, as in <c>userName 'ella'</c>.</param>
/// <param name="Holder">Reads the id of the resource that has it.</param>
sealed record TakenValue(string Words, NpgsqlBatchCommand Holder)
{
    /// <param name="id">The resource that could not be written; <c>null</c> for a new one.</param>
    /// <param name="document">What was to be written.</param>
    /// <returns><c>null</c> when the violation is of another kind.</returns>
    public static TakenValue? Of(PostgresException violation, Caller caller, ResourceType type, Guid? id, JsonObject? document)
    {
        if (violation.SqlState is not PostgresErrorCodes.UniqueViolation || document is null)
            return null;
        var sql = new Sql();
        var connection = sql.Add(caller.ConnectionId);
        if (violation.ConstraintName is UniqueValues.Constraint)
            return new(
                $"the same {string.Join(" or ", UniqueValues.Attributes(type))}",
                sql.Statement(UniqueValues.Of(type, document).Holder(sql, connection, sql.Add(type.Name), sql.Add(id)))
            );
        return
            IndexedAttribute.OfUniqueIndex(violation.ConstraintName) is { } row
            && row.Of(type) is { } attribute
            && row.Value(type, caller.Settings, document) is string value
            ? new(
                $"{attribute.Name} '{document[attribute.Name]}'",
                sql.Statement(
                    $"""
                    SELECT id FROM resources
                    WHERE connection_id = {connection} AND {row.Column} = {sql.Add(value)} AND deleted_at IS NULL
                    """
                )
            )
            : null;
    }

    /// <summary>409. It names the resource that is there, which the caller may want to change instead.</summary>
    public async Task<ScimException> RefusalAsync(NpgsqlDataSource database, Caller caller, ResourceType type, CancellationToken ct)
    {
        await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
        await using var rows = await transaction.CommitAsync(ct, Holder);
        // It may have been deleted since.
        var holder = await rows.ReadAsync(ct) ? $" with the id {rows.GetGuid(0)}" : "";
        return ScimException.Uniqueness(
            $"A {type.Name} with {Words} exists already in this connection{holder}. Match it, or change the source attribute."
        );
    }
}
