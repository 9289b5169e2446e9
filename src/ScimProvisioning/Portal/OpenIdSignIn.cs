using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Portal;

/// <summary>
/// Operators sign in by an OpenID provider, when one is configured: code flow with PKCE. Nothing of its tokens is kept; the session that
/// begins is the portal's own.
/// </summary>
static partial class OpenIdSignIn
{
    /// <summary>Leads to the provider.</summary>
    public const string Path = PortalGate.Console + "/openid";

    /// <summary>In the query of the page to sign in by: why somebody is there again.</summary>
    public const string Refused = "refused";

    public const string NoOperator = "role";

    const string Failed = "failed";
    const string Scheme = "PortalOpenId";
    const string Callback = PortalGate.Console + "/callback";
    const int LongestSubject = 255;

    public static void AddOpenIdSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        // Each request of the server passes the scheme: without a provider there is none.
        if (string.IsNullOrEmpty(configuration["Portal:OpenIdConnect:Authority"]))
            return;
        services.AddAuthentication().AddOpenIdConnect(Scheme, _ => { });
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<PortalOptions, PublicUrl, ILoggerFactory>(Configure);
        // With the keys of an earlier document, a token whose key was withdrawn would still be accepted.
        services.PostConfigure<OpenIdConnectOptions>(
            Scheme,
            options => ((BaseConfigurationManager)options.ConfigurationManager!).UseLastKnownGoodConfiguration = false
        );
    }

    public static void MapOpenIdSignIn(this WebApplication app)
    {
        // By a link, because our policy lets no form lead to another site.
        if (app.Services.GetRequiredService<PortalOptions>().OpenIdConnect.IsOn)
            app.MapGet(Path, LeaveAsync).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task LeaveAsync(HttpContext http, ILoggerFactory logs)
    {
        try
        {
            await http.ChallengeAsync(Scheme, new() { RedirectUri = $"{PortalPaths.BaseOf(http)}{PortalGate.Root}/connections" });
        }
        // The metadata cannot be read.
        catch (InvalidOperationException e)
        {
            NotSignedIn(logs.CreateLogger(typeof(OpenIdSignIn)), Readable(e.GetBaseException().Message));
            GoBack(http, Failed);
        }
    }

    static void Configure(OpenIdConnectOptions options, PortalOptions portal, PublicUrl url, ILoggerFactory logs)
    {
        var settings = portal.OpenIdConnect;
        (options.Authority, options.ClientId, options.ClientSecret) = (settings.Authority, settings.ClientId, settings.ClientSecret);
        options.RequireHttpsMetadata = !settings.Authority!.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
        options.BackchannelHttpHandler = OutgoingRequests.GuardOfOperator();
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.ResponseType = OpenIdConnectResponseType.Code;
        // As a form, the answer would be a post of another site, which gets no cookie.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CallbackPath = Callback;
        options.SignInScheme = PortalSession.Scheme;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.ClaimActions.Clear();
        options.Scope.Clear();
        foreach (var scope in settings.Scopes.Where(scope => scope is not "").Prepend(OpenIdConnectScope.OpenId))
            options.Scope.Add(scope);
        PortalSetup.Restrict(options.CorrelationCookie, "portal-openid.", url);
        PortalSetup.Restrict(options.NonceCookie, "portal-nonce.", url);
        // The path of PublicUrl may stand before ours.
        options.CorrelationCookie.Path = options.NonceCookie.Path = "/";

        var log = logs.CreateLogger(typeof(OpenIdSignIn));
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            // Not by the host that the request names.
            context.ProtocolMessage.RedirectUri = url.Root + Callback;
            return Task.CompletedTask;
        };
        options.Events.OnTokenValidated = context =>
        {
            if (context.Principal is { } user && settings.IsOperator(user) && SubjectOf(user) is { } subject)
                context.Principal = PortalSession.ForOperator(subject, settings.Version);
            else
                Refuse(context, NoOperator);
            return Task.CompletedTask;
        };
        options.Events.OnAccessDenied = context =>
        {
            Refuse(context, Failed);
            return Task.CompletedTask;
        };
        options.Events.OnRemoteFailure = context =>
        {
            NotSignedIn(log, Readable(context.Failure?.GetBaseException().Message));
            Refuse(context, Failed);
            return Task.CompletedTask;
        };
    }

    // It goes into the audit log (OpenID Connect Core §2: at most 255 ASCII characters).
    static string? SubjectOf(ClaimsPrincipal user) =>
        user.FindFirst("sub")?.Value is { Length: > 0 and <= LongestSubject } subject && subject.All(c => c is > ' ' and < (char)127)
            ? subject
            : null;

    static void Refuse<TOptions>(HandleRequestContext<TOptions> context, string reason)
        where TOptions : AuthenticationSchemeOptions
    {
        GoBack(context.HttpContext, reason);
        context.HandleResponse();
    }

    static void GoBack(HttpContext http, string reason) =>
        http.Response.Redirect($"{PortalPaths.BaseOf(http)}{PortalGate.Console}?{Refused}={reason}");

    // What the provider has said, which may be what somebody else has put into the address.
    static string Readable(string? text) => string.Concat((text ?? "").Where(c => !char.IsControl(c)).Take(300));

    [LoggerMessage(1, LogLevel.Information, "Somebody could not sign in with OpenID Connect: {Reason}")]
    static partial void NotSignedIn(ILogger log, string reason);
}
