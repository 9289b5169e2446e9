using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>Describes what our problem details have beyond RFC 9457.</summary>
sealed class OpenApiProblems : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (!context.Type.IsAssignableTo(typeof(ProblemDetails)) || schema is not OpenApiSchema { Properties: { } members } problem)
            return;
        members["code"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "What is wrong, for programs: it never changes.",
        };
        members["requestId"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "The X-Request-Id, to be given to the operator.",
        };
        problem.Required = new SortedSet<string>(StringComparer.Ordinal) { "code", "requestId" };
    }
}
