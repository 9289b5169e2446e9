using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Replies;

/// <summary>
/// Every SCIM reply but errors: status, <c>application/scim+json</c>, <c>ETag</c>, <c>Location</c>, <c>Content-Location</c>.
/// </summary>
sealed class ScimResult : IResult
{
    readonly int _status;
    readonly Func<ReplyBody, ResourceStore, CancellationToken, ValueTask>? _write;
    readonly string? _location;
    readonly string? _etag;
    readonly string? _allow;

    ScimResult(
        int status,
        Func<ReplyBody, ResourceStore, CancellationToken, ValueTask>? write = null,
        string? location = null,
        string? etag = null,
        string? allow = null
    ) => (_status, _write, _location, _etag, _allow) = (status, write, location, etag, allow);

    public static ScimResult NoContent { get; } = new(StatusCodes.Status204NoContent);

    /// <summary>Any document.</summary>
    public static ScimResult Ok(JsonObject document) =>
        new(
            StatusCodes.Status200OK,
            (body, _, _) =>
            {
                body.Write(ScimJson.Utf8(document));
                return ValueTask.CompletedTask;
            }
        );

    public static ScimResult Ok(StoredResource resource, AttributeProjection projection, Caller caller) =>
        One(StatusCodes.Status200OK, resource, projection, caller);

    public static ScimResult Created(StoredResource resource, AttributeProjection projection, Caller caller) =>
        One(StatusCodes.Status201Created, resource, projection, caller);

    /// <summary>A change without the resource in the reply; the entity tag is that of the new version.</summary>
    public static ScimResult Changed(StoredResource resource, Caller caller) =>
        new(StatusCodes.Status204NoContent, location: ResourceJson.Location(resource, caller), etag: resource.ETag);

    public static ScimResult NotModified(StoredResource resource) => new(StatusCodes.Status304NotModified, etag: resource.ETag);

    /// <summary>405; the error's text comes from <see cref="ScimErrorWriter"/>, <c>Allow</c> from here (RFC 9110 §15.5.6).</summary>
    public static ScimResult NotAllowed(string allow) => new(StatusCodes.Status405MethodNotAllowed, allow: allow);

    /// <summary>501; the error's text comes from <see cref="ScimErrorWriter"/>.</summary>
    public static ScimResult NotImplemented { get; } = new(StatusCodes.Status501NotImplemented);

    /// <summary>RFC 7644 §3.4.2, RFC 9865 §2.</summary>
    /// <param name="startIndex">1-based index of the first resource; <c>null</c> when paging by cursor.</param>
    /// <param name="previous">Cursor of the page before, if there is one.</param>
    /// <param name="next">Cursor of the next page, if there is one.</param>
    public static ScimResult List(
        ResourcePage page,
        Func<ResourceType, AttributeProjection> projection,
        Caller caller,
        long? startIndex,
        string? previous,
        string? next
    )
    {
        var paging =
            (startIndex is null ? "" : $",\"startIndex\":{startIndex}")
            + (previous is null ? "" : $",\"previousCursor\":\"{previous}\"")
            + (next is null ? "" : $",\"nextCursor\":\"{next}\"");
        var head =
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"""
            + $"\"totalResults\":{page.Total}{paging},\"itemsPerPage\":{page.Resources.Count},\"Resources\":[";
        return new(
            StatusCodes.Status200OK,
            async (body, store, ct) =>
            {
                Encoding.UTF8.GetBytes(head, body);
                for (var i = 0; i < page.Resources.Count; i++)
                {
                    if (i > 0)
                        body.Write(","u8);
                    await ResourceJson.WriteAsync(body, page.Resources[i], projection(page.Resources[i].Type), caller, store, ct);
                }
                body.Write("]}"u8);
            }
        );
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        if (_etag is not null)
            response.Headers.ETag = _etag;
        if (_allow is not null)
            response.Headers.Allow = _allow;
        // RFC 7643 §3.1: "meta.location" is also the Content-Location; and the Location, of a new resource (RFC 7644 §3.3), and of others
        // because typed clients read it there.
        if (_location is not null)
            (response.Headers.ContentLocation, response.Headers.Location) = (_location, _location);
        if (_write is null)
            return;
        response.ContentType = ScimMediaType.Scim;
        using var body = new ReplyBody(response);
        await _write(body, httpContext.RequestServices.GetRequiredService<ResourceStore>(), httpContext.RequestAborted);
        await body.EndAsync(httpContext.RequestAborted);
    }

    public static Task WriteJsonAsync(HttpContext http, JsonObject document) => WriteAsync(http, ScimJson.Utf8(document));

    public static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> json)
    {
        http.Response.ContentType = ScimMediaType.Scim;
        using var body = new ReplyBody(http.Response);
        body.Write(json.Span);
        // Without a token: what nobody reads any more is dropped, and is no exception in the middle of error handling.
        await body.EndAsync(CancellationToken.None);
    }

    static ScimResult One(int status, StoredResource resource, AttributeProjection projection, Caller caller) =>
        new(
            status,
            (body, store, ct) => ResourceJson.WriteAsync(body, resource, projection, caller, store, ct),
            ResourceJson.Location(resource, caller),
            resource.ETag
        );
}
