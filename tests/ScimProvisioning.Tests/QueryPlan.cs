using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ScimProvisioning.Tests;

/// <summary>How PostgreSQL would run a statement, with the role of the application and row-level security.</summary>
static class QueryPlan
{
    /// <param name="before">Statements that say what the session reaches and how it plans.</param>
    /// <returns>The lines of EXPLAIN, without costs.</returns>
    public static async Task<string> OfAsync(ScimServer server, NpgsqlBatchCommand statement, params string[] before)
    {
        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var setting in before)
            batch.BatchCommands.Add(new(setting));
        statement.CommandText = "EXPLAIN (COSTS OFF) " + statement.CommandText;
        batch.BatchCommands.Add(statement);
        var lines = new List<string>();
        await using var rows = await batch.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            lines.Add(rows.GetString(0));
        return string.Join('\n', lines);
    }
}
