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

    /// <summary>The same to its end, for changes: an error of the commit is thrown, too.</summary>
    /// <returns>Whether the first statement that answers rows has answered one.</returns>
    public static async Task<bool> ExecuteAsync(
        NpgsqlDataSource database,
        CancellationToken ct,
        params IEnumerable<NpgsqlBatchCommand> statements
    )
    {
        await using var rows = await RunAsync(database, ct, statements);
        var hasRow = await rows.ReadAsync(ct);
        while (await rows.NextResultAsync(ct)) { }
        return hasRow;
    }
}
