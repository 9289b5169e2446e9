using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Snapshots;

/// <summary>Orders snapshots and shows how far they are.</summary>
sealed class SnapshotUseCases(ScimDbContext db, AdminTransaction transaction)
{
    /// <summary>How long one that has ended is shown.</summary>
    static readonly TimeSpan ShownAfterwards = TimeSpan.FromDays(30);

    /// <exception cref="ProblemException">404; 409 while another one of the connection runs.</exception>
    public async Task<SnapshotResponse> CreateAsync(Guid connection, CancellationToken ct)
    {
        var organization = (await db.ReadConnectionAsync(connection, ct)).OrganizationId;
        var row = SnapshotRow.New(connection, Guid.CreateVersion7(transaction.Now), organization, transaction.RequestId, transaction.Now);
        bool isNew;
        await using (
            var rows = await db.ReadAsync(
                ct,
                RawStatements.Confine(connection),
                SnapshotRow.DeleteOld(connection, transaction.Now - ShownAfterwards),
                row.Insert()
            )
        )
            isNew = await rows.ReadAsync(ct);
        if (!isNew)
            throw ProblemException.Conflict("snapshot_running", "A snapshot of this connection runs already: follow that one.");
        var shown = SnapshotResponse.Of(row);
        transaction.Record(
            AuditAction.SnapshotStarted,
            "Snapshot",
            row.Id,
            organization,
            null,
            new { connectionId = connection },
            connection
        );
        return shown;
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<SnapshotResponse> GetAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), SnapshotRow.Read(connection, id));
        return await SnapshotRow.ReadAsync(rows, ct) is [var row]
            ? SnapshotResponse.Of(row)
            : throw ProblemException.NotFound($"The connection has no snapshot {id}.");
    }
}
