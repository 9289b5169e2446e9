using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// Looks up what the signature has proven. A database that does not answer is an exception, never a 401: identity providers give up on
/// credentials that are refused.
/// </summary>
sealed class SecretTokenEvents(TokenCache validated, CredentialCheck logins) : JwtBearerEvents
{
    // Who it is stands in the feature; here it matters only that somebody is.
    public static readonly ClaimsPrincipal Authenticated = new(new ClaimsIdentity(SecretToken.Scheme));

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (context.Principal?.FindFirst(SecretToken.JtiClaim) is not { } jti)
        {
            context.Fail("The token has no jti.");
            return;
        }

        var expires = context.SecurityToken.ValidTo;
        var signed = new ValidatedToken(
            SecretToken.HashOf(jti.Value),
            expires == DateTime.MinValue ? null : new DateTimeOffset(expires, TimeSpan.Zero)
        );
        if (await logins.OpenAsync(context.HttpContext, signed) is { } refusal)
        {
            context.Fail(refusal.ToString());
            return;
        }
        validated.Add(context.Request, signed);
        context.Principal = Authenticated;
    }

    /// <inheritdoc/>
    public override Task Forbidden(ForbiddenContext context)
    {
        context.Response.Headers.WWWAuthenticate = ScimScope.Challenge(context.HttpContext);
        return Task.CompletedTask;
    }
}
