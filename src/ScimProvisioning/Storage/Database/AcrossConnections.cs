using System.Data;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>For the server's own work: statements that see the rows of all organizations and connections.</summary>
static class AcrossConnections
{
    /// <summary>
    /// Runs the statements in a transaction of their own, in one round trip. It is committed once the reader has been read to its end or
    /// disposed without an error.
    /// </summary>
    public static async Task<NpgsqlDataReader> RunAsync(
        NpgsqlDataSource database,
        CancellationToken ct,
        params IEnumerable<NpgsqlBatchCommand> statements
    )
    {
        var batch = (await database.OpenConnectionAsync(ct)).CreateBatch();
        batch.BatchCommands.Add(new("BEGIN"));
        batch.BatchCommands.Add(new(Reach.EverythingStatement));
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        batch.BatchCommands.Add(new("COMMIT"));
        return await batch.ExecuteReaderAsync(CommandBehavior.CloseConnection, ct);
    }
}
