using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// Looks up a token whose signature is valid. When the database does not answer this is an exception and not a 401: identity providers stop
/// using a credential that was answered 401.
/// </summary>
sealed class SecretTokenEvents(TokenCache tokens, CredentialCheck credentials, IConfiguration configuration) : JwtBearerEvents
{
    // The same for all: which connection it is stands in the request's CurrentConnection.
    public static readonly ClaimsPrincipal Authenticated = new(new ClaimsIdentity(SecretToken.Scheme));

    /// <inheritdoc/>
    public override Task MessageReceived(MessageReceivedContext context)
    {
        // Before the library reads it, which throws for some of what is no token.
        if (BearerToken.Of(context.Request) is { Length: > 0 } token && UnverifiedJwt.Read(token) is null)
            context.Fail(
                CredentialCheck
                    .Reject(context.HttpContext, new(IsAdminKey(token) ? FailedLoginReason.AdminKey : FailedLoginReason.Unknown))
                    .ToString()
            );
        return Task.CompletedTask;
    }

    // By its look alone, and without asking the database: a stranger learns nothing by trying.
    bool IsAdminKey(string token) =>
        token.StartsWith(BearerToken.AdminKeyPrefix, StringComparison.Ordinal)
        || configuration["Admin:ApiKey"] is { Length: > 0 } configured
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(token)),
                SHA256.HashData(Encoding.UTF8.GetBytes(configured))
            );

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
