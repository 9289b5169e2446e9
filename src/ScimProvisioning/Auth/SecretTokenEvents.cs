using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>
/// What the signature cannot say: whether a token is known, alive, and of this connection. A database that does not answer
/// is an exception, never a 401: identity providers give up on credentials that are refused.
/// </summary>
sealed class SecretTokenEvents(ValidatedTokens validated, TokenCache cache, TokenUse use, TimeProvider clock) : JwtBearerEvents
{
    // Who it is stands in the feature; here it matters only that somebody is.
    static readonly ClaimsPrincipal Authenticated = new(new ClaimsIdentity(SecretToken.Scheme));

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        // One that has expired since goes the long way, which says so.
        if (validated.Find(Authorization(context.Request)) is not { } token || token.Expires <= clock.GetUtcNow()) return;
        if (await RefusalAsync(context.HttpContext, token) is { } reason)
        {
            context.Fail(reason);
            return;
        }

        context.Principal = Authenticated;
        context.Success();
    }

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (context.Principal?.FindFirst(SecretToken.JtiClaim) is not { } jti)
        {
            context.Fail("The token has no jti.");
            return;
        }

        var expires = context.SecurityToken.ValidTo;
        var token = new ValidatedToken(SecretToken.HashOf(jti.Value), expires == DateTime.MinValue ? null : new DateTimeOffset(expires, TimeSpan.Zero));
        if (await RefusalAsync(context.HttpContext, token) is { } reason)
        {
            context.Fail(reason);
            return;
        }

        validated.Add(Authorization(context.Request), token);
        context.Principal = Authenticated;
    }

    static string Authorization(HttpRequest request) => request.Headers.Authorization.ToString();

    /// <summary>Why the token does not open this URL; else notes whose request it is, and answers null.</summary>
    async ValueTask<string?> RefusalAsync(HttpContext http, ValidatedToken validated)
    {
        var token = await cache.FindAsync(validated.JtiHash, http.RequestAborted);
        if (Refusal(token, http.GetRouteValue(ConnectionKey.RouteValue) as string) is { } reason) return reason;
        use.Seen(token!);
        http.Features.Set(new CurrentConnection(token!.Connection, token.Actor, token.Scopes));
        return null;
    }

    // The caller learns no more than "invalid_token"; the reason is for our log.
    string? Refusal(KnownToken? token, string? urlKey) => token switch
    {
        null => "The token is unknown.",
        { RevokedAt: not null } => "The token is revoked.",
        { ExpiresAt: { } expiry } when expiry <= clock.GetUtcNow() => "The token has expired.",
        _ when !ConnectionState.AcceptsLogins(token.Connection.State) => $"The connection is {token.Connection.State}.",
        _ when urlKey is not null && urlKey != token.Connection.Key => "The token is of another connection than the URL.",
        _ => null,
    };
}
