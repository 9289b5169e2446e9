using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>Statements without EF in the transaction of a context.</summary>
static class RawStatements
{
    /// <summary>Runs the statements in one round trip, within the reach of the transaction.</summary>
    public static async Task<NpgsqlDataReader> ReadAsync(
        this ScimDbContext db,
        CancellationToken ct,
        params IEnumerable<NpgsqlBatchCommand> statements
    )
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        var batch = new NpgsqlBatch(transaction.Connection, transaction);
        if (db.Database.GetCommandTimeout() is { } seconds)
            batch.Timeout = seconds;
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        return await batch.ExecuteReaderAsync(ct);
    }

    /// <summary>The same for statements that answer nothing.</summary>
    public static async Task RunAsync(this ScimDbContext db, CancellationToken ct, params IEnumerable<NpgsqlBatchCommand> statements)
    {
        await using var rows = await db.ReadAsync(ct, statements);
        while (await rows.NextResultAsync(ct)) { }
    }

    /// <summary>Lets the transaction see the directory of one connection too. The caller has seen that it is within the reach.</summary>
    public static NpgsqlBatchCommand Confine(Guid connection) => new(TenantSession.Confine(connection));
}
