using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.AdminKeys;

/// <summary>Authenticates <c>Authorization: Bearer</c> with an admin key.</summary>
sealed class AdminKeyHandler(
    AdminKeyStore keys,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The authentication scheme.</summary>
    public const string SchemeName = "AdminKey";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } key)
            return AuthenticateResult.NoResult();
        if (await keys.FindAsync(key, Context.RequestAborted) is not { } admin)
            return AuthenticateResult.Fail("The admin key is not valid.");

        Context.Features.Set(admin);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }
}
