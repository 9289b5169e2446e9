using Microsoft.IdentityModel.JsonWebTokens;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>
/// Verifies tokens of another issuer in place of a secret (RFC 7523 §3), as Entra's workload identity federation sends them.
/// </summary>
sealed class ClientAssertions(EntraOptions options, IssuerKeys keys, TimeProvider clock)
{
    readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Why the assertion does not prove that this is the client; <c>null</c>: it does.</summary>
    /// <exception cref="UnavailableException">The keys of the issuer cannot be fetched.</exception>
    public async Task<FailedLoginReason?> VerifyAsync(OAuthClient client, string assertion, UnverifiedJwt? jwt, CancellationToken ct)
    {
        if (client.AssertionIssuer is not { } issuer || jwt is not { Algorithm: UnverifiedJwt.RS256 })
            return FailedLoginReason.WrongAssertion;
        // First, so that no unknown client makes the server fetch keys.
        if (jwt.Issuer != issuer)
            return FailedLoginReason.WrongIssuer;

        var parameters = IssuedToken.Validation([client.AssertionAudience!], clock);
        parameters.ValidIssuer = issuer;
        // From the address that an admin has configured, never from one that the token names.
        parameters.IssuerSigningKeys = await keys.FindAsync(options.MetadataOf(issuer), jwt.KeyId, ct);
        var result = await _handler.ValidateTokenAsync(assertion, parameters);
        if (!result.IsValid)
            return IssuedToken.ReasonOf(result.Exception);
        return result.ClaimsIdentity.FindFirst("sub")?.Value == client.AssertionSubject ? null : FailedLoginReason.WrongAssertion;
    }
}
