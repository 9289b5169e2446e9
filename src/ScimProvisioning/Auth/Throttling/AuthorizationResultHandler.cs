using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Answers who is not let in, whatever kind of key was wanted: the same 401 for every reason (RFC 6750 §3.1), or 429 for those who go on and on.
/// </summary>
sealed class AuthorizationResultHandler(FailedLoginLog failures) : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler _others = new();

    /// <inheritdoc/>
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (!authorizeResult.Challenged)
            return _others.HandleAsync(next, context, policy, authorizeResult);

        var hasToken = BearerToken.Of(context.Request) is { Length: > 0 };
        var login = context.Features.Get<RejectedCredential>() ?? new(hasToken ? FailedLoginReason.Unknown : FailedLoginReason.Missing);
        if (failures.AreTooMany(context, login))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        }
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        // §3.1: who sent nothing of the kind is told of no error.
        context.Response.Headers.WWWAuthenticate = hasToken ? BearerToken.Scheme + " error=\"invalid_token\"" : BearerToken.Scheme;
        return Task.CompletedTask;
    }
}
