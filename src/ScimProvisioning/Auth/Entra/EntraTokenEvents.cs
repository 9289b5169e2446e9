using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Entra;

/// <summary>
/// Checks the tokens that Entra itself issues and sends when its Secret Token field is blank. Their audience is the same in every tenant,
/// so only the issuer tells whose they are: it must be the Entra tenant of the connection.
/// </summary>
sealed class EntraTokenEvents(EntraOptions options, IssuerKeys keys, ConnectionCache cache) : JwtBearerEvents
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "EntraToken";

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var token = UnverifiedJwt.Read(BearerToken.Of(context.Request));
        // First, so that no client makes the server fetch keys for a connection that does not take such tokens.
        if (await FindAsync(context.HttpContext, token?.Issuer) is { Failure: { } reason })
        {
            Reject(context, reason);
            return;
        }
        await keys.FindAsync(options.MetadataAddress, token?.KeyId, context.HttpContext.RequestAborted);
    }

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var (connection, failure) = await FindAsync(context.HttpContext, context.Principal?.FindFirst("iss")?.Value);
        if (failure is { } reason)
            Reject(context, reason);
        else if (
            CredentialCheck.LogIn(context.HttpContext, connection!, $"entra:{connection!.EntraTenantId}", Token.AllScopes) is { } rejected
        )
            context.Fail(rejected.ToString());
    }

    /// <inheritdoc/>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        // Other exceptions are no fault of the token, and are not answered as a failed login.
        if (context.Exception is SecurityTokenException)
            Reject(context, IssuedToken.ReasonOf(context.Exception));
        return Task.CompletedTask;
    }

    /// <summary>The connection that a token of this issuer is good for at this URL, or why there is none.</summary>
    async ValueTask<(KnownConnection? Connection, FailedLoginReason? Failure)> FindAsync(HttpContext http, string? issuer)
    {
        var tenant = options.TenantOf(issuer);
        var connection =
            ConnectionKey.Of(http) is { } key ? await cache.FindConnectionAsync(key, http.RequestAborted)
            : tenant is { } any ? await cache.FindConnectionOfTenantAsync(any, http.RequestAborted)
            : null;
        return connection switch
        {
            null => (null, FailedLoginReason.Unknown),
            { EntraTenantId: null } or { Settings.AcceptEntraTokens: false } => (connection, FailedLoginReason.EntraTokensNotAccepted),
            _ when connection.EntraTenantId != tenant => (connection, FailedLoginReason.WrongIssuer),
            _ => (connection, null),
        };
    }

    // Without the connection: until the token is verified only the URL names it.
    static void Reject(ResultContext<JwtBearerOptions> context, FailedLoginReason reason) =>
        context.Fail(CredentialCheck.Reject(context.HttpContext, new(reason)).ToString());
}
