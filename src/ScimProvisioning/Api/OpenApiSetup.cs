using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace ScimProvisioning.Api;

/// <summary>The OpenAPI document of the admin API, from which clients can be generated, and the page to try it.</summary>
static class OpenApiSetup
{
    const string SecurityScheme = "bearer";

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new() { Title = "ScimProvisioning admin API", Version = "v1" });
            options.AddSecurityDefinition(
                SecurityScheme,
                new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An admin key: the configured one, or the one printed on the first start.",
                }
            );
            options.AddSecurityRequirement(document => new() { [new OpenApiSecuritySchemeReference(SecurityScheme, document)] = [] });
            options.IncludeXmlComments(typeof(OpenApiSetup).Assembly);
            options.SupportNonNullableReferenceTypes();
            // Without a schema for its members, generators take an object for one that is always empty.
            options.MapType<JsonObject>(() =>
                new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() }
            );
            // Any value: text, number, list, object.
            options.MapType<JsonNode>(() => new OpenApiSchema());
            options.SchemaFilter<OpenApiProblems>();
            options.SchemaFilter<OpenApiMembers>();
            options.SchemaFilter<OpenApiExamples>();
            options.OperationFilter<OpenApiDescriptions>();
            options.OperationFilter<OpenApiSamples>();
            options.DocumentFilter<OpenApiDescriptions>();
        });
    }

    /// <summary>
    /// Maps <c>/swagger</c>, which needs no key. In Production only if the setting <c>Swagger:Enabled</c> says so: strangers need no map.
    /// </summary>
    /// <exception cref="StartupException">The setting is neither true nor false.</exception>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        if (!TrueOrFalseSetting.Read(app.Configuration, "Swagger:Enabled", otherwise: !app.Environment.IsProduction()))
            return;
        app.MapSwagger(setupAction: options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            var server = app.Configuration["PublicUrl"] is { Length: > 0 } url ? url.TrimEnd('/') : "/";
            options.PreSerializeFilters.Add((document, _) => document.Servers = [new() { Url = server, Description = "This server." }]);
        });
        // Only for these paths, so that its middleware does not run for every SCIM request.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger => swagger.UseSwaggerUI());
    }
}
