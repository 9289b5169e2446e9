using ScimProvisioning.Api;
using ScimProvisioning.Auth.OAuth;

namespace ScimProvisioning.Http.Replies;

/// <summary>Headers by which browsers and caches keep a reply from being misused.</summary>
static class SafetyHeaders
{
    const string OneYear = "max-age=31536000";

    /// <summary>Called when a reply starts: error handling removes all headers that were set before.</summary>
    public static void Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // Over plain HTTP browsers ignore it (RFC 6797 §7.2). Behind a trusted proxy, the scheme is that of its X-Forwarded-Proto.
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;
        // Tokens and keys are shown in these replies; nothing there is worth caching, so the rule has no exceptions.
        if (http.Request.Path.StartsWithSegments(ApiRoutes.Root) || http.Request.Path.StartsWithSegments(AccessTokenEndpoint.Path))
            headers.CacheControl = "no-store";
    }
}
