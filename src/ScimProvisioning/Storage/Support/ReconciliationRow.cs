using System.Text.Json;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Storage.Support;

/// <summary>What a reconciliation has found.</summary>
/// <param name="Local">Users of the application whom the identity provider has never sent.</param>
/// <param name="Unassigned">Users who are active in the application and should not be.</param>
/// <param name="Assigned">People who are released as active, and are in the application.</param>
/// <param name="Inactive">People who are active in neither.</param>
/// <param name="Missing">People who are released as active, and are not in the application.</param>
/// <param name="Differing">Of the assigned ones those of whom something differs.</param>
/// <param name="Stale">Received users whom the last full run did not ask for.</param>
/// <param name="NotLogged">
/// Requests of that run which the log of requests has lost, with users among them perhaps who are not stale: look each stale one up.
/// </param>
sealed record ReconciliationCounts(
    long Local,
    long Unassigned,
    long Assigned,
    long Inactive,
    long Missing,
    long Differing,
    long Stale,
    long NotLogged
);

/// <summary>The full run by which it was decided who is stale.</summary>
/// <param name="NotLogged">Requests that are missing in the log: who is stale is less sure.</param>
sealed record ReconciledRun(Guid Id, DateTimeOffset StartedAt, long NotLogged);

/// <summary>A row of <c>reconciliations</c>.</summary>
/// <param name="HasList">Whether the application has sent a list of its users.</param>
/// <param name="Counts"><c>null</c> until everything is compared.</param>
/// <param name="FullRunId"><c>null</c>: there was none, so nobody can be called stale.</param>
sealed record ReconciliationRow(
    Guid Connection,
    Guid Id,
    Guid Organization,
    string RequestId,
    string State,
    bool HasList,
    long RowsRead,
    long Failed,
    IReadOnlyList<ImportError> Errors,
    ReconciliationCounts? Counts,
    Guid? FullRunId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt
)
{
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Broken = "failed";

    /// <summary>A server saves how far it is with every batch of rows. One that has not for so long was stopped.</summary>
    const string WasStopped = $"state = '{Running}' AND saved_at < now() - interval '15 minutes'";

    const string Columns = $"""
        connection_id, id, organization_id, request_id, CASE WHEN {WasStopped} THEN '{Broken}' ELSE state END, has_list, rows_read, failed,
        (CASE WHEN {WasStopped} THEN errors || jsonb_build_object('line', rows_read, 'message',
            'The server was stopped. Nothing was compared: send the list again.') ELSE errors END)::text,
        counts::text, full_run_id, created_at, CASE WHEN {WasStopped} THEN saved_at ELSE finished_at END
        """;

    public static ReconciliationRow New(Guid connection, Guid id, Guid organization, string requestId, DateTimeOffset now) =>
        new(connection, id, organization, requestId, Running, HasList: false, 0, 0, [], null, null, now, null);

    /// <summary>Answers a row if one of the connection runs.</summary>
    public static NpgsqlBatchCommand IsRunning(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT FROM reconciliations WHERE connection_id = {sql.Add(connection)} AND state = '{Running}' AND NOT ({WasStopped}) LIMIT 1
            """
        );
    }

    public NpgsqlBatchCommand Create()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO reconciliations (connection_id, id, organization_id, request_id, state, has_list, created_at)
            VALUES ({sql.Add(Connection)}, {sql.Add(Id)}, {sql.Add(Organization)}, {sql.Add(RequestId)}, {sql.Add(State)},
                {sql.Add((bool?)HasList)}, {sql.Add(CreatedAt)})
            """
        );
    }

    public NpgsqlBatchCommand Save()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE reconciliations SET state = {sql.Add(State)}, has_list = {sql.Add((bool?)HasList)}, rows_read = {sql.Add(RowsRead)},
                failed = {sql.Add(Failed)}, errors = {sql.AddJson(JsonSerializer.Serialize(Errors, StoredRules.Json))},
                counts = {sql.AddJson(Counts is null ? null : JsonSerializer.Serialize(Counts, StoredRules.Json))},
                full_run_id = {sql.Add(FullRunId)}, finished_at = {sql.Add(FinishedAt)}, saved_at = now()
            WHERE connection_id = {sql.Add(Connection)} AND id = {sql.Add(Id)}
            """
        );
    }

    public static NpgsqlBatchCommand ById(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM reconciliations WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}");
    }

    /// <summary>The reconciliations of a connection, the newest first.</summary>
    /// <param name="before">The last one of the page before; <c>null</c>: the first page.</param>
    public static NpgsqlBatchCommand Page(Guid connection, Guid? before, int most)
    {
        var sql = new Sql();
        var older = before is { } id ? $" AND id < {sql.Add(id)}" : "";
        return sql.Statement(
            $"SELECT {Columns} FROM reconciliations WHERE connection_id = {sql.Add(connection)}{older} ORDER BY id DESC LIMIT {most}"
        );
    }

    public static async Task<List<ReconciliationRow>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<ReconciliationRow>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetGuid(1),
                    rows.GetGuid(2),
                    rows.GetString(3),
                    rows.GetString(4),
                    rows.GetBoolean(5),
                    rows.GetInt64(6),
                    rows.GetInt64(7),
                    JsonSerializer.Deserialize<List<ImportError>>(rows.GetString(8), StoredRules.Json)!,
                    rows.IsDBNull(9) ? null : JsonSerializer.Deserialize<ReconciliationCounts>(rows.GetString(9), StoredRules.Json),
                    rows.IsDBNull(10) ? null : rows.GetGuid(10),
                    rows.GetFieldValue<DateTimeOffset>(11),
                    rows.IsDBNull(12) ? null : rows.GetFieldValue<DateTimeOffset>(12)
                )
            );
        return read;
    }
}
