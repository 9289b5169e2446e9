using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ScimProvisioning.Resources;

namespace ScimProvisioning.Http.Requests;

/// <summary>Reads the precondition of a request from its entity tags.</summary>
static class EntityTags
{
    /// <summary>From <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    public static Precondition Read(HttpRequest request)
    {
        if (StringValues.IsNullOrEmpty(request.Headers.IfMatch) && StringValues.IsNullOrEmpty(request.Headers.IfNoneMatch))
            return Precondition.None;
        var headers = request.GetTypedHeaders();
        // An If-Match that cannot be read names no version, so that the write is refused. To ignore it would let the write through.
        return new(StringValues.IsNullOrEmpty(request.Headers.IfMatch) ? null : Texts(headers.IfMatch), Texts(headers.IfNoneMatch));
    }

    /// <summary>From the <c>version</c> of a bulk operation, which stands for <c>If-Match</c> (RFC 7644 §3.7).</summary>
    public static Precondition OfVersion(string? version)
    {
        if (version is null)
            return Precondition.None;
        return new(EntityTagHeaderValue.TryParseList([version], out var tags) ? Texts(tags) : [], []);
    }

    static string[] Texts(IList<EntityTagHeaderValue> tags) => [.. tags.Select(tag => tag.ToString())];
}
