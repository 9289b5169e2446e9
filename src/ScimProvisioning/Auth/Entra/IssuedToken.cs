using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.Entra;

/// <summary>How a token of another issuer is validated: its audience, its lifetime, its signature.</summary>
static class IssuedToken
{
    // The issuer's clock may be ahead of ours.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static TokenValidationParameters Validation(IEnumerable<string> audiences, TimeProvider clock) =>
        new()
        {
            ValidAudiences = audiences,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            LifetimeValidator = (notBefore, expires, _, _) => clock.GetUtcNow() is var now && expires > now && !(notBefore > now + Skew),
        };

    /// <summary>What the library has found wrong, as admins read it.</summary>
    public static FailedLoginReason ReasonOf(Exception failure) =>
        failure switch
        {
            SecurityTokenInvalidLifetimeException => FailedLoginReason.Expired,
            SecurityTokenInvalidAudienceException => FailedLoginReason.WrongAudience,
            SecurityTokenInvalidIssuerException => FailedLoginReason.WrongIssuer,
            _ => FailedLoginReason.WrongSignature,
        };
}
