using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Entra;

/// <summary>
/// Tokens that Entra itself issues: what it sends when its Secret Token field is blank. Their audience is the same in every tenant, so it is
/// the issuer that says whose they are, and it has to be the Entra tenant of the connection.
/// </summary>
sealed class EntraTokenEvents(EntraOptions options, IssuerKeys keys, ConnectionCache cache) : JwtBearerEvents
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "EntraToken";

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var token = UnverifiedJwt.Read(BearerToken.Of(context.Request));
        // First, so that nobody makes us fetch keys for a connection that wants none.
        if (await FindAsync(context.HttpContext, token?.Issuer) is { Refusal: { } refusal })
        {
            Refuse(context, refusal);
            return;
        }
        await keys.FindAsync(options.MetadataAddress, token?.KeyId, context.HttpContext.RequestAborted);
    }

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var (connection, refusal) = await FindAsync(context.HttpContext, context.Principal?.FindFirst("iss")?.Value);
        if (refusal is { } wrong)
            Refuse(context, wrong);
        else if (
            CredentialCheck.Open(context.HttpContext, connection!, $"entra:{connection!.EntraTenantId}", Token.AllScopes) is { } closed
        )
            context.Fail(closed.ToString());
    }

    /// <inheritdoc/>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        // What is no fault of the token goes on as what it is.
        if (context.Exception is SecurityTokenException)
            Refuse(context, IssuedToken.Refusal(context.Exception));
        return Task.CompletedTask;
    }

    /// <summary>The connection that a token of this issuer can open at this URL.</summary>
    async ValueTask<(KnownConnection? Connection, FailedLoginReason? Refusal)> FindAsync(HttpContext http, string? issuer)
    {
        var tenant = options.TenantOf(issuer);
        var connection =
            http.GetRouteValue(ConnectionKey.RouteValue) is string key ? await cache.FindConnectionAsync(key, http.RequestAborted)
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

    // Without the connection: that it is meant says the URL alone, until the token is proven.
    static void Refuse(ResultContext<JwtBearerOptions> context, FailedLoginReason reason) =>
        context.Fail(CredentialCheck.Refuse(context.HttpContext, new(reason)).ToString());
}
