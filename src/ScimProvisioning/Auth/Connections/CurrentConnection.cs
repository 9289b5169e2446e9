using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Connections;

/// <summary>The connection of a SCIM request, and the credential that it was made with.</summary>
/// <param name="Actor">Written to the change log, such as <c>token:{id}</c>.</param>
/// <param name="Scopes"><c>read</c>, <c>write</c> or both.</param>
sealed record CurrentConnection(KnownConnection Connection, string Actor, IReadOnlyList<string> Scopes)
{
    public Guid Id => Connection.Id;

    public bool IsPaused => Connection.State == ConnectionState.Paused;

    /// <summary>The request's connection; <c>null</c> when the request was not authenticated for a connection.</summary>
    public static CurrentConnection? Of(HttpContext http) => http.Features.Get<CurrentConnection>();
}
