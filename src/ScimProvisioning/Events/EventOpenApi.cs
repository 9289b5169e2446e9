using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using ScimProvisioning.Events.Feed;
using ScimProvisioning.Storage.Released;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Events;

/// <summary>
/// Adds to the OpenAPI document what each type of event looks like: in the section <c>webhooks</c>, by the name of the type.
/// </summary>
sealed class EventOpenApi : IDocumentFilter
{
    public static void Describe(SwaggerGenOptions options) => options.DocumentFilter<EventOpenApi>();

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var events = Read();
        var schemas = swaggerDoc.Components!.Schemas!;
        foreach (var (name, schema) in events.Components!.Schemas!)
            schemas[name] = schema;
        swaggerDoc.Webhooks = events.Webhooks;
        // A page of the feed has events of all types.
        var data = (OpenApiSchema)schemas[nameof(FeedPage)].Properties!["data"];
        data.Items = new OpenApiSchemaReference("Event", swaggerDoc);
    }

    /// <summary>A document of the schemas and the webhooks alone.</summary>
    static OpenApiDocument Read()
    {
        var webhooks = new JsonObject();
        foreach (var type in EventType.All)
            webhooks[type.Name] = new JsonObject
            {
                ["post"] = new JsonObject
                {
                    ["summary"] = type.Description,
                    ["requestBody"] = new JsonObject
                    {
                        ["required"] = true,
                        ["content"] = new JsonObject
                        {
                            ["application/json"] = new JsonObject
                            {
                                ["schema"] = EventSchemas.Of(type),
                                ["example"] = EventSchemas.Example(type),
                            },
                        },
                    },
                    ["responses"] = new JsonObject
                    {
                        ["2XX"] = new JsonObject { ["description"] = "It was taken, and is not sent again." },
                    },
                },
            };
        var document = new JsonObject
        {
            ["openapi"] = "3.1.2",
            ["info"] = new JsonObject { ["title"] = "Events", ["version"] = "v1" },
            ["paths"] = new JsonObject(),
            ["webhooks"] = webhooks,
            ["components"] = new JsonObject { ["schemas"] = EventSchemas.Shared() },
        };
        var (read, diagnostic) = OpenApiDocument.Parse(document.ToJsonString(), "json", new OpenApiReaderSettings());
        return diagnostic is { Errors: [] } && read is not null
            ? read
            : throw new InvalidOperationException($"event-schemas.json is wrong: {string.Join(' ', diagnostic!.Errors)}");
    }
}
