using System.Security.Claims;

namespace ScimProvisioning.Auth;

/// <summary>The connection that a SCIM request belongs to, and the token that says so. Handlers take it as a parameter.</summary>
sealed record CurrentConnection(Guid Id, string Key, Guid TokenId)
{
    const string IdClaim = "connection_id";
    const string KeyClaim = "connection_key";
    const string TokenClaim = "token_id";

    /// <summary>The principal of an authenticated request.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new(IdClaim, Id.ToString()), new(KeyClaim, Key), new(TokenClaim, TokenId.ToString())],
        scheme));

    /// <summary>Binds the parameter of a minimal API handler; null when nobody is authenticated for a connection.</summary>
    public static ValueTask<CurrentConnection?> BindAsync(HttpContext http) => ValueTask.FromResult(
        http.User.FindFirst(IdClaim) is { } id && http.User.FindFirst(KeyClaim) is { } key && http.User.FindFirst(TokenClaim) is { } token
            ? new CurrentConnection(Guid.Parse(id.Value), key.Value, Guid.Parse(token.Value))
            : null);
}
