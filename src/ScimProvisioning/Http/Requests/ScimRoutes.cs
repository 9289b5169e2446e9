namespace ScimProvisioning.Http.Requests;

/// <summary>Where SCIM is served.</summary>
static class ScimRoutes
{
    /// <summary>The path that takes the connection from the token alone; the Tenant URL adds the connection's key.</summary>
    public const string Root = "/scim/v2";

    /// <summary>Maps GET and HEAD: a resource that has one must have the other (RFC 9110 §9.1).</summary>
    public static void MapRead(this RouteGroupBuilder scim, string pattern, Delegate read) =>
        scim.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], read);
}
