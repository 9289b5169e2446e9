namespace ScimProvisioning.Auth.Tokens;

/// <summary>What a request carries in <c>Authorization: Bearer</c> (RFC 6750 §2.1).</summary>
static class BearerToken
{
    /// <summary>The scheme's name in <c>Authorization</c> and in challenges.</summary>
    public const string Scheme = "Bearer";

    /// <summary>What the admin keys begin with that this server has made.</summary>
    public const string AdminKeyPrefix = "sk_";

    const string Prefix = Scheme + " ";

    /// <summary><c>null</c> when the request has no bearer token; empty when the scheme is there and the token is not.</summary>
    public static string? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        return header?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) is true ? header[Prefix.Length..].Trim() : null;
    }
}
