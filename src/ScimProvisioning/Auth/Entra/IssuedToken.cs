using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.Entra;

/// <summary>What every token of another issuer must be: for us, of this hour, and signed.</summary>
static class IssuedToken
{
    // The clocks of others may be ahead of ours.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static TokenValidationParameters Validation(IEnumerable<string> audiences, TimeProvider clock) =>
        new()
        {
            ValidAudiences = audiences,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            LifetimeValidator = (notBefore, expires, _, _) => clock.GetUtcNow() is var now && expires > now && !(notBefore > now + Skew),
        };

    /// <summary>What the library has found, for admins.</summary>
    public static FailedLoginReason Refusal(Exception failure) =>
        failure switch
        {
            SecurityTokenInvalidLifetimeException => FailedLoginReason.Expired,
            SecurityTokenInvalidAudienceException => FailedLoginReason.WrongAudience,
            SecurityTokenInvalidIssuerException => FailedLoginReason.WrongIssuer,
            _ => FailedLoginReason.WrongSignature,
        };
}
