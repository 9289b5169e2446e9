using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ScimProvisioning.Auth;

/// <summary>
/// Answers who is not let in, whatever kind of key was wanted: the same 401 for every reason (RFC 6750 §3.1), or 429 for those who go on and on.
/// </summary>
sealed class LoginChallenge(FailedLogins failures) : IAuthorizationMiddlewareResultHandler
{
    const string Scheme = "Bearer";

    readonly AuthorizationMiddlewareResultHandler _others = new();

    /// <inheritdoc/>
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Challenged) return _others.HandleAsync(next, context, policy, authorizeResult);

        var hasToken = HasToken(context.Request);
        var login = context.Features.Get<RefusedLogin>() ?? new(hasToken ? LoginRefusal.Unknown : LoginRefusal.Missing);
        if (failures.AreTooMany(context, login))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        }
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        // §3.1: who sent nothing of the kind is told of no error.
        context.Response.Headers.WWWAuthenticate = hasToken ? Scheme + " error=\"invalid_token\"" : Scheme;
        return Task.CompletedTask;
    }

    static bool HasToken(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(header[Scheme.Length..]);
}
