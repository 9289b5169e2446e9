using Scim;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Resources;

/// <summary>
/// What a request demands of the present version of a resource, as <c>If-Match</c> and <c>If-None-Match</c> do (RFC 7644 §3.14, RFC 9110
/// §13).
/// </summary>
/// <param name="Expected">Entity tags, one of which the resource must have; <c>null</c>: it may have any.</param>
/// <param name="Excluded">Entity tags that the resource must not have.</param>
sealed record Precondition(IReadOnlyList<string>? Expected, IReadOnlyList<string> Excluded)
{
    const string AnyTag = "*";
    const string WeakPrefix = "W/";

    /// <summary>Every version will do.</summary>
    public static readonly Precondition None = new(null, []);

    /// <summary>Lets a write through.</summary>
    /// <exception cref="ScimException">
    /// 412 when the client expects another version, or excludes this one: it writes only what does not exist yet (RFC 9110 §13.1.2).
    /// </exception>
    public void Require(StoredResource resource)
    {
        if (Expected is not null && !Names(Expected, resource.ETag))
            throw ScimException.PreconditionFailed($"The resource has changed: it is at version {resource.ETag}. Read it again.");
        if (Excludes(resource.ETag))
            throw ScimException.PreconditionFailed($"The resource is at version {resource.ETag}, which If-None-Match excludes.");
    }

    /// <summary>True when the client has this version already.</summary>
    public bool Excludes(string etag) => Names(Excluded, etag);

    static bool Names(IReadOnlyList<string> tags, string etag)
    {
        foreach (var tag in tags)
            if (tag == AnyTag || Opaque(tag).SequenceEqual(Opaque(etag)))
                return true;
        return false;
    }

    /// <summary>Weak comparison (RFC 9110 §8.8.3.2): weak or not does not count.</summary>
    static ReadOnlySpan<char> Opaque(string tag) =>
        tag.StartsWith(WeakPrefix, StringComparison.Ordinal) ? tag.AsSpan(WeakPrefix.Length) : tag;
}
