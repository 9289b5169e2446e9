using System.Text.Json;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A row of an import that failed, or what is wrong with the file.</summary>
/// <param name="Line">The line where the row begins, from 1 on.</param>
/// <param name="Field">The field; null: the row as a whole.</param>
/// <param name="Message">What is wrong.</param>
sealed record ImportError(long Line, string? Field, string Message);

/// <summary>How far an import has come: a row of <c>directory_imports</c>.</summary>
sealed record ImportRow(
    Guid Id,
    string State,
    long RowsRead,
    long Created,
    long Updated,
    long Failed,
    IReadOnlyList<ImportError> Errors,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt
)
{
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Broken = "failed";

    /// <summary>A server saves how far it is with every batch of rows. One that has not for so long was stopped.</summary>
    const string WasStopped = $"state = '{Running}' AND saved_at < now() - interval '5 minutes'";

    const string Columns = $"""
        id, CASE WHEN {WasStopped} THEN '{Broken}' ELSE state END, rows_read, created, updated, failed,
        (CASE WHEN {WasStopped} THEN errors || jsonb_build_object('line', rows_read, 'message',
            'The server was stopped. What was imported stays; send the file again for the rest.') ELSE errors END)::text,
        created_at, CASE WHEN {WasStopped} THEN saved_at ELSE finished_at END
        """;

    public static ImportRow New(Guid id, DateTimeOffset now) => new(id, Running, 0, 0, 0, 0, [], now, null);

    public NpgsqlBatchCommand Create(Guid connection, Guid organization)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_imports
                (connection_id, id, organization_id, state, rows_read, created, updated, failed, errors, created_at)
            VALUES ({sql.Add(connection)}, {sql.Add(Id)}, {sql.Add(organization)}, {sql.Add(State)}, 0, 0, 0, 0, '[]',
                {sql.Add(CreatedAt)})
            """
        );
    }

    public NpgsqlBatchCommand Save(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_imports SET state = {sql.Add(State)}, rows_read = {sql.Add(RowsRead)}, created = {sql.Add(Created)},
                updated = {sql.Add(Updated)}, failed = {sql.Add(Failed)},
                errors = {sql.AddJson(JsonSerializer.Serialize(Errors, StoredRules.Json))}, finished_at = {sql.Add(FinishedAt)},
                saved_at = now()
            WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(Id)}
            """
        );
    }

    /// <summary>One import of a connection.</summary>
    public static NpgsqlBatchCommand ById(Guid connection, Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT {Columns} FROM directory_imports WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}");
    }

    /// <summary>The imports of a connection after an id, the oldest first.</summary>
    public static NpgsqlBatchCommand Page(Guid connection, Guid after, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_imports WHERE connection_id = {sql.Add(connection)} AND id > {sql.Add(after)}
            ORDER BY id LIMIT {most}
            """
        );
    }

    public static async Task<List<ImportRow>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var imports = new List<ImportRow>();
        while (await rows.ReadAsync(ct))
            imports.Add(
                new(
                    rows.GetGuid(0),
                    rows.GetString(1),
                    rows.GetInt64(2),
                    rows.GetInt64(3),
                    rows.GetInt64(4),
                    rows.GetInt64(5),
                    JsonSerializer.Deserialize<List<ImportError>>(rows.GetString(6), StoredRules.Json)!,
                    rows.GetFieldValue<DateTimeOffset>(7),
                    rows.IsDBNull(8) ? null : rows.GetFieldValue<DateTimeOffset>(8)
                )
            );
        return imports;
    }
}
