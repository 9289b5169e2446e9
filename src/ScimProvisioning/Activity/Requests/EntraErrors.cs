using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Requests;

/// <summary>
/// The error code that Entra's provisioning log shows for an answer of ours, as far as it is known (entra-docs,
/// howto-analyze-provisioning-logs.md).
/// </summary>
static class EntraErrors
{
    const string Incompatible = "SystemForCrossDomainIdentityManagementServiceIncompatible";

    /// <returns><c>null</c>: it is no error to Entra, or its code is not known.</returns>
    public static string? Of(LoggedRequest request) =>
        request switch
        {
            { Operation: RequestOperation.Find or RequestOperation.Probe, Status: 200, Found: > 1 } => "DuplicateTargetEntries",
            { Status: < 400 } => null,
            { Status: StatusCodes.Status401Unauthorized } => "Unauthorized",
            { Status: StatusCodes.Status403Forbidden } => "InsufficientRights",
            // Entra remembers the id of what it has made or matched, and gives it up until the job is restarted.
            { Status: StatusCodes.Status404NotFound, ResourceId: not null } => "InvalidAnchor",
            { Status: StatusCodes.Status409Conflict } => "EntryConflict",
            { Status: StatusCodes.Status422UnprocessableEntity } => "UnprocessableEntity",
            { Status: StatusCodes.Status429TooManyRequests } => "TooManyRequests",
            { Status: StatusCodes.Status501NotImplemented } => "NotImplemented",
            { Status: StatusCodes.Status499ClientClosedRequest } => "Timeout",
            { Status: >= 500 } => "InternalServerError",
            { Status: 400 or 404 or 406 or 415 } => Incompatible,
            _ => null,
        };
}
