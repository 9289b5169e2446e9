using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// Authenticates a token whose signature was checked before without the authentication handlers: they are made anew for each request, which
/// costs more than all the other checks.
/// </summary>
sealed class TokenCachePolicyEvaluator(IAuthorizationService authorization, TokenCache tokens, CredentialCheck credentials)
    : PolicyEvaluator(authorization)
{
    static readonly AuthenticateResult Success = AuthenticateResult.Success(new(SecretTokenEvents.Authenticated, SecretToken.Scheme));

    /// <inheritdoc/>
    public override async Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context)
    {
        if (policy.AuthenticationSchemes is not [BearerToken.Scheme] || tokens.Find(context.Request) is not { } validated)
            return await base.AuthenticateAsync(policy, context);

        if (await credentials.LogInAsync(context, validated) is { } reason)
            return AuthenticateResult.Fail(reason.ToString());
        context.User = SecretTokenEvents.Authenticated;
        return Success;
    }
}
