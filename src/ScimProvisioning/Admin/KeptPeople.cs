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
sealed class KeptPeople(
    IDbContextFactory<ScimDbContext> contexts,
    ErasedLogs logs,
    ConnectionChanges changes,
    EventSignal told,
    TimeProvider clock
)
{
    /// <summary>
    /// People in a transaction, which the projection waits for. The logs of the connection are gone through once for each batch.
    /// </summary>
    const int Batch = 50;

    static readonly CurrentAdmin Server = new("server", null, true, null);

    /// <summary>Erases a batch of one connection. Under the lock of the projection, so that nobody is erased twice.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<(int Erased, bool MayBeMore)> EraseAsync(Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var begun = clock.GetStoredNow();
        var found = await EraseLogsAsync(db, connection, before, ct);
        if (found.Count == 0)
            return (0, false);
        HashSet<Guid> people = [.. found.Select(one => one.Person!.Value)];
        var work = new AdminTransaction(db, changes, clock);
        var erased = await work.ChangeAsync(
            new AdminCaller(Server, "daily-job", null),
            () => EraseAsync(db, work, connection, before, people, ct),
            ct
        );
        if (erased == 0)
            return (0, false);
        told.Raise();
        await logs.FinishAsync(connection, found, begun, ct);
        return (erased, erased == Batch);
    }

    /// <summary>Before they are erased themselves, and without a lock.</summary>
    async Task<List<ErasedObject>> EraseLogsAsync(ScimDbContext db, Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        List<ErasedObject> found;
        Guid organization;
        await using (await db.BeginAsync(Server.Reach, ct))
        {
            found = await ErasedObject.DeletedAsync(db, connection, before, Batch, ct);
            if (found.Count == 0)
                return [];
            organization = await db.Connections.Where(c => c.Id == connection).Select(c => c.OrganizationId).SingleAsync(ct);
        }
        await logs.EraseAsync(Server.Reach, connection, organization, found, ct);
        return found;
    }

    async Task<int> EraseAsync(
        ScimDbContext db,
        AdminTransaction work,
        Guid connection,
        DateTimeOffset before,
        HashSet<Guid> people,
        CancellationToken ct
    )
    {
        ProjectionRow? row;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ProjectionRow.Lock(connection, wait: true)))
            row = await ProjectionRow.ReadAsync(rows, ct);
        if (row is null)
            return 0;
        var found = (await ErasedObject.DeletedAsync(db, connection, before, Batch, ct)).FindAll(one => people.Contains(one.Person!.Value));
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
