using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace ScimProvisioning.Api;

/// <summary>The OpenAPI document of the admin API, and the page to try it.</summary>
static class OpenApiDocument
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
            options.IncludeXmlComments(typeof(OpenApiDocument).Assembly);
            options.MapType<JsonObject>(() => new OpenApiSchema { Type = JsonSchemaType.Object });
            options.SchemaFilter<OpenApiProblems>();
            options.SchemaFilter<OpenApiExamples>();
        });
    }

    /// <summary>Maps <c>/swagger</c>, for everybody.</summary>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapSwagger(setupAction: options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        // Its middleware would otherwise look at every SCIM request.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger => swagger.UseSwaggerUI());
    }
}
