using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Answers a request whose login failed, for every kind of key: 401, the same for every reason (RFC 6750 §3.1), or 429 when its address has
/// failed too often.
/// </summary>
sealed class AuthorizationResultHandler(FailedLoginLog failures, LoginThrottle throttle) : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler _default = new();

    /// <inheritdoc/>
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (!authorizeResult.Challenged)
            return _default.HandleAsync(next, context, policy, authorizeResult);

        var hasToken = BearerToken.Of(context.Request) is { Length: > 0 };
        var login = context.Features.Get<RejectedCredential>() ?? new(hasToken ? FailedLoginReason.Unknown : FailedLoginReason.Missing);
        // What the server itself tries is nobody's failure. It can only be tried with a token that this server has made for it.
        if (login.SelfTest is null && failures.Record(context, login))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return throttle.HoldBackAsync(context);
        }
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        // §3.1: a client that sent no token is told of no error.
        context.Response.Headers.WWWAuthenticate = hasToken ? BearerToken.Scheme + " error=\"invalid_token\"" : BearerToken.Scheme;
        return Task.CompletedTask;
    }
}
