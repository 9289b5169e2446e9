using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth;

/// <summary>
/// Registers authentication and authorization. Each kind of key has its own scheme, so that none is ever taken for another.
/// </summary>
static class AuthSetup
{
    /// <summary>
    /// The policy of SCIM endpoints: a live secret token, the access token of an OAuth client, or a token issued by Entra, with the scope
    /// that the request needs.
    /// </summary>
    public const string ScimPolicy = "scim";

    /// <summary>The policy of the admin API: an admin key.</summary>
    public const string AdminPolicy = "admin";

    /// <summary>The policy of what tells of all organizations: an admin key that reaches all of them, and is no application's.</summary>
    public const string OperatorPolicy = "operator";

    /// <summary>Registers the schemes, the policies and the services that they use.</summary>
    public static IServiceCollection AddAuth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SigningKeys>().Bind(configuration.GetSection("Tokens"));
        services.AddSingleton<PublicUrl>();
        services.AddSingleton<AdminKeyStore>();
        services.AddSingleton<ConnectionCache>();
        services.AddSingleton<ConnectionChanges>().AddHostedService(provider => provider.GetRequiredService<ConnectionChanges>());
        services.AddSingleton<TokenUseLog>().AddHostedService(provider => provider.GetRequiredService<TokenUseLog>());
        services.AddSingleton<FailedLoginLog>().AddHostedService(provider => provider.GetRequiredService<FailedLoginLog>());
        services.AddSingleton<LoginThrottle>().AddSingleton<LoginMetrics>();
        services.AddSingleton<UnknownCallers>();
        services.AddSingleton<TokenCache>();
        services.AddSingleton<CredentialCheck>();
        services.AddSingleton<SecretTokenEvents>();
        services.AddOptions<EntraOptions>().Bind(configuration.GetSection("Entra"));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<EntraOptions>>().Value);
        services.AddOptions<OutgoingRequests>().Bind(configuration.GetSection("OutgoingRequests"));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<OutgoingRequests>>().Value);
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<EntraTokenEvents>();
        services.AddOAuth();

        // Cookies of the portal are protected by it. The keys are in the database, so that all servers know them.
        services.AddSingleton<SealedKeys>();
        services.AddDataProtection().SetApplicationName(nameof(ScimProvisioning));
        services
            .AddOptions<KeyManagementOptions>()
            // SealedKeys seals; another encryption inside would need a key of its own.
            .Configure<SealedKeys>((keys, stored) => (keys.XmlRepository, keys.XmlEncryptor) = (stored, new NullXmlEncryptor()));
        services
            .AddAuthentication()
            // Forwards to the scheme that fits the token.
            .AddPolicyScheme(BearerToken.Scheme, null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddJwtBearer(SecretToken.Scheme, options => options.EventsType = typeof(SecretTokenEvents))
            .AddJwtBearer(EntraTokenEvents.Scheme, options => options.EventsType = typeof(EntraTokenEvents))
            .AddScheme<AuthenticationSchemeOptions, AdminKeyHandler>(AdminKeyHandler.SchemeName, null);
        services.AddOptions<JwtBearerOptions>(SecretToken.Scheme).Configure<IOptions<SigningKeys>>(Validate);
        services.AddOptions<JwtBearerOptions>(EntraTokenEvents.Scheme).Configure<EntraOptions, IssuerKeys, TimeProvider>(ValidateEntra);

        services.AddSingleton<IPolicyEvaluator, TokenCachePolicyEvaluator>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
        services
            .AddAuthorizationBuilder()
            .AddPolicy(
                ScimPolicy,
                policy =>
                    policy.AddAuthenticationSchemes(BearerToken.Scheme).RequireAuthenticatedUser().RequireAssertion(ScimScope.IsGranted)
            )
            .AddPolicy(AdminPolicy, policy => policy.AddAuthenticationSchemes(AdminKeyHandler.SchemeName).RequireAuthenticatedUser())
            .AddPolicy(
                OperatorPolicy,
                policy =>
                    policy
                        .AddAuthenticationSchemes(AdminKeyHandler.SchemeName)
                        .RequireAuthenticatedUser()
                        .RequireAssertion(context =>
                            // It is asked without a key, too.
                            context.Resource
                                is HttpContext http
                            && http.Features.Get<CurrentAdmin>() is { OrganizationId: null, IsApp: false }
                        )
            );
        return services;
    }

    /// <summary>Called at the start, so that a wrong setting is reported then and not by the first request.</summary>
    /// <exception cref="StartupException">
    /// A signing key or the admin key is too short, PublicUrl is no URL, or an address block is none.
    /// </exception>
    public static void CheckSettings(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<SigningKeys>>().Value.All;
        services.GetRequiredService<AdminKeyStore>().RequireStrongKey();
        services.GetRequiredService<PublicUrl>();
        services.GetRequiredService<EntraOptions>().Check();
        _ = services.GetRequiredService<OutgoingRequests>().Networks().ToList();
    }

    static void Validate(JwtBearerOptions options, IOptions<SigningKeys> keys)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new()
        {
            IssuerSigningKeys = keys.Value.All,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidAudience = SecretToken.Audience,
            ValidateIssuer = false,
            // CredentialCheck checks it once the token's connection is known, so that its admin is told that a token has expired.
            ValidateLifetime = false,
        };
    }

    static void ValidateEntra(JwtBearerOptions options, EntraOptions entra, IssuerKeys keys, TimeProvider clock)
    {
        options.MapInboundClaims = false;
        options.ConfigurationManager = keys.ManagerOf(entra.MetadataAddress);
        // IssuerKeys does it, but not each time: a client could make up names of keys.
        options.RefreshOnIssuerKeyNotFound = false;
        options.TokenValidationParameters = IssuedToken.Validation(entra.AcceptedAudiences, clock);
        // EntraTokenEvents checks it: it depends on the connection.
        options.TokenValidationParameters.ValidateIssuer = false;
    }

    // What is neither kind of token goes to the secret tokens' scheme, which refuses it. The header of our own tokens is always the same.
    static string SchemeOf(HttpContext http) =>
        BearerToken.Of(http.Request) is { } token
        && !token.StartsWith(SecretToken.Header, StringComparison.Ordinal)
        && UnverifiedJwt.AlgorithmOf(token) == UnverifiedJwt.RS256
            ? EntraTokenEvents.Scheme
            : SecretToken.Scheme;
}
