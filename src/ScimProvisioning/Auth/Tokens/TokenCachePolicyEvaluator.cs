using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// Judges a token whose signature was checked before without the schemes: their handlers, made anew for each request, cost more than everything
/// else that is asked here.
/// </summary>
sealed class TokenCachePolicyEvaluator(IAuthorizationService authorization, TokenCache validated, CredentialCheck logins)
    : PolicyEvaluator(authorization)
{
    static readonly AuthenticateResult Success = AuthenticateResult.Success(new(SecretTokenEvents.Authenticated, SecretToken.Scheme));

    /// <inheritdoc/>
    public override async Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context)
    {
        if (policy.AuthenticationSchemes is not [BearerToken.Scheme] || validated.Find(context.Request) is not { } signed)
            return await base.AuthenticateAsync(policy, context);

        if (await logins.OpenAsync(context, signed) is { } refusal)
            return AuthenticateResult.Fail(refusal.ToString());
        context.User = SecretTokenEvents.Authenticated;
        return Success;
    }
}
