namespace ScimProvisioning.Auth.Tokens;

/// <summary>What a request carries in <c>Authorization: Bearer</c> (RFC 6750 §2.1).</summary>
static class BearerToken
{
    /// <summary>The word before it, in challenges too.</summary>
    public const string Scheme = "Bearer";

    const string Prefix = Scheme + " ";

    /// <summary><c>null</c> without the word, empty when nothing follows it.</summary>
    public static string? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        return header?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) is true ? header[Prefix.Length..].Trim() : null;
    }
}
