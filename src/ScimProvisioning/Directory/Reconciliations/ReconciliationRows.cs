using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>Reads the row of a reconciliation, for every request below it.</summary>
static class ReconciliationRows
{
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<ReconciliationRow> ReadReconciliationAsync(
        this ScimDbContext db,
        Guid connection,
        Guid id,
        CancellationToken ct
    )
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ReconciliationRow.ById(connection, id));
        return await ReconciliationRow.ReadAsync(rows, ct) is [var only]
            ? only
            : throw ProblemException.NotFound($"The connection has no reconciliation {id}.");
    }
}
