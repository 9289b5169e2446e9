using Npgsql;
using NpgsqlTypes;

namespace ScimProvisioning.Benchmarks;

/// <summary>The least that Kestrel, Npgsql and PostgreSQL cost together: one row read by its key, one row inserted. What the real server takes beyond it is ours.</summary>
static class BaselineServer
{
    public const string Argument = "baseline";

    public const int Rows = 10_000;

    // Two tables, for a plan made for a table of one row would stay while the other endpoint fills it.
    const string Schema = """
        CREATE TABLE baseline_read (id uuid PRIMARY KEY, document jsonb NOT NULL);
        CREATE TABLE baseline_written (id uuid PRIMARY KEY, document jsonb NOT NULL);
        """;

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Both statements are prepared once and for all on each pooled connection, which needs no reset.
        await using var database = NpgsqlDataSource.Create($"No Reset On Close=true;Max Auto Prepare=10;Auto Prepare Min Usages=2;{builder.Configuration.GetConnectionString("Postgres")}");
        await using (var schema = database.CreateCommand(Schema)) await schema.ExecuteNonQueryAsync();
        await using (var fill = database.CreateCommand("INSERT INTO baseline_read SELECT lpad(row::text, 32, '0')::uuid, $1 FROM generate_series(0, $2) row"))
        {
            fill.Parameters.Add(new NpgsqlParameter<string> { TypedValue = UserDocuments.New("baseline"), NpgsqlDbType = NpgsqlDbType.Jsonb });
            fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Rows - 1 });
            await fill.ExecuteNonQueryAsync();
        }

        var app = builder.Build();
        app.MapGet("rows/{id:guid}", async (Guid id, CancellationToken ct) => TypedResults.Text(await SelectAsync(database, id, ct), "application/json"));
        app.MapPost("rows", async (HttpRequest request, CancellationToken ct) =>
        {
            using var body = new StreamReader(request.Body);
            var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            await InsertAsync(database, id, await body.ReadToEndAsync(ct), ct);
            return TypedResults.Created($"/rows/{id}");
        });
        app.MapGet("health/ready", () => TypedResults.Ok());
        await app.RunAsync();
    }

    static async Task<string> SelectAsync(NpgsqlDataSource database, Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT document::text FROM baseline_read WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task InsertAsync(NpgsqlDataSource database, Guid id, string document, CancellationToken ct)
    {
        await using var command = database.CreateCommand("INSERT INTO baseline_written (id, document) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = document, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(ct);
    }
}
