using Npgsql;
using NpgsqlTypes;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// The least that Kestrel, Npgsql and PostgreSQL cost together: one row is read, inserted or updated by one prepared statement.
/// The real server's cost beyond this is our own.
/// </summary>
static class FloorServer
{
    public const string Argument = "floor";

    const string Schema = "CREATE TABLE floor (id uuid NOT NULL, name text COLLATE \"C\" NOT NULL, document jsonb NOT NULL)";

    // Added after the rows: sorting once is faster than a million insertions into an index.
    const string Keys = "ALTER TABLE floor ADD PRIMARY KEY (id), ADD UNIQUE (name)";

    // The name is also in the document, as in a user of the directory.
    const string Fill = """
        INSERT INTO floor
        SELECT lpad(row::text, 32, '0')::uuid, 'user' || row, replace($1, $2, lpad(row::text, 7, '0'))::jsonb
        FROM generate_series(0, $3) row
        """;

    /// <summary>Makes as many rows as the directory has users, of the same size.</summary>
    public static async Task FillAsync(string connectionString, int rows, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create($"{connectionString};Command Timeout=0");
        await using (var schema = database.CreateCommand(Schema))
            await schema.ExecuteNonQueryAsync(ct);
        await using var fill = database.CreateCommand(Fill);
        fill.Parameters.Add(new NpgsqlParameter<string> { TypedValue = UserDocuments.New(UserDocuments.FirstKey) });
        fill.Parameters.Add(new NpgsqlParameter<string> { TypedValue = UserDocuments.FirstKey });
        fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rows - 1 });
        await fill.ExecuteNonQueryAsync(ct);
        await using var keys = database.CreateCommand(Keys);
        await keys.ExecuteNonQueryAsync(ct);
    }

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Each pooled connection prepares each statement once and keeps it, because it is not reset.
        await using var database = NpgsqlDataSource.Create(
            $"No Reset On Close=true;Max Auto Prepare=10;Auto Prepare Min Usages=2;{builder.Configuration.GetConnectionString("Postgres")}"
        );
        var app = builder.Build();
        app.MapGet(
            "rows/{id:guid}",
            async (Guid id, CancellationToken ct) => TypedResults.Text(await SelectAsync(database, id, ct), "application/json")
        );
        app.MapPost(
            "rows",
            async (HttpRequest request, CancellationToken ct) =>
            {
                var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
                await WriteAsync(database, "INSERT INTO floor (id, document, name) VALUES ($1, $2, $1::text)", id, request, ct);
                return TypedResults.Created($"/rows/{id}");
            }
        );
        app.MapPut(
            "rows/{id:guid}",
            async (Guid id, HttpRequest request, CancellationToken ct) =>
            {
                await WriteAsync(database, "UPDATE floor SET document = $2 WHERE id = $1", id, request, ct);
                return TypedResults.NoContent();
            }
        );
        app.MapGet("health/ready", () => TypedResults.Ok());
        await app.RunAsync();
    }

    static async Task<string> SelectAsync(NpgsqlDataSource database, Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT document::text FROM floor WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task WriteAsync(NpgsqlDataSource database, string sql, Guid id, HttpRequest request, CancellationToken ct)
    {
        using var body = new StreamReader(request.Body);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(
            new NpgsqlParameter<string> { TypedValue = await body.ReadToEndAsync(ct), NpgsqlDbType = NpgsqlDbType.Jsonb }
        );
        if (await command.ExecuteNonQueryAsync(ct) != 1)
            throw new InvalidOperationException($"No row {id} was written.");
    }
}
