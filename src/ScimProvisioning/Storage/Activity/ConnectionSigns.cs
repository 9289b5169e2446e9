using Npgsql;
using Scim.Directory;
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

    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        // Of a connection that nobody has looked at yet, nothing is released.
        string Released(string column, string none) =>
            $"coalesce((SELECT p.{column} FROM projections p WHERE p.connection_id = {id}), {none})";
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
                    WHERE connection_id = {id}
                        AND (transaction_id, sequence) > ({Released("transaction_id", "'0'::xid8")}, {Released("sequence", "0")})
                    ORDER BY transaction_id, sequence LIMIT 1)
            """
        );
    }

    /// <summary>
    /// Users and groups that have failed in the newest runs, in each of them anew, but those that were made later: one row, with how many
    /// failures were looked through, up to <see cref="MostCounted"/>.
    /// </summary>
    public static NpgsqlBatchCommand Failures(Guid connection, DateTimeOffset since, int mostRuns)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        return sql.Statement(
            $"""
            SELECT count(DISTINCT (u.id, coalesce(r.resource_id::text, r.subject_key, r.id::text)))
                    FILTER (WHERE u.id IS NOT NULL AND NOT r.is_made),
                count(*)
            FROM (
                SELECT id, occurred_at, resource_id, subject_key, resource_id IS NULL AND EXISTS (
                    SELECT FROM requests made WHERE made.connection_id = {id} AND made.subject_key = f.subject_key
                        AND made.occurred_at > f.occurred_at AND made.resource_type = f.resource_type AND {RunCount.IsDone}) AS is_made
                FROM requests f
                WHERE connection_id = {id} AND {RunCount.IsFailure} AND occurred_at >= {TimeLiteral.Of(since)}
                    AND {LoggedRequest.IsOfProvider} AND resource_type IN ('{nameof(Scim.ResourceType.User)}', '{nameof(
                Scim.ResourceType.Group
            )}')
                ORDER BY occurred_at DESC LIMIT {MostCounted}) r
            LEFT JOIN (
                SELECT id, started_at, last_at FROM runs WHERE connection_id = {id} AND last_at >= {TimeLiteral.Of(since)}
                ORDER BY id DESC LIMIT {mostRuns}) u ON r.occurred_at BETWEEN u.started_at AND u.last_at
            """
        );
    }

    /// <returns><c>null</c>: there are more than were looked through.</returns>
    public static async Task<long?> ReadFailuresAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return rows.GetInt64(1) < MostCounted ? rows.GetInt64(0) : null;
    }

    /// <summary>When the identity provider last asked for something that exists, among its newest requests: one row.</summary>
    public static NpgsqlBatchCommand LastRightPath(Guid connection, DateTimeOffset since)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT max(occurred_at) FROM (
                SELECT occurred_at, resource_type, operation FROM requests
                WHERE connection_id = {sql.Add(connection)} AND occurred_at >= {TimeLiteral.Of(since)} AND {LoggedRequest.IsOfProvider}
                ORDER BY occurred_at DESC LIMIT 1000) r
            WHERE resource_type IS NOT NULL OR operation = '{WireName.Of(RequestOperation.Discovery)}'
            """
        );
    }

    public static async Task<DateTimeOffset?> ReadTimeAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return rows.IsDBNull(0) ? null : rows.GetFieldValue<DateTimeOffset>(0);
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
