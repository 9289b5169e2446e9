using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>Writes what endpoints say about themselves (<see cref="EndpointDescriptions"/>) into the OpenAPI document.</summary>
sealed class OpenApiDescriptions : IOperationFilter, IDocumentFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (name, text) in context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ParameterDescription>())
            if (operation.Parameters?.FirstOrDefault(parameter => parameter.Name == name) is { } described)
                described.Description = text;
    }

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) =>
        swaggerDoc.Tags = context
            .ApiDescriptions.SelectMany(endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<TagDescription>())
            .Distinct()
            .OrderBy(tag => tag.Name, StringComparer.Ordinal)
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Text })
            .ToHashSet();
}
