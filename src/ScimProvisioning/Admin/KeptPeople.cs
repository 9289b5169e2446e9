using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Erasing;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Admin;

/// <summary>Erases people who are deleted for so long that they need not be kept any more, everywhere, and tells the application.</summary>
sealed class KeptPeople(IDbContextFactory<ScimDbContext> contexts, ConnectionChanges changes, EventSignal told, TimeProvider clock)
{
    /// <summary>People in a transaction. The logs of the connection are read once for each batch.</summary>
    const int Batch = 200;

    static readonly CurrentAdmin Server = new("server", null, true, null);

    /// <summary>Erases a batch of one connection. Under the lock of the projection, so that nobody is erased twice.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<(int Erased, bool MayBeMore)> EraseAsync(Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var work = new AdminTransaction(db, changes, clock);
        var erased = await work.ChangeAsync(Server, "daily-job", null, () => EraseAsync(db, work, connection, before, ct), ct);
        if (erased > 0)
            told.Raise();
        return (erased, erased == Batch);
    }

    async Task<int> EraseAsync(ScimDbContext db, AdminTransaction work, Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        ProjectionRow? row;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ProjectionRow.Lock(connection, wait: true)))
            row = await ProjectionRow.ReadAsync(rows, ct);
        if (row is null)
            return 0;
        var found = await ErasedObject.DeletedAsync(db, connection, before, Batch, ct);
        if (found.Count == 0)
            return 0;
        await new Erasure(db, row).RunAsync(found, ct);
        foreach (var one in found)
            work.Record(
                AuditAction.UserPurged,
                nameof(Scim.Directory.Person),
                one.Person!.Value,
                row.Connection.OrganizationId,
                null,
                new { connectionId = connection, resourceId = one.Resource },
                connection
            );
        var cause = new EventCause(EventCause.OfRetention, RequestId: null);
        work.RunLast(EventLog.Append(connection, row.Connection.OrganizationId, Erasure.Told(found, cause, work.Now)));
        work.Logged(connection);
        return found.Count;
    }
}
