using Microsoft.EntityFrameworkCore;
using Scim;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Erasing;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Purge;

/// <summary>
/// Erases people, and what SCIM has deleted, everywhere and for good. The audit log keeps what was done, without data. It begins and
/// commits its own transactions, since to go through the logs takes its time.
/// </summary>
sealed class PurgeUseCases(ScimDbContext db, AdminTransaction transaction, ErasedLogs logs, SampleCache samples, EventSignal told)
{
    /// <summary>Erases a deleted resource; of a user, the person too.</summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read; 409 when the resource is not deleted.</exception>
    public Task<PurgeResponse> PurgeResourceAsync(Guid connection, Guid resource, AdminCaller caller, CancellationToken ct) =>
        EraseAsync(resource, () => ResourceAsync(connection, resource, ct), caller, ct);

    /// <summary>Erases a person: one whose user SCIM has deleted, one who was imported, or anybody of a connection that is ended.</summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read; 409 when the user is not deleted.</exception>
    public Task<PurgeResponse> PurgeUserAsync(Guid id, AdminCaller caller, CancellationToken ct) =>
        EraseAsync(id, async () => await PersonAsync(id, ct) ?? throw NoUser(id), caller, ct);

    /// <summary>Whichever of the two the id is of.</summary>
    /// <param name="connection">The connection of a resource; <c>null</c>: the id is that of a person.</param>
    public Task<PurgeResponse> PurgeAsync(Guid id, Guid? connection, AdminCaller caller, CancellationToken ct) =>
        EraseAsync(
            id,
            async () => await PersonAsync(id, ct) ?? (connection is { } known ? await ResourceAsync(known, id, ct) : throw NoUser(id)),
            caller,
            ct
        );

    /// <summary>First the logs, without a lock; a purge that breaks off there can be repeated.</summary>
    async Task<PurgeResponse> EraseAsync(Guid id, Func<Task<Target>> find, AdminCaller caller, CancellationToken ct)
    {
        Task<T> ChangeAsync<T>(Func<Task<T>> change) => transaction.ChangeAsync(caller, change, ct);

        // It changes nothing, but who may only read is refused here.
        var (target, organization, all) = await ChangeAsync(() => LookAsync(find, ct));
        var erased = await logs.EraseAsync(caller.Admin.Reach, target.Connection, organization, all, ct);
        var (answer, gone) = await ChangeAsync(() => EraseAsync(id, target, organization, erased, ct));
        told.Raise();
        // The person is gone by now: what follows is not left out because somebody hangs up.
        await logs.FinishAsync(target.Connection, gone, transaction.Now, CancellationToken.None);
        return answer;
    }

    async Task<(Target Target, Guid Organization, List<ErasedObject> All)> LookAsync(Func<Task<Target>> find, CancellationToken ct)
    {
        var target = await find();
        var (state, organization) = await StateAsync(target.Connection, ct);
        var found = await target.Find(false);
        RequireDeleted(found, state);
        return (target, organization, [found, .. await found.MergedAsync(db, target.Connection, organization, locks: false, ct)]);
    }

    async Task<(PurgeResponse Answer, List<ErasedObject> Gone)> EraseAsync(
        Guid id,
        Target target,
        Guid organization,
        Dictionary<string, int> erased,
        CancellationToken ct
    )
    {
        var connection = target.Connection;
        var row = await LockAsync(connection, ct);
        var found = await target.Find(true);
        RequireDeleted(found, row.Connection.State);
        var merged = await found.MergedAsync(db, connection, organization, locks: true, ct);
        List<ErasedObject> all = [found, .. merged];
        foreach (var (table, rows) in await new Erasure(db, row).RunAsync(all, ct))
            erased[table] = erased.GetValueOrDefault(table) + rows;
        var cause = new EventCause(EventCause.Admin, transaction.RequestId);
        transaction.RunLast(EventLog.Append(connection, organization, Erasure.Told(all, cause, transaction.Now)));
        transaction.Logged(connection);
        samples.Forget(connection);
        transaction.Record(
            found.Type is null ? AuditAction.UserPurged : AuditAction.ResourcePurged,
            found.Type ?? nameof(Person),
            found.Type is null ? found.Person!.Value : found.Resource!.Value,
            organization,
            null,
            new
            {
                connectionId = connection,
                userId = found.Person,
                mergedUserIds = merged.Select(one => one.Person),
                resourceId = found.Resource,
                deletedAt = found.DeletedAt?.UtcDateTime,
                erased,
            },
            connection
        );
        var type = found.Type ?? ResourceType.User.Name;
        var answer = new PurgeResponse(
            id,
            type,
            found.Resource,
            found.Person,
            found.DeletedAt?.UtcDateTime,
            erased.GetValueOrDefault("changes"),
            erased
        );
        return (answer, all);
    }

    /// <summary>One transaction at a time changes what was released.</summary>
    async Task<ProjectionRow> LockAsync(Guid connection, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, PersonWrites.Begin(connection));
        return (await ProjectionRow.ReadAsync(rows, ct))!;
    }

    async Task<Target> ResourceAsync(Guid connection, Guid resource, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        return new(
            connection,
            async locks =>
                await ErasedObject.OfResourceAsync(db, connection, resource, locks, ct)
                ?? throw ProblemException.NotFound($"The connection has no resource {resource}, not even a deleted one.")
        );
    }

    /// <returns><c>null</c>: there is no such person.</returns>
    async Task<Target?> PersonAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ShownPeople.ById(id));
        return await ShownPeople.ReadAsync(rows, ct) is [{ ConnectionId: var connection }]
            ? new(connection, async locks => await ErasedObject.OfPersonAsync(db, connection, id, locks, ct) ?? throw NoUser(id))
            : null;
    }

    async Task<(string State, Guid Organization)> StateAsync(Guid connection, CancellationToken ct)
    {
        var found = await db.Connections.Where(c => c.Id == connection).Select(c => new { c.State, c.OrganizationId }).SingleAsync(ct);
        return (found.State, found.OrganizationId);
    }

    static void RequireDeleted(ErasedObject found, string state)
    {
        // Of a connection that is ended, the identity provider deletes nobody any more, and brings nobody back.
        if (found.IsLive && state is not (ConnectionState.Disconnected or ConnectionState.Deleted))
            throw ProblemException.Conflict(
                "invalid_state",
                $"The {found.Type} {found.Resource} is not deleted. Have the identity provider delete it first, or send a DELETE over SCIM."
            );
    }

    static ProblemException NoUser(Guid id) => ProblemException.NotFound($"There is no user {id}.");

    /// <param name="Find">Reads who or what it is; with its row locked.</param>
    sealed record Target(Guid Connection, Func<bool, Task<ErasedObject>> Find);
}
