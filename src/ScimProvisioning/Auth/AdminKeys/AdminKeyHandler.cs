using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.AdminKeys;

/// <summary>Authenticates <c>Authorization: Bearer</c> with an admin key.</summary>
sealed class AdminKeyHandler(
    AdminKeyStore keys,
    UnknownCallers unknown,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The authentication scheme.</summary>
    public const string SchemeName = "AdminKey";

    /// <summary>What a caller without a valid key is told (401).</summary>
    public const string Advice = "Send an admin key: Authorization: Bearer <key>. The one that was sent, if any, is unknown or revoked.";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } key)
            return AuthenticateResult.NoResult();
        var (admin, isRefused) = keys.FindConfigured(key) is { } configured
            ? (configured, false)
            : await unknown.FindAsync(Context, key, () => keys.FindStoredAsync(key, Context.RequestAborted));
        if (isRefused)
            CredentialCheck.Reject(Context, RejectedCredential.NotLookedUp);
        if (admin is null)
            return AuthenticateResult.Fail("The admin key is not valid.");

        Context.Features.Set(admin);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }
}
