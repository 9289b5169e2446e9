using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Scim;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Requests;

/// <summary>The conditions of a request on the version of the resource (RFC 7644 §3.14, RFC 9110 §13).</summary>
sealed record EntityTags(IList<EntityTagHeaderValue>? IfMatch, IList<EntityTagHeaderValue>? IfNoneMatch)
{
    public static ValueTask<EntityTags?> BindAsync(HttpContext http)
    {
        var headers = http.Request.GetTypedHeaders();
        // A condition that cannot be read is not met: without it the write would go through.
        var ifMatch = StringValues.IsNullOrEmpty(http.Request.Headers.IfMatch) ? null : headers.IfMatch;
        return ValueTask.FromResult<EntityTags?>(new(ifMatch, headers.IfNoneMatch));
    }

    /// <summary>The <c>version</c> of a bulk operation, which is its <c>If-Match</c> (RFC 7644 §3.7).</summary>
    public static EntityTags OfVersion(string? version) =>
        new(
            version is null ? null
                : EntityTagHeaderValue.TryParseList([version], out var tags) ? tags
                : [],
            null
        );

    /// <summary>Lets a write through.</summary>
    /// <exception cref="ScimException">412 when the client knows another version, or wants to write only what is not there (RFC 9110 §13.1.2).</exception>
    public void Require(StoredResource resource)
    {
        if (IfMatch is not null && !Names(IfMatch, resource.ETag))
            throw ScimException.PreconditionFailed($"The resource has changed: it is at version {resource.ETag}. Read it again.");
        if (IsKnown(resource.ETag))
            throw ScimException.PreconditionFailed($"The resource is at version {resource.ETag}, which If-None-Match excludes.");
    }

    /// <summary>True when the client has this version already.</summary>
    public bool IsKnown(string etag) => IfNoneMatch is { Count: > 0 } && Names(IfNoneMatch, etag);

    static bool Names(IList<EntityTagHeaderValue> tags, string etag)
    {
        var current = EntityTagHeaderValue.Parse(etag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: false));
    }
}
