using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Api;

/// <summary>Who makes a request, as the audit log notes it.</summary>
/// <param name="RequestId">Goes into the audit log and into the change log.</param>
/// <param name="Address">Where the request came from; <c>null</c> for the command line and the server.</param>
sealed record AdminCaller(CurrentAdmin Admin, string RequestId, string? Address)
{
    /// <summary>The admin whose key the request carries.</summary>
    public static AdminCaller Of(HttpContext http) => Of(http, CurrentAdmin.Of(http));

    public static AdminCaller Of(HttpContext http, CurrentAdmin admin) => new(admin, http.TraceIdentifier, RequestSource.Address(http));
}
