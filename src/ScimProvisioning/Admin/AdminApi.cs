using System.Text.Json.Serialization;
using ScimProvisioning.Admin.Audit;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Admin.Keys;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Admin.Schemas;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Admin;

/// <summary>The admin API and its description.</summary>
static class AdminApi
{
    /// <summary>Registers what stands behind the endpoints, and their description.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddScoped<AdminTransaction>();
        services.AddScoped<Idempotency>();
        services.AddSingleton<DailyJob>().AddHostedService(provider => provider.GetRequiredService<DailyJob>());
        services.AddValidators();
        // A misspelt member must not pass for one that was left out, and so for the default; nor the second of two for the first, nor "90" for 90.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApiDocument();
        return services;
    }

    /// <summary>Maps <c>/api/v1</c> for admin keys, and <c>/swagger</c> for everybody.</summary>
    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup(ApiRoutes.Root)
            .RequireAuthorization(Access.AdminPolicy)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RefuseUnknownParameters()
            .InOneTransaction()
            .WithValidation();
        admin.MapOrganizations();
        admin.MapConnections();
        admin.MapConnectionStates();
        admin.MapConnectionSettings();
        admin.MapSchemas();
        admin.MapResourceTypes();
        admin.MapTokens();
        admin.MapOAuthClients();
        admin.MapAdminKeys();
        admin.MapFailedLogins();
        admin.MapAuditLog();

        // What was read for the handler is read again to compare requests.
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments(ApiRoutes.Root) && Idempotency.IsAsked(http.Request),
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
    }
}
