using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Connections;

/// <summary>The connection that a SCIM request belongs to, and whose request it is.</summary>
/// <param name="Actor">Such as <c>token:{id}</c>.</param>
/// <param name="Scopes"><c>read</c>, <c>write</c> or both.</param>
sealed record CurrentConnection(KnownConnection Connection, string Actor, IReadOnlyList<string> Scopes)
{
    public Guid Id => Connection.Id;

    public bool IsPaused => Connection.State == ConnectionState.Paused;

    /// <summary>Whose credential the request carries; <c>null</c> when nobody was authenticated, for a connection.</summary>
    public static CurrentConnection? Of(HttpContext http) => http.Features.Get<CurrentConnection>();
}
