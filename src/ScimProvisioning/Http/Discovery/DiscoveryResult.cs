using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;

namespace ScimProvisioning.Http.Discovery;

/// <summary>
/// A discovery document. It seldom changes: clients may keep it, and ask with <c>If-None-Match</c> for a newer one (RFC 9110 §13.1.2).
/// </summary>
sealed class DiscoveryResult(JsonObject document) : IResult
{
    /// <summary>In seconds: a client that keeps documents sees newly registered schemas at most so much later.</summary>
    const int MaxAge = 300;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = ScimJson.Utf8(document);
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"";
        var headers = httpContext.Response.Headers;
        headers.ETag = etag;
        headers.CacheControl = $"private, max-age={MaxAge}";
        // At the URL without a connection key, the token decides which connection is meant.
        headers.Vary = "Authorization";
        if (EntityTags.Read(httpContext.Request).Excludes(etag))
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        else
            await ScimResult.WriteAsync(httpContext, json);
    }
}
