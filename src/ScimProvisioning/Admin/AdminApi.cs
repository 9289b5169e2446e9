using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ScimProvisioning.Admin.Audit;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Admin.Keys;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Admin.PortalLinks;
using ScimProvisioning.Admin.Schemas;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage.Erasing;

namespace ScimProvisioning.Admin;

/// <summary>
/// The features of the admin API. Each has messages, a class of use cases and endpoints, and stands here twice: its use cases are
/// registered (the command line calls them, too), and its endpoints are mapped.
/// </summary>
static class AdminApi
{
    const int MaxBodyBytes = 64 * 1024;

    /// <summary>Registers the use cases, and what the endpoints need around them.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddScoped<OrganizationUseCases>();
        services.AddScoped<ConnectionUseCases>();
        services.AddScoped<EntraTenantClaim>();
        services.AddScoped<ConnectionStateUseCases>();
        services.AddScoped<SchemaUseCases>();
        services.AddScoped<ResourceTypeUseCases>();
        services.AddScoped<TokenUseCases>();
        services.AddScoped<OAuthClientUseCases>();
        services.AddScoped<AdminKeyUseCases>();
        services.AddScoped<FailedLoginUseCases>();
        services.AddScoped<AuditLogUseCases>();
        services.AddScoped<PortalLinkUseCases>();
        services.AddOptions<PortalOptions>().BindConfiguration("Portal");
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<PortalOptions>>().Value);

        services.AddSingleton<BodyMemory>();
        services.AddSingleton(provider => Retention.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => MetricsOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<AdminTransaction>();
        services.AddScoped<Idempotency>();
        services.AddHostedService<ConnectionMetrics>();
        services.AddSingleton<ErasedLogs>().AddSingleton<KeptPeople>();
        services.AddSingleton<DailyJob>().AddHostedService(provider => provider.GetRequiredService<DailyJob>());
        services.AddValidators();
        // Strict JSON: a misspelt member would otherwise count as absent and get the default; of a doubled member the last one would win;
        // and "90" would count as 90.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApiDocument();
        return services;
    }

    /// <summary>Maps <c>/api/v1</c>, which needs an admin key, and <c>/swagger</c>, which needs none.</summary>
    /// <returns>The group, for features of other rooms.</returns>
    public static RouteGroupBuilder MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup(ApiRoutes.Root)
            .RequireAuthorization(AuthSetup.AdminPolicy)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .CheckQueryParameters()
            .InOneTransaction()
            .WithValidation();
        admin.MapOrganizations();
        admin.MapConnections();
        admin.MapConnectionStates();
        admin.MapSchemas();
        admin.MapResourceTypes();
        admin.MapTokens();
        admin.MapOAuthClients();
        admin.MapAdminKeys();
        admin.MapFailedLogins();
        admin.MapAuditLog();
        admin.MapPortalLinks();

        // The endpoint reads the body first, and Idempotency reads it again to compare it.
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments(ApiRoutes.Root) && Idempotency.IsRequested(http.Request),
            buffered =>
                buffered.Use(
                    (http, next) =>
                    {
                        http.Request.EnableBuffering();
                        return next(http);
                    }
                )
        );

        app.MapOpenApiDocument();
        return admin;
    }
}
