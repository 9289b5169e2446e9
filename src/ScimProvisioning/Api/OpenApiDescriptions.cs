using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>
/// Writes what endpoints say about themselves (<see cref="EndpointDescriptions"/>) into the OpenAPI document, and joins the lines of
/// descriptions that are comments in the code, so that wrapping a comment does not change the document.
/// </summary>
sealed class OpenApiDescriptions : IOperationFilter, IDocumentFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (name, text) in context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ParameterDescription>())
            if (operation.Parameters?.FirstOrDefault(parameter => parameter.Name == name) is { } described)
                described.Description = text;
        foreach (var parameter in operation.Parameters ?? [])
            JoinLines(parameter);
        foreach (var (name, text) in context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ResponseHeaderDescription>())
            if (operation.Responses?["200"] is OpenApiResponse response)
                (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
                {
                    Description = text,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
    }

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Tags = context
            .ApiDescriptions.SelectMany(endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<TagDescription>())
            .Distinct()
            .OrderBy(tag => tag.Name, StringComparer.Ordinal)
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Text })
            .ToHashSet();
        foreach (var schema in swaggerDoc.Components?.Schemas?.Values ?? [])
            JoinLinesIn(schema);
    }

    static void JoinLinesIn(IOpenApiSchema schema)
    {
        JoinLines(schema);
        // What a reference leads to is joined by itself.
        if (schema is not OpenApiSchema inline)
            return;
        foreach (var part in (inline.Properties?.Values ?? []).Concat(inline.OneOf ?? []))
            JoinLinesIn(part);
        if (inline.Items is { } items)
            JoinLinesIn(items);
    }

    static void JoinLines(IOpenApiDescribedElement described)
    {
        if (described.Description?.Contains('\n') is true)
            described.Description = described.Description.ReplaceLineEndings(" ");
    }
}
