using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.OpenApi;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Admin;

/// <summary>The admin API and its description.</summary>
static class AdminApi
{
    /// <summary>Where the admin API is.</summary>
    public const string Path = "/api/v1";

    const string SecurityScheme = "bearer";

    /// <summary>Registers the validators and the OpenAPI document.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddScoped<AdminWork>();
        services.AddScoped<Idempotency>();
        services.AddSingleton<DailyLook>().AddHostedService(provider => provider.GetRequiredService<DailyLook>());
        services.AddSingleton<IValidator<OrganizationQuery>, OrganizationQueryValidator>();
        services.AddSingleton<IValidator<CreateOrganizationRequest>, CreateOrganizationValidator>();
        services.AddSingleton<IValidator<ChangeOrganizationRequest>, ChangeOrganizationValidator>();
        services.AddSingleton<IValidator<CreateConnectionRequest>, CreateConnectionValidator>();
        services.AddSingleton<IValidator<ChangeConnectionRequest>, ChangeConnectionValidator>();
        services.AddSingleton<IValidator<ConnectionQuery>, ConnectionQueryValidator>();
        services.AddSingleton<IValidator<ChangeStateRequest>, ChangeStateValidator>();
        services.AddSingleton<IValidator<DeleteConnectionQuery>, DeleteConnectionValidator>();
        services.AddSingleton<IValidator<CreateTokenRequest>, CreateTokenValidator>();
        services.AddSingleton<IValidator<CreateOAuthClientRequest>, CreateOAuthClientValidator>();
        services.AddSingleton<IValidator<CreateClientSecretRequest>, CreateClientSecretValidator>();
        services.AddSingleton<IValidator<RotateTokenRequest>, RotateTokenValidator>();
        services.AddSingleton<IValidator<CreateAdminKeyRequest>, CreateAdminKeyValidator>();
        services.AddSingleton<IValidator<PageRequest>, PageRequestValidator>();

        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new() { Title = "ScimProvisioning admin API", Version = "v1" });
            options.AddSecurityDefinition(SecurityScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An admin key: the configured one, or the one printed on the first start.",
            });
            options.AddSecurityRequirement(document => new() { [new OpenApiSecuritySchemeReference(SecurityScheme, document)] = [] });
            options.IncludeXmlComments(typeof(AdminApi).Assembly);
            options.MapType<JsonObject>(() => new OpenApiSchema { Type = JsonSchemaType.Object });
            options.SchemaFilter<OpenApiProblems>();
            options.SchemaFilter<OpenApiExamples>();
        });
        return services;
    }

    /// <summary>Maps <c>/api/v1</c> for admin keys, and <c>/swagger</c> for everybody.</summary>
    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup(Path)
            .RequireAuthorization(Access.AdminPolicy)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
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
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Path) && Idempotency.IsAsked(http.Request), buffered => buffered.Use((http, next) =>
        {
            http.Request.EnableBuffering();
            return next(http);
        }));

        app.MapSwagger(setupAction: options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        // Its middleware would otherwise look at every SCIM request.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger => swagger.UseSwaggerUI());
    }
}
