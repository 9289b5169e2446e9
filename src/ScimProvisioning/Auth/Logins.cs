using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>Why a login was refused. The caller learns no more than <c>invalid_token</c> (RFC 6750 §3.1); the admin reads the reason.</summary>
enum LoginRefusal
{
    Unknown,
    Expired,
    Revoked,
    WrongConnection,
    Disabled,
    Disconnected,
}

/// <summary>What a signature cannot say, for every kind of credential: whether it is known, alive, and opens this URL.</summary>
sealed class Logins(TokenUse use, TimeProvider clock)
{
    /// <summary>Why the token does not open this URL; else notes whose request it is, and answers <c>null</c>.</summary>
    /// <param name="token">What the database says of it; <c>null</c>: nothing.</param>
    public LoginRefusal? Open(HttpContext http, KnownToken? token)
    {
        if (token is null) return LoginRefusal.Unknown;
        if (token.RevokedAt is not null) return LoginRefusal.Revoked;
        if (token.ExpiresAt <= clock.GetUtcNow()) return LoginRefusal.Expired;
        if (Open(http, token.Connection, token.Actor, token.Scopes) is { } refusal) return refusal;
        use.Seen(token, http);
        return null;
    }

    /// <summary>The same for a credential that is not stored.</summary>
    /// <param name="actor">Written to the events of its changes.</param>
    public static LoginRefusal? Open(HttpContext http, KnownConnection connection, string actor, IReadOnlyList<string> scopes)
    {
        if (http.GetRouteValue(ConnectionKey.RouteValue) is string key && key != connection.Key) return LoginRefusal.WrongConnection;
        if (!ConnectionState.AcceptsLogins(connection.State)) return connection.State == ConnectionState.Disabled ? LoginRefusal.Disabled : LoginRefusal.Disconnected;
        http.Features.Set(new CurrentConnection(connection, actor, scopes));
        return null;
    }
}
