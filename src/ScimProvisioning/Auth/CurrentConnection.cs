using System.Security.Claims;

namespace ScimProvisioning.Auth;

/// <summary>The connection that a SCIM request belongs to, and the token that says so.</summary>
sealed record CurrentConnection(Guid Id, string Key, Guid TokenId)
{
    const string IdClaim = "connection_id";
    const string KeyClaim = "connection_key";
    const string TokenClaim = "token_id";

    /// <summary>The principal of an authenticated request.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new(IdClaim, Id.ToString()), new(KeyClaim, Key), new(TokenClaim, TokenId.ToString())],
        scheme));

    /// <summary>Who was authenticated; null when nobody was, for a connection.</summary>
    public static CurrentConnection? Of(ClaimsPrincipal user) =>
        user.FindFirst(IdClaim) is { } id && user.FindFirst(KeyClaim) is { } key && user.FindFirst(TokenClaim) is { } token
            ? new CurrentConnection(Guid.Parse(id.Value), key.Value, Guid.Parse(token.Value))
            : null;
}
