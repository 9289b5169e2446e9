using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Entra;

/// <summary>
/// Checks the tokens that Entra itself issues and sends when its Secret Token field is blank. Their audience is the same in every tenant,
/// so only the issuer tells whose they are: it must be the Entra tenant of the connection.
/// </summary>
sealed class EntraTokenEvents(EntraOptions options, IssuerKeys keys, ConnectionCache cache, UnknownCallers unknown) : JwtBearerEvents
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "EntraToken";

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        if (UnverifiedJwt.Read(BearerToken.Of(context.Request)) is not { } token)
        {
            Reject(context, new(FailedLoginReason.Unknown));
            return;
        }
        // First, so that no client makes the server fetch keys for a connection that does not take such tokens.
        if (await FindAsync(context.HttpContext, token.Issuer) is { Failure: { } failure })
        {
            Reject(context, failure);
            return;
        }
        await keys.FindAsync(options.MetadataAddress, token.KeyId, context.HttpContext.RequestAborted);
    }

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var (connection, failure) = await FindAsync(context.HttpContext, context.Principal?.FindFirst("iss")?.Value);
        if (failure is not null)
            Reject(context, failure);
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
            Reject(context, new(IssuedToken.ReasonOf(context.Exception)));
        return Task.CompletedTask;
    }

    /// <summary>
    /// The connection that a token of this issuer is good for at this URL, or why there is none. The reason comes without the connection:
    /// until the token is verified only the URL names it.
    /// </summary>
    async ValueTask<(KnownConnection? Connection, RejectedCredential? Failure)> FindAsync(HttpContext http, string? issuer)
    {
        var (tenant, ct) = (options.TenantOf(issuer), http.RequestAborted);
        var (connection, isRefused) =
            ConnectionKey.Of(http) is { } key ? await unknown.FindAsync(http, key, () => cache.FindConnectionAsync(key, ct).AsTask())
            : tenant is { } any ? await unknown.FindAsync(http, $"{any}", () => cache.FindConnectionOfTenantAsync(any, ct).AsTask())
            : default;
        return connection switch
        {
            null => (null, isRefused ? RejectedCredential.NotLookedUp : new(FailedLoginReason.Unknown)),
            { EntraTenantId: null } or { Settings.AcceptEntraTokens: false } => (connection, new(FailedLoginReason.EntraTokensNotAccepted)),
            _ when connection.EntraTenantId != tenant => (connection, new(FailedLoginReason.WrongIssuer)),
            _ => (connection, null),
        };
    }

    static void Reject(ResultContext<JwtBearerOptions> context, RejectedCredential rejected) =>
        context.Fail(CredentialCheck.Reject(context.HttpContext, rejected).ToString());
}
