namespace ScimProvisioning.Http.Requests;

/// <summary>Where SCIM is served.</summary>
static class ScimRoutes
{
    /// <summary>The path that takes the connection from the token alone; the Tenant URL adds the connection's key.</summary>
    public const string Root = "/scim/v2";

    /// <summary>Below it are all versions of SCIM, of which the server has one.</summary>
    public const string AllVersions = "/scim";

    /// <summary>What reads is mapped for GET and HEAD: a resource that has one must have the other (RFC 9110 §9.1).</summary>
    public static readonly IReadOnlyList<string> ReadMethods = [HttpMethods.Get, HttpMethods.Head];
}
