using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ScimProvisioning.Auth;

/// <summary>Authenticates <c>Authorization: Bearer</c> with an admin key.</summary>
sealed class AdminKeyHandler(AdminKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The authentication scheme.</summary>
    public const string SchemeName = "AdminKey";

    const string Prefix = "Bearer ";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization;
        if (header?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) is not true)
            return AuthenticateResult.NoResult();
        if (await keys.FindAsync(header[Prefix.Length..].Trim(), Context.RequestAborted) is not { } admin)
            return AuthenticateResult.Fail("The admin key is not valid.");

        Context.Features.Set(admin);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }
}
