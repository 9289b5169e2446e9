using Microsoft.IdentityModel.JsonWebTokens;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>Tokens of another issuer in the place of a secret (RFC 7523 §3), as Entra's workload identity federation sends them.</summary>
sealed class ClientAssertions(EntraOptions options, IssuerKeys keys, TimeProvider clock)
{
    readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Why the assertion does not stand for the client; <c>null</c>: it does.</summary>
    /// <exception cref="UnavailableException">The keys of the issuer cannot be had.</exception>
    public async Task<FailedLoginReason?> RefusalAsync(OAuthClient client, string assertion, UnverifiedJwt? jwt, CancellationToken ct)
    {
        if (client.AssertionIssuer is not { } issuer || jwt is not { Algorithm: UnverifiedJwt.RS256 })
            return FailedLoginReason.WrongAssertion;
        // First, so that a stranger does not make us fetch keys.
        if (jwt.Issuer != issuer)
            return FailedLoginReason.WrongIssuer;

        var parameters = IssuedToken.Validation([client.AssertionAudience!], clock);
        parameters.ValidIssuer = issuer;
        // Where they are is told by what an admin has entered, never by the token.
        parameters.IssuerSigningKeys = await keys.FindAsync(options.MetadataOf(issuer), jwt.KeyId, ct);
        var result = await _handler.ValidateTokenAsync(assertion, parameters);
        if (!result.IsValid)
            return IssuedToken.Refusal(result.Exception);
        return result.ClaimsIdentity.FindFirst("sub")?.Value == client.AssertionSubject ? null : FailedLoginReason.WrongAssertion;
    }
}
