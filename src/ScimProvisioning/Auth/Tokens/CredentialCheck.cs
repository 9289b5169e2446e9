using System.Net;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>Why a login was refused. The caller learns no more than <c>invalid_token</c> (RFC 6750 §3.1); the admin reads the reason.</summary>
enum FailedLoginReason
{
    Missing,
    Unknown,
    Expired,
    Revoked,
    WrongConnection,
    AddressNotAllowed,
    Disabled,
    Disconnected,

    /// <summary>A token that Entra has issued, for a connection that has no Entra tenant id or does not accept such tokens.</summary>
    EntraTokensNotAccepted,

    /// <summary>A token of another issuer or Entra tenant than the connection's.</summary>
    WrongIssuer,

    /// <summary>A token that is not for us.</summary>
    WrongAudience,

    /// <summary>A token that its issuer has not signed.</summary>
    WrongSignature,

    /// <summary>An OAuth client with a secret that is none of its own.</summary>
    WrongSecret,

    /// <summary>An OAuth client with an assertion of somebody else, or one that takes none.</summary>
    WrongAssertion,
}

/// <summary>A login that was refused.</summary>
/// <param name="Connection">The one that the credential belongs to; <c>null</c> while nothing is proven.</param>
/// <param name="TokenId">Its token.</param>
/// <param name="OAuthClientId">Its OAuth client, which may have made the token.</param>
sealed record RejectedCredential(
    FailedLoginReason Reason,
    KnownConnection? Connection = null,
    Guid? TokenId = null,
    Guid? OAuthClientId = null
);

/// <summary>What a signature cannot say, for every kind of credential: whether it is known, alive, and opens this URL.</summary>
sealed class CredentialCheck(ConnectionCache cache, TokenUse use, TimeProvider clock)
{
    /// <summary>Why the token does not open this URL; else notes whose request it is, and answers <c>null</c>.</summary>
    public async ValueTask<FailedLoginReason?> OpenAsync(HttpContext http, ValidatedToken signed)
    {
        var token = await cache.FindTokenAsync(signed.JtiHash, http.RequestAborted);
        // The state comes first: a connection that was disconnected has revoked its tokens, too.
        var refusal = token is null ? FailedLoginReason.Unknown : Check(http, token.Connection) ?? CheckLife(token, signed.Expires);
        if (refusal is { } reason)
            return Refuse(http, new(reason, token?.Connection, token?.Id, token?.OAuthClientId));
        http.Features.Set(new CurrentConnection(token!.Connection, token.Actor, token.Scopes));
        use.Seen(token, http);
        return null;
    }

    /// <summary>The same for a credential that is not stored.</summary>
    /// <param name="actor">Written to the events of its changes.</param>
    public static FailedLoginReason? Open(HttpContext http, KnownConnection connection, string actor, IReadOnlyList<string> scopes)
    {
        if (Check(http, connection) is { } refusal)
            return Refuse(http, new(refusal, connection));
        http.Features.Set(new CurrentConnection(connection, actor, scopes));
        return null;
    }

    /// <summary>Why nobody may log in to this connection by this request, whoever it is.</summary>
    public static FailedLoginReason? Check(HttpContext http, KnownConnection connection)
    {
        if (http.GetRouteValue(ConnectionKey.RouteValue) is string key && key != connection.Key)
            return FailedLoginReason.WrongConnection;
        if (!ConnectionState.AcceptsLogins(connection.State))
            return connection.State == ConnectionState.Disabled ? FailedLoginReason.Disabled : FailedLoginReason.Disconnected;
        return connection.AllowedAddresses.Count == 0 || IsAmong(connection.AllowedAddresses, RequestSource.Ip(http))
            ? null
            : FailedLoginReason.AddressNotAllowed;
    }

    /// <summary>Leaves the reason with the request, for <c>AuthorizationResultHandler</c>.</summary>
    public static FailedLoginReason Refuse(HttpContext http, RejectedCredential login)
    {
        http.Features.Set(login);
        return login.Reason;
    }

    // The row knows the moment of expiry, and that of a replaced token may come early; the token's own holds all the same.
    FailedLoginReason? CheckLife(KnownToken token, DateTimeOffset? expires)
    {
        if (token.RevokedAt is not null)
            return FailedLoginReason.Revoked;
        var now = clock.GetUtcNow();
        return token.ExpiresAt <= now || expires <= now ? FailedLoginReason.Expired : null;
    }

    static bool IsAmong(IReadOnlyList<IPNetwork> networks, IPAddress? address) =>
        address is not null && networks.Any(network => network.Contains(address));
}
