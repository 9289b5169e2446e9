using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Directory.Standing;

/// <summary>A resource that was brought back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ResourceType">The name of its type, such as User.</param>
/// <param name="Version">Its version now.</param>
sealed record RestoredResourceResponse(Guid Id, string ResourceType, long Version);

/// <summary>Brings back what SCIM has deleted, as it was. Memberships do not come back: the groups have changed since.</summary>
sealed class RestoreUseCases(ScimDbContext db, AdminTransaction transaction, ConnectionTypes types)
{
    /// <summary>Brings back the user of a person. The person follows as soon as the change is released.</summary>
    /// <exception cref="ProblemException">404; 409 when there never was a user, it is not deleted, or its names are taken.</exception>
    public async Task<RestoredResourceResponse> RestoreUserAsync(Guid id, CancellationToken ct)
    {
        List<ShownPerson> found;
        await using (var rows = await db.ReadAsync(ct, ShownPeople.ById(id)))
            found = await ShownPeople.ReadAsync(rows, ct);
        return found switch
        {
            [{ Person.ResourceId: { } resource, ConnectionId: var connection }] => await RestoreAsync(connection, resource, ct),
            [_] => throw ProblemException.Conflict("invalid_state", $"The user {id} was imported and never came by SCIM."),
            _ => throw ProblemException.NotFound($"There is no user {id}."),
        };
    }

    /// <exception cref="ProblemException">404; 409 when the resource is not deleted, or its names are taken.</exception>
    public async Task<RestoredResourceResponse> RestoreAsync(Guid connectionId, Guid resourceId, CancellationToken ct)
    {
        var connection = await db.ReadWithDocumentsAsync(connectionId, ct);
        var known = types.Of(connection.Documents);
        var author = (transaction.RequestId, transaction.Admin.Actor, transaction.Now);
        switch (await RestoredResource.RestoreAsync(db, connection, known, resourceId, author, ct))
        {
            case null:
                throw ProblemException.NotFound($"The connection has no resource {resourceId}, not even a deleted one.");
            case { Taken: { } taken, Type: var type }:
                throw ProblemException.Conflict("uniqueness", $"Another {type} has {taken} by now. Change or delete that one first.");
            case { Version: null, Type: var type }:
                throw ProblemException.Conflict("invalid_state", $"The {type} {resourceId} is not deleted.");
            case { Version: { } version, Type: var type }:
                transaction.Record(
                    AuditAction.ResourceRestored,
                    type,
                    resourceId,
                    connection.OrganizationId,
                    null,
                    new { connectionId, version },
                    connectionId
                );
                transaction.Logged(connectionId);
                return new(resourceId, type, version);
        }
    }
}
