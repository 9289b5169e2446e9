using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;

namespace ScimProvisioning.Http.Discovery;

/// <summary>A discovery document. It seldom changes: clients may keep it, and ask with <c>If-None-Match</c> whether it still holds (RFC 9110 §13.1.2).</summary>
sealed class DiscoveryResult(JsonObject document) : IResult
{
    /// <summary>Seconds; registered schemas are seen so much later at most by who keeps documents.</summary>
    const int MaxAge = 300;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = ScimJson.Utf8(document);
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"";
        var headers = httpContext.Response.Headers;
        headers.ETag = etag;
        headers.CacheControl = $"private, max-age={MaxAge}";
        // The address without a connection's key means another connection to another token.
        headers.Vary = "Authorization";
        if ((await EntityTags.BindAsync(httpContext))!.IsKnown(etag))
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        else
            await ScimResult.WriteAsync(httpContext, json);
    }
}
