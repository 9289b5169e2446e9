using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Purge;

/// <summary>A deleted resource that was erased for good.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ResourceType">The name of its type, such as User.</param>
/// <param name="DeletedAt">When it was deleted over SCIM.</param>
/// <param name="ChangesEmptied">How many entries of the change log have lost their values.</param>
sealed record PurgedResourceResponse(Guid Id, string ResourceType, DateTime DeletedAt, int ChangesEmptied);

/// <summary>Erases what SCIM has deleted, before its time.</summary>
sealed class PurgeUseCases(ScimDbContext db, AdminTransaction transaction)
{
    /// <exception cref="ProblemException">404; 409 when the resource is not deleted.</exception>
    public async Task<PurgedResourceResponse> PurgeAsync(Guid connectionId, Guid resourceId, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(connectionId, ct);
        switch (await Erasure.OfAsync(db, connectionId, resourceId, ct))
        {
            case Erasure.Done erased:
                var purged = new PurgedResourceResponse(resourceId, erased.Type, erased.DeletedAt.UtcDateTime, erased.Changes);
                transaction.Record(
                    AuditAction.ResourcePurged,
                    erased.Type,
                    resourceId,
                    connection.OrganizationId,
                    null,
                    new
                    {
                        connectionId,
                        purged.DeletedAt,
                        purged.ChangesEmptied,
                    }
                );
                return purged;
            case Erasure.NotDeleted(var type):
                throw ProblemException.Conflict(
                    "invalid_state",
                    $"The {type} {resourceId} is not deleted. Have the identity provider delete it first, or send a DELETE over SCIM."
                );
            default:
                throw ProblemException.NotFound($"The connection has no resource {resourceId}, not even a deleted one.");
        }
    }
}
