using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Directory.Imports;

/// <summary>Metadata of an endpoint whose body is a file of the application's users.</summary>
/// <param name="Required">Whether there must be one.</param>
sealed record TakesFile(bool Required);

/// <summary>Describes the file that is sent. It is read as it comes, so no parameter of the endpoint tells of it.</summary>
sealed class ImportOpenApi : IOperationFilter
{
    const string Ndjson = """
        {"uid":"5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34","appUserId":"4711","userName":"ella@contoso.com"}
        {"uid":"b7a1d0c2-93f5-4a0e-8a57-6a6f0e0c8d11","appUserId":"4712","userName":"max@contoso.com"}

        """;
    const string Csv = """
        uid,appUserId,userName
        5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34,4711,ella@contoso.com
        b7a1d0c2-93f5-4a0e-8a57-6a6f0e0c8d11,4712,max@contoso.com

        """;

    public static void Describe(SwaggerGenOptions options) => options.OperationFilter<ImportOpenApi>();

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesFile>().FirstOrDefault() is { } takes)
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = "The users, in UTF-8: a JSON object in each line, or CSV with the names of the columns in the first line.",
                Required = takes.Required,
                Content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal)
                {
                    [FileRows.Ndjson] = Text(Ndjson),
                    [FileRows.Csv] = Text(Csv),
                },
            };
    }

    static OpenApiMediaType Text(string example) =>
        new()
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = example,
        };
}
