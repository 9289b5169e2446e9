using System.Net;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>Why a login failed. The client learns no more than <c>invalid_token</c> (RFC 6750 §3.1); the admin reads the reason.</summary>
enum FailedLoginReason
{
    Missing,
    Unknown,

    /// <summary>An admin key in the place of a secret token.</summary>
    AdminKey,
    Expired,
    Revoked,
    WrongConnection,
    AddressNotAllowed,
    Disabled,
    Disconnected,

    /// <summary>A token issued by Entra, for a connection that has no Entra tenant id or does not accept such tokens.</summary>
    EntraTokensNotAccepted,

    /// <summary>A token of another issuer or Entra tenant than the connection's.</summary>
    WrongIssuer,

    /// <summary>A token issued for another service.</summary>
    WrongAudience,

    /// <summary>A token that was not signed with a key of its issuer.</summary>
    WrongSignature,

    /// <summary>An OAuth client with a secret that is not its own.</summary>
    WrongSecret,

    /// <summary>An OAuth client with an assertion for another client, or a client that has a secret and no assertions.</summary>
    WrongAssertion,
}

/// <summary>A credential that was rejected.</summary>
/// <param name="Connection">The connection that the credential belongs to; <c>null</c> when that is not proven.</param>
/// <param name="TokenId">The token, when it is one of ours.</param>
/// <param name="OAuthClientId">The OAuth client that logged in, or that the token was issued to.</param>
/// <param name="SelfTest">The actor, when the server tests itself whether it refuses the token.</param>
/// <param name="IsNotLookedUp">The database was not asked, because there were too many such questions.</param>
sealed record RejectedCredential(
    FailedLoginReason Reason,
    KnownConnection? Connection = null,
    Guid? TokenId = null,
    Guid? OAuthClientId = null,
    string? SelfTest = null,
    bool IsNotLookedUp = false
)
{
    public static readonly RejectedCredential NotLookedUp = new(FailedLoginReason.Unknown, IsNotLookedUp: true);
}

/// <summary>
/// Checks what a signature cannot prove: that the credential is known, has not ended, and is good for the connection of this URL.
/// </summary>
sealed class CredentialCheck(ConnectionCache cache, TokenUseLog uses, TimeProvider clock)
{
    /// <summary>Logs in with a token: the request gets its <see cref="CurrentConnection"/>.</summary>
    /// <returns>Why the login failed; <c>null</c>: it did not.</returns>
    public async ValueTask<FailedLoginReason?> LogInAsync(HttpContext http, ValidatedToken validated)
    {
        var token = await cache.FindTokenAsync(validated.JtiHash, http.RequestAborted);
        // The connection comes first: disconnecting it has revoked its tokens too, and the admin should read that it is disconnected.
        var failure = token is null
            ? FailedLoginReason.Unknown
            : CheckConnection(http, token.Connection) ?? CheckLifetime(token, validated.Expires);
        if (failure is { } reason)
            return Reject(
                http,
                new(reason, token?.Connection, token?.Id, token?.OAuthClientId, token is { IsSelfTest: true } own ? own.Actor : null)
            );
        http.Features.Set(new CurrentConnection(token!.Connection, token.Actor, token.Scopes));
        if (!token.IsSelfTest)
            uses.Record(token, http);
        return null;
    }

    /// <summary>The same with a credential that is not stored here.</summary>
    /// <param name="actor">Written to the change log.</param>
    public static FailedLoginReason? LogIn(HttpContext http, KnownConnection connection, string actor, IReadOnlyList<string> scopes)
    {
        if (CheckConnection(http, connection) is { } reason)
            return Reject(http, new(reason, connection));
        http.Features.Set(new CurrentConnection(connection, actor, scopes));
        return null;
    }

    /// <summary>Why this request cannot log in to this connection, whatever its credential; <c>null</c>: it can.</summary>
    public static FailedLoginReason? CheckConnection(HttpContext http, KnownConnection connection)
    {
        if (ConnectionKey.Of(http) is { } key && key != connection.Key)
            return FailedLoginReason.WrongConnection;
        if (!ConnectionState.AcceptsLogins(connection.State))
            return connection.State == ConnectionState.Disabled ? FailedLoginReason.Disabled : FailedLoginReason.Disconnected;
        return connection.AllowedAddresses.Count == 0 || IsAmong(connection.AllowedAddresses, RequestSource.Ip(http))
            ? null
            : FailedLoginReason.AddressNotAllowed;
    }

    /// <summary>Keeps the reason with the request, for <c>AuthorizationResultHandler</c>.</summary>
    public static FailedLoginReason Reject(HttpContext http, RejectedCredential rejected)
    {
        http.Features.Set(rejected);
        return rejected.Reason;
    }

    // Both expiries count: that of the row, which may be earlier since a token was rotated, and the one in the token itself.
    FailedLoginReason? CheckLifetime(KnownToken token, DateTimeOffset? expires)
    {
        if (token.RevokedAt is not null)
            return FailedLoginReason.Revoked;
        var now = clock.GetUtcNow();
        return token.ExpiresAt <= now || expires <= now ? FailedLoginReason.Expired : null;
    }

    static bool IsAmong(IReadOnlyList<IPNetwork> networks, IPAddress? address) =>
        address is not null && networks.Any(network => network.Contains(address));
}
