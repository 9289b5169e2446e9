using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>Single facts of a connection by which its health is told, in one row.</summary>
/// <param name="Now">By the clock of the database.</param>
/// <param name="LastWriteAt">When something of the directory was changed last; <c>null</c>: never.</param>
/// <param name="Held">People who are held back by problems, up to <see cref="MostCounted"/>.</param>
/// <param name="GuardHeld">People whom the guard keeps from leaving, up to <see cref="MostCounted"/>.</param>
/// <param name="WaitingSince">When the first change was received that is not released; <c>null</c>: there is none.</param>
sealed record ConnectionSigns(DateTimeOffset Now, DateTimeOffset? LastWriteAt, long Held, long GuardHeld, DateTimeOffset? WaitingSince)
{
    public const int MostCounted = 10_000;

    /// <param name="released">Up to where the change log was released.</param>
    public static NpgsqlBatchCommand Read(Guid connection, ChangePosition released)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        return sql.Statement(
            $"""
            SELECT now(),
                (SELECT occurred_at FROM changes WHERE connection_id = {id} AND resource_type <> '{nameof(Connection)}'
                    ORDER BY transaction_id DESC, sequence DESC LIMIT 1),
                (SELECT count(*) FROM (
                    SELECT DISTINCT resource_id FROM directory_problems
                    WHERE connection_id = {id} AND holds AND kind <> '{WireName.Of(ProblemKind.HeldByGuard)}' LIMIT {MostCounted}) held),
                (SELECT count(*) FROM (
                    SELECT FROM guard_holds WHERE connection_id = {id} AND approved_by IS NULL LIMIT {MostCounted}) guarded),
                (SELECT occurred_at FROM changes
                    WHERE connection_id = {id} AND (transaction_id, sequence) > ({sql.Add(released.TransactionId)}, {sql.Add(
                released.Sequence
            )})
                    ORDER BY transaction_id, sequence LIMIT 1)
            """
        );
    }

    public static async Task<ConnectionSigns> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(rows.GetFieldValue<DateTimeOffset>(0), Moment(1), rows.GetInt64(2), rows.GetInt64(3), Moment(4));

        DateTimeOffset? Moment(int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<DateTimeOffset>(column);
    }

    /// <summary>
    /// The last requests for a kind of resource that does not exist, as behind a wrong Tenant URL; for
    /// <see cref="LoggedRequest.ReadAsync"/>.
    /// </summary>
    public static NpgsqlBatchCommand WrongPaths(Guid connection, DateTimeOffset since)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {LoggedRequest.Columns} FROM (
                SELECT * FROM requests
                WHERE connection_id = {sql.Add(connection)} AND status = 404 AND occurred_at >= {TimeLiteral.Of(since)}
                ORDER BY occurred_at DESC LIMIT 100) r
            WHERE resource_type IS NULL AND operation <> '{WireName.Of(RequestOperation.Discovery)}'
            """
        );
    }
}
