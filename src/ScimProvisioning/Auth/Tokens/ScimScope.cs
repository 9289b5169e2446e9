using Microsoft.AspNetCore.Authorization;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>The scope that a SCIM request needs: <c>read</c> when it only reads, else <c>write</c>.</summary>
static class ScimScope
{
    /// <summary>Marks the endpoint of a POST that only reads.</summary>
    public static readonly object OnlyReads = new ReadMark();

    public static string Needed(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method)
        || HttpMethods.IsHead(http.Request.Method)
        || http.GetEndpoint()?.Metadata.GetMetadata<ReadMark>() is not null
            ? Token.ReadScope
            : Token.WriteScope;

    /// <summary>Whether the credential has the scope that the request needs.</summary>
    public static bool IsGranted(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext http && CurrentConnection.Of(http) is { } connection && connection.Scopes.Contains(Needed(http));

    /// <summary>The <c>WWW-Authenticate</c> header for a credential without the scope (RFC 6750 §3.1).</summary>
    public static string Challenge(HttpContext http) => $"{BearerToken.Scheme} error=\"insufficient_scope\", scope=\"{Needed(http)}\"";

    sealed class ReadMark;
}
