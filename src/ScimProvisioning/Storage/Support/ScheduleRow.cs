using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>A row of <c>schedules</c>: when the server itself does something for a connection.</summary>
/// <param name="Job">reconciliation or snapshot.</param>
/// <param name="Cron">Five fields, in UTC.</param>
/// <param name="NextAt">When it is due.</param>
/// <param name="LastResult">What came of it the last time, in words.</param>
/// <param name="TakenUntil">How long a server has the right to do it; <c>null</c>: none has.</param>
sealed record ScheduleRow(
    Guid Connection,
    string Job,
    Guid Organization,
    string Cron,
    DateTimeOffset NextAt,
    DateTimeOffset? LastRunAt,
    string? LastResult,
    DateTimeOffset? TakenUntil = null
)
{
    const string Columns = "s.connection_id, s.job, s.organization_id, s.cron, s.next_at, s.last_run_at, s.last_result, s.taken_until";

    /// <summary>How long a server has the right to do a job. When it has died, another one does it afterwards.</summary>
    static readonly TimeSpan Right = TimeSpan.FromMinutes(20);

    public static NpgsqlBatchCommand Of(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM schedules s WHERE s.connection_id = {sql.Add(connection)} ORDER BY s.job");
    }

    /// <summary>Puts these in the place of all that the connection has. What was run stays known.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Replace(Guid connection, IReadOnlyList<ScheduleRow> rows)
    {
        var delete = new Sql();
        yield return delete.Statement(
            $"DELETE FROM schedules WHERE connection_id = {delete.Add(connection)} "
                + $"AND job <> ALL({delete.Add([.. rows.Select(r => r.Job)])})"
        );
        foreach (var row in rows)
        {
            var sql = new Sql();
            yield return sql.Statement(
                $"""
                INSERT INTO schedules (connection_id, job, organization_id, cron, next_at)
                VALUES ({sql.Add(row.Connection)}, {sql.Add(row.Job)}, {sql.Add(row.Organization)}, {sql.Add(row.Cron)},
                    {sql.Add(row.NextAt)})
                ON CONFLICT (connection_id, job) DO UPDATE SET cron = excluded.cron, next_at = excluded.next_at
                """
            );
        }
    }

    /// <summary>Nothing is done any more for connections that are deleted.</summary>
    public static NpgsqlBatchCommand EndDeleted(DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            DELETE FROM schedules s USING connections c
            WHERE s.next_at <= {sql.Add(now)} AND c.id = s.connection_id AND c.state = 'deleted'
            """
        );
    }

    /// <summary>
    /// Takes the right to do what is due first, of all connections: a row that another server takes at this moment is left to it. What was
    /// missed is due once.
    /// </summary>
    public static NpgsqlBatchCommand Take(DateTimeOffset now)
    {
        var sql = new Sql();
        var at = sql.Add(now);
        return sql.Statement(
            $"""
            UPDATE schedules s SET taken_until = {sql.Add(now + Right)} FROM (
                SELECT d.connection_id, d.job FROM schedules d
                WHERE d.next_at <= {at} AND (d.taken_until IS NULL OR d.taken_until < {at})
                    AND EXISTS (SELECT FROM connections c WHERE c.id = d.connection_id AND c.state <> 'deleted')
                ORDER BY d.next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
            WHERE s.connection_id = due.connection_id AND s.job = due.job
            RETURNING {Columns}
            """
        );
    }

    /// <summary>
    /// Notes what came of it, and when it is due again unless its schedule was changed meanwhile; nothing if another server has the right
    /// by now, or it is noted already.
    /// </summary>
    public NpgsqlBatchCommand Finish(DateTimeOffset next, DateTimeOffset at, string result)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE schedules SET taken_until = NULL, last_run_at = {sql.Add(at)}, last_result = {sql.Add(result)},
                next_at = CASE WHEN next_at = {sql.Add(NextAt)} THEN {sql.Add(next)} ELSE next_at END
            WHERE connection_id = {sql.Add(Connection)} AND job = {sql.Add(Job)} AND taken_until = {sql.Add(TakenUntil)}
            """
        );
    }

    public static async Task<List<ScheduleRow>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<ScheduleRow>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetString(1),
                    rows.GetGuid(2),
                    rows.GetString(3),
                    rows.GetFieldValue<DateTimeOffset>(4),
                    rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                    rows.IsDBNull(6) ? null : rows.GetString(6),
                    rows.IsDBNull(7) ? null : rows.GetFieldValue<DateTimeOffset>(7)
                )
            );
        return read;
    }
}
