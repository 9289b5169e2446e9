using Npgsql;
using NpgsqlTypes;

namespace ScimProvisioning.Benchmarks;

/// <summary>The least that Kestrel, Npgsql and PostgreSQL cost together: one row read by its key, one row inserted. What the real server takes beyond it is ours.</summary>
static class BaselineServer
{
    public const string Argument = "baseline";

    public static readonly Guid RowId = new("00000000-0000-7000-8000-000000000001");

    const string Schema = "CREATE TABLE baseline (id uuid PRIMARY KEY, document jsonb NOT NULL)";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Both statements are prepared once and for all on each pooled connection, which needs no reset.
        await using var database = NpgsqlDataSource.Create($"No Reset On Close=true;Max Auto Prepare=10;Auto Prepare Min Usages=2;{builder.Configuration.GetConnectionString("Postgres")}");
        await using (var schema = database.CreateCommand(Schema)) await schema.ExecuteNonQueryAsync();
        await InsertAsync(database, RowId, UserDocuments.New("baseline"), CancellationToken.None);

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
        await using var command = database.CreateCommand("SELECT document::text FROM baseline WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task InsertAsync(NpgsqlDataSource database, Guid id, string document, CancellationToken ct)
    {
        await using var command = database.CreateCommand("INSERT INTO baseline (id, document) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = document, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(ct);
    }
}
