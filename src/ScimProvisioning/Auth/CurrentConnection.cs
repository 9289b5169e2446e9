using Scim;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>The connection that a SCIM request belongs to, and the token that says so.</summary>
sealed record CurrentConnection(Guid Id, string Key, Guid TokenId, ResourceTypes Types, ConnectionSettings Settings)
{
    /// <summary>Whose token the request carries; <c>null</c> when nobody was authenticated, for a connection.</summary>
    public static CurrentConnection? Of(HttpContext http) => http.Features.Get<CurrentConnection>();
}
