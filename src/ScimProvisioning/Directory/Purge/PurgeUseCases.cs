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
sealed class PurgeUseCases(ScimDbContext db, AdminTransaction transaction, SampleCache samples)
{
    /// <summary>Erases a deleted resource; of a user, the person too.</summary>
    /// <exception cref="ProblemException">404; 409 when the resource is not deleted.</exception>
    public async Task<PurgeResponse> PurgeResourceAsync(Guid connection, Guid resource, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        var row = await LockAsync(connection, ct);
        return await ErasedObject.OfResourceAsync(db, connection, resource, ct) is { } found
            ? await EraseAsync(row, resource, found, ct)
            : throw ProblemException.NotFound($"The connection has no resource {resource}, not even a deleted one.");
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
        var row = await LockAsync(person.ConnectionId, ct);
        return await ErasedObject.OfPersonAsync(db, person.ConnectionId, id, ct) is { } found
            ? await EraseAsync(row, id, found, ct)
            : throw NoUser(id);
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

    async Task<PurgeResponse> EraseAsync(ProjectionRow row, Guid id, ErasedObject found, CancellationToken ct)
    {
        var type = found.Type ?? ResourceType.User.Name;
        // Of a connection that is ended, the identity provider deletes nobody any more, and brings nobody back.
        if (found.IsLive && row.Connection.State is not (ConnectionState.Disconnected or ConnectionState.Deleted))
            throw ProblemException.Conflict(
                "invalid_state",
                $"The {type} {found.Resource} is not deleted. Have the identity provider delete it first, or send a DELETE over SCIM."
            );
        var connection = row.Connection.Id;
        var erased = await new Erasure(db, row).RunAsync([found], ct);
        var cause = new EventCause(EventCause.Admin, transaction.RequestId);
        transaction.RunLast(EventLog.Append(connection, row.Connection.OrganizationId, Erasure.Told([found], cause, transaction.Now)));
        transaction.Logged(connection);
        samples.Forget(connection);
        transaction.Record(
            found.Type is null ? AuditAction.UserPurged : AuditAction.ResourcePurged,
            found.Type ?? nameof(Person),
            found.Type is null ? found.Person!.Value : found.Resource!.Value,
            row.Connection.OrganizationId,
            null,
            new
            {
                connectionId = connection,
                userId = found.Person,
                resourceId = found.Resource,
                deletedAt = found.DeletedAt?.UtcDateTime,
                erased,
            },
            connection
        );
        return new(id, type, found.Resource, found.Person, found.DeletedAt?.UtcDateTime, erased.GetValueOrDefault("changes"), erased);
    }

    static ProblemException NoUser(Guid id) => ProblemException.NotFound($"There is no user {id}.");
}
