using System.Data;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>For what is read very often: a transaction within the reach of an admin that is one round trip.</summary>
static class ReachReads
{
    /// <summary>Runs the statements. Each sees what was committed before it began. The session is given back with the reader.</summary>
    /// <param name="waiting">
    /// Ends the wait for a session. Then the statements run to their end: Npgsql 10 takes a statement that was stopped while it was planned
    /// for prepared, and the next request with it would fail.
    /// </param>
    public static async Task<NpgsqlDataReader> ReadAsync(
        this NpgsqlDataSource database,
        Reach reach,
        CancellationToken waiting,
        params IEnumerable<NpgsqlBatchCommand> statements
    )
    {
        var batch = (await database.OpenConnectionAsync(waiting)).CreateBatch();
        batch.BatchCommands.Add(new("BEGIN"));
        foreach (var statement in reach.Confine().Split("; "))
            batch.BatchCommands.Add(new(statement));
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        batch.BatchCommands.Add(new("COMMIT"));
        return await batch.ExecuteReaderAsync(CommandBehavior.CloseConnection, CancellationToken.None);
    }
}
