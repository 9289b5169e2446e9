using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ScimProvisioning.Auth;

/// <summary>
/// Lets a token in whose signature was checked before, without the schemes: their handlers, made anew for each request, cost more than everything
/// else that is asked here. Whatever it does not let in goes the long way, and is refused there.
/// </summary>
sealed class RememberedTokens(IAuthorizationService authorization, ValidatedTokens validated, ConnectionCache cache, Logins logins) : PolicyEvaluator(authorization)
{
    static readonly AuthenticateResult LetIn = AuthenticateResult.Success(new(SecretTokenEvents.Authenticated, SecretToken.Scheme));

    /// <inheritdoc/>
    public override async Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context)
    {
        if (policy.AuthenticationSchemes is not [BearerToken.Scheme] || validated.Find(context.Request) is not { } token || !await IsGoodAsync(token, context))
            return await base.AuthenticateAsync(policy, context);

        context.User = SecretTokenEvents.Authenticated;
        return LetIn;
    }

    async ValueTask<bool> IsGoodAsync(ValidatedToken token, HttpContext context) =>
        logins.Open(context, await cache.FindTokenAsync(token.JtiHash, context.RequestAborted), token.Expires) is null;
}
