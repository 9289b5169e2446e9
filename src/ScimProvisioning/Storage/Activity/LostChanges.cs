using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>Changes that an identity provider has made and that are in no run.</summary>
static class LostChanges
{
    /// <summary>Younger ones may still get a run by their requests.</summary>
    const string IsOld = "occurred_at < now() - interval '30 seconds'";

    const string HasRun = "EXISTS (SELECT FROM runs r WHERE r.connection_id = c.id AND r.closed_at IS NULL)";

    /// <summary>
    /// The connections whose change log goes on behind what is counted, while they have no run that will count it: one probe of an index
    /// for each connection.
    /// </summary>
    public static NpgsqlBatchCommand Find() =>
        new(
            $"""
            SELECT c.id FROM connections c
            WHERE NOT {HasRun} AND EXISTS (
                SELECT FROM changes WHERE connection_id = c.id AND {RunCount.IsUncounted("c.id")} AND {RunCount.Complete} AND {IsOld})
            """
        );

    /// <summary>
    /// Opens a run for them, if they were pushed. Not for those that are as old as a run or older: a database that was restored does not
    /// know any more which of them are counted.
    /// </summary>
    /// <param name="id">The id of the run.</param>
    /// <param name="gap">Runs are further apart.</param>
    public static NpgsqlBatchCommand Open(Guid connection, Guid id, TimeSpan gap)
    {
        var sql = new Sql();
        var condition =
            $"{Uncounted(sql, connection)} AND occurred_at > now() - interval '1 day' AND occurred_at > coalesce("
            + $"(SELECT max(last_at) FROM runs r WHERE r.connection_id = {sql.Add(connection)}) + {RunRow.Interval(gap / 2)}, '-infinity')";
        return sql.Statement(
            $"""
            INSERT INTO runs (connection_id, organization_id, id, started_at, last_at)
            SELECT c.id, c.organization_id, {sql.Add(id)}, first, last FROM connections c, (
                SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM changes WHERE {condition} AND {RunCount.IsPushed}) lost
            WHERE c.id = {sql.Add(connection)} AND first IS NOT NULL AND NOT {HasRun}
            ON CONFLICT (connection_id) WHERE ended_at IS NULL DO NOTHING
            """
        );
    }

    /// <summary>Passes over them, if they were made by others.</summary>
    public static NpgsqlBatchCommand Pass(Guid connection)
    {
        var sql = new Sql();
        var (condition, id) = (Uncounted(sql, connection), sql.Add(connection));
        return sql.Statement(
            RunCount.PassTo($"{condition} AND NOT EXISTS (SELECT FROM runs r WHERE r.connection_id = {id} AND r.closed_at IS NULL)")
        );
    }

    static string Uncounted(Sql sql, Guid connection) =>
        $"connection_id = {sql.Add(connection)} AND {RunCount.IsUncounted(sql.Add(connection))} AND {RunCount.Complete} AND {IsOld}";
}
