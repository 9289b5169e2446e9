using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// Looks up a token whose signature is valid. When the database does not answer this is an exception and not a 401: identity providers stop
/// using a credential that was answered 401.
/// </summary>
sealed class SecretTokenEvents(TokenCache tokens, CredentialCheck credentials) : JwtBearerEvents
{
    // The same for all: which connection it is stands in the request's CurrentConnection.
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
        var validated = new ValidatedToken(
            SecretToken.HashOf(jti.Value),
            expires == DateTime.MinValue ? null : new DateTimeOffset(expires, TimeSpan.Zero)
        );
        if (await credentials.LogInAsync(context.HttpContext, validated) is { } reason)
        {
            context.Fail(reason.ToString());
            return;
        }
        tokens.Add(context.Request, validated);
        context.Principal = Authenticated;
    }

    /// <inheritdoc/>
    public override Task Forbidden(ForbiddenContext context)
    {
        context.Response.Headers.WWWAuthenticate = ScimScope.Challenge(context.HttpContext);
        return Task.CompletedTask;
    }
}
