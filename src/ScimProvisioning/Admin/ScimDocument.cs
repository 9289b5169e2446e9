using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Scim;

namespace ScimProvisioning.Admin;

/// <summary>A SCIM Schema or ResourceType (RFC 7643 §7, §6) in the body of a request; what it says is checked with all the others of its connection.</summary>
sealed record ScimDocument(JsonObject Json)
{
    const int MaxBytes = 1024 * 1024;
    const string MediaType = "application/scim+json";

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="ScimException">400.</exception>
    public static async ValueTask<ScimDocument?> BindAsync(HttpContext http)
    {
        // The server answers 413 to more.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes;
        try
        {
            var json = await JsonNode.ParseAsync(http.Request.Body, documentOptions: Strict, cancellationToken: http.RequestAborted) as JsonObject
                ?? throw ScimException.InvalidSyntax("The body must be a JSON object.");
            StorableText.Require(json);
            return new(json);
        }
        catch (JsonException e)
        {
            throw ScimException.InvalidSyntax($"The body is not the JSON that is expected here (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
    }

    /// <summary>Says what an endpoint with this body takes.</summary>
    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Accepts<object>(MediaType, "application/json")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict);
}
