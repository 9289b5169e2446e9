using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A row of <c>directory_plans</c>: rules to be set, and what they would do.</summary>
/// <param name="Request">The rules as JSON.</param>
/// <param name="Result">What they would do; while it is computed, how far that is.</param>
sealed record PlanRow(
    Guid Connection,
    Guid Id,
    string Request,
    string State,
    string? Result,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
)
{
    public const string Computing = "computing";
    public const string Ready = "ready";
    public const string Applied = "applied";
    public const string Failed = "failed";

    const string Columns = "connection_id, id, request::text, state, result::text, created_at, expires_at";

    /// <summary>How long a server has the right to compute a plan after it last told how far it is.</summary>
    const string Lease = "clock_timestamp() + interval '30 seconds'";

    public static NpgsqlBatchCommand Read(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM directory_plans WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}");
    }

    public static async Task<PlanRow?> ReadAsync(NpgsqlDataReader rows, CancellationToken ct) =>
        await rows.ReadAsync(ct)
            ? new(
                rows.GetGuid(0),
                rows.GetGuid(1),
                rows.GetString(2),
                rows.GetString(3),
                rows.IsDBNull(4) ? null : rows.GetString(4),
                rows.GetFieldValue<DateTimeOffset>(5),
                rows.GetFieldValue<DateTimeOffset>(6)
            )
            : null;

    public NpgsqlBatchCommand Insert(Guid organization)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_plans (connection_id, id, organization_id, request, state, result, created_at, expires_at)
            VALUES ({sql.Add(Connection)}, {sql.Add(Id)}, {sql.Add(organization)}, {sql.AddJson(Request)}, {sql.Add(State)},
                {sql.AddJson(Result)}, {sql.Add(CreatedAt)}, {sql.Add(ExpiresAt)})
            """
        );
    }

    /// <summary>Deletes the plans of a connection that ran out before this time.</summary>
    public static NpgsqlBatchCommand DeleteOld(Guid connection, DateTimeOffset before)
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM directory_plans WHERE connection_id = {sql.Add(connection)} AND expires_at < {sql.Add(before)}");
    }

    /// <summary>The oldest plan of any connection that is to be computed and that no living server computes; no row: none.</summary>
    public static NpgsqlBatchCommand Take() =>
        new(
            $"""
            UPDATE directory_plans SET taken_until = {Lease}
            WHERE (connection_id, id) = (
                SELECT connection_id, id FROM directory_plans
                WHERE state = '{Computing}' AND (taken_until IS NULL OR taken_until < clock_timestamp())
                ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """
        );

    /// <summary>Tells how far the computing is, and keeps the right to it.</summary>
    public NpgsqlBatchCommand Progress(string result)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_plans SET result = {sql.AddJson(result)}, taken_until = {Lease}
            WHERE connection_id = {sql.Add(Connection)} AND id = {sql.Add(Id)} AND state = '{Computing}'
            """
        );
    }

    /// <summary>Changes the state; no row when it is not the one that is given.</summary>
    public NpgsqlBatchCommand Enter(string from, string to, string? result, DateTimeOffset expires)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_plans SET state = {sql.Add(to)}, result = {sql.AddJson(result)}, expires_at = {sql.Add(expires)}
            WHERE connection_id = {sql.Add(Connection)} AND id = {sql.Add(Id)} AND state = {sql.Add(from)}
            RETURNING {Columns}
            """
        );
    }
}
