using System.Text;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>The one way out: status, <c>application/scim+json</c>, <c>ETag</c>, <c>Location</c>, <c>Content-Location</c>.</summary>
sealed class ScimResult : IResult
{
    public const string MediaType = "application/scim+json";

    readonly int _status;
    readonly string? _json;
    readonly string? _location;
    readonly string? _etag;
    readonly string? _allow;

    ScimResult(int status, string? json = null, string? location = null, string? etag = null, string? allow = null) =>
        (_status, _json, _location, _etag, _allow) = (status, json, location, etag, allow);

    public static ScimResult NoContent { get; } = new(StatusCodes.Status204NoContent);

    /// <summary>Any document.</summary>
    public static ScimResult Ok(JsonObject document) => new(StatusCodes.Status200OK, ScimJson.Text(document));

    public static ScimResult Ok(StoredResource resource, Projection projection, Caller caller) =>
        new(StatusCodes.Status200OK, ResourceJson.Write(resource, projection, caller), ResourceJson.Location(resource, caller), resource.ETag);

    public static ScimResult Created(StoredResource resource, Projection projection, Caller caller) =>
        new(StatusCodes.Status201Created, ResourceJson.Write(resource, projection, caller), ResourceJson.Location(resource, caller), resource.ETag);

    /// <summary>A change whose result was not asked for; the tag is that of the new version.</summary>
    public static ScimResult Changed(StoredResource resource) => new(StatusCodes.Status204NoContent, etag: resource.ETag);

    public static ScimResult NotModified(StoredResource resource) => new(StatusCodes.Status304NotModified, etag: resource.ETag);

    /// <summary>405; the error's text comes from <see cref="ScimErrorWriter"/>, <c>Allow</c> from here (RFC 9110 §15.5.6).</summary>
    public static ScimResult NotAllowed(string allow) => new(StatusCodes.Status405MethodNotAllowed, allow: allow);

    /// <summary>501; the error's text comes from <see cref="ScimErrorWriter"/>.</summary>
    public static ScimResult NotImplemented { get; } = new(StatusCodes.Status501NotImplemented);

    /// <summary>RFC 7644 §3.4.2, RFC 9865 §2.</summary>
    /// <param name="startIndex">1-based index of the first resource, as it was understood; <c>null</c> when paging by cursor.</param>
    /// <param name="previous">Cursor of the page before, if there is one.</param>
    /// <param name="next">Cursor of the next page, if there is one.</param>
    public static ScimResult List(ResourcePage page, Func<ResourceType, Projection> projection, Caller caller, long? startIndex, string? previous, string? next)
    {
        var resources = string.Join(',', page.Resources.Select(resource => ResourceJson.Write(resource, projection(resource.Type), caller)));
        var paging = (startIndex is null ? "" : $",\"startIndex\":{startIndex}") + (previous is null ? "" : $",\"previousCursor\":\"{previous}\"") + (next is null ? "" : $",\"nextCursor\":\"{next}\"");
        return new(StatusCodes.Status200OK,
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{{page.Total}}{{paging}},"itemsPerPage":{{page.Resources.Count}},"Resources":[{{resources}}]}
            """);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        if (_etag is not null) response.Headers.ETag = _etag;
        if (_allow is not null) response.Headers.Allow = _allow;
        // RFC 7643 §3.1: "meta.location" is also the Content-Location; a new resource is named by Location too (RFC 7644 §3.3).
        if (_location is not null) response.Headers.ContentLocation = _location;
        if (_location is not null && _status == StatusCodes.Status201Created) response.Headers.Location = _location;
        if (_json is not null) await WriteAsync(httpContext, _json);
    }

    public static Task WriteJsonAsync(HttpContext http, JsonObject document) => WriteAsync(http, ScimJson.Text(document));

    public static async Task WriteAsync(HttpContext http, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = body.Length;
        // RFC 9110 §9.3.2: the headers of a GET, and nothing else.
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
