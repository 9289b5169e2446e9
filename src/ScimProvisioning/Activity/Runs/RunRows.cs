using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Activity.Runs;

/// <summary>Reads one run, for every feature that shows one.</summary>
static class RunRows
{
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<RunRow> ReadRunAsync(this ScimDbContext db, Guid connection, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), RunRow.One(connection, id));
        return await RunRow.ReadAsync(rows, ct) is [var run]
            ? run
            : throw ProblemException.NotFound($"Connection {connection} has no run {id}.");
    }
}
