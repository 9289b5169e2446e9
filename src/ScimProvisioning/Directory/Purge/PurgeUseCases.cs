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

/// <summary>Erases people, and what SCIM has deleted, everywhere and for good. The audit log keeps what was done, without data.</summary>
sealed class PurgeUseCases(ScimDbContext db, AdminTransaction transaction, ErasedLogs logs, SampleCache samples)
{
    /// <summary>Erases a deleted resource; of a user, the person too.</summary>
    /// <exception cref="ProblemException">404; 409 when the resource is not deleted.</exception>
    public async Task<PurgeResponse> PurgeResourceAsync(Guid connection, Guid resource, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        return await EraseAsync(
            connection,
            resource,
            async locks =>
                await ErasedObject.OfResourceAsync(db, connection, resource, locks, ct)
                ?? throw ProblemException.NotFound($"The connection has no resource {resource}, not even a deleted one."),
            ct
        );
    }

    /// <summary>Erases a person: one whose user SCIM has deleted, one who was imported, or anybody of a connection that is ended.</summary>
    /// <exception cref="ProblemException">404; 409 when the user is not deleted.</exception>
    public async Task<PurgeResponse> PurgeUserAsync(Guid id, CancellationToken ct)
    {
        List<ShownPerson> shown;
        await using (var rows = await db.ReadAsync(ct, ShownPeople.ById(id)))
            shown = await ShownPeople.ReadAsync(rows, ct);
        if (shown is not [var person])
            throw NoUser(id);
        return await EraseAsync(
            person.ConnectionId,
            id,
            async locks => await ErasedObject.OfPersonAsync(db, person.ConnectionId, id, locks, ct) ?? throw NoUser(id),
            ct
        );
    }

    /// <summary>Whichever of the two the id is of.</summary>
    /// <param name="connection">The connection of a resource; <c>null</c>: the id is that of a person.</param>
    public async Task<PurgeResponse> PurgeAsync(Guid id, Guid? connection, CancellationToken ct)
    {
        await using (var rows = await db.ReadAsync(ct, ShownPeople.ById(id)))
            if (connection is { } known && await ShownPeople.ReadAsync(rows, ct) is [])
                connection = known;
            else
                connection = null;
        return connection is { } of ? await PurgeResourceAsync(of, id, ct) : await PurgeUserAsync(id, ct);
    }

    /// <summary>One transaction at a time changes what was released.</summary>
    async Task<ProjectionRow> LockAsync(Guid connection, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, PersonWrites.Begin(connection));
        return (await ProjectionRow.ReadAsync(rows, ct))!;
    }

    /// <summary>First the logs, without a lock and in transactions of their own; a purge that breaks off there can be repeated.</summary>
    async Task<PurgeResponse> EraseAsync(Guid connection, Guid id, Func<bool, Task<ErasedObject>> find, CancellationToken ct)
    {
        var (state, organization) = await StateAsync(connection, ct);
        var before = await find(false);
        RequireDeleted(before, state);
        List<ErasedObject> all = [before, .. await before.MergedAsync(db, connection, organization, locks: false, ct)];
        var erased = await logs.EraseAsync(transaction.Admin.Reach, connection, organization, all, ct);

        var row = await LockAsync(connection, ct);
        var found = await find(true);
        RequireDeleted(found, row.Connection.State);
        var merged = await found.MergedAsync(db, connection, organization, locks: true, ct);
        foreach (var (table, rows) in await new Erasure(db, row).RunAsync([found, .. merged], ct))
            erased[table] = erased.GetValueOrDefault(table) + rows;
        var cause = new EventCause(EventCause.Admin, transaction.RequestId);
        transaction.RunLast(EventLog.Append(connection, organization, Erasure.Told([found, .. merged], cause, transaction.Now)));
        transaction.Logged(connection);
        samples.Forget(connection);
        var type = found.Type ?? ResourceType.User.Name;
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
        return new(id, type, found.Resource, found.Person, found.DeletedAt?.UtcDateTime, erased.GetValueOrDefault("changes"), erased);
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
}
