using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Scim;
using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>
/// A SCIM Schema or ResourceType (RFC 7643 §7, §6) in the body of a request. Here only its JSON is checked;
/// <see cref="RegisteredDocuments"/> checks what it says, together with the other documents of the connection.
/// </summary>
sealed record DefinitionBody(JsonObject Json)
{
    const int MaxBytes = 1024 * 1024;
    const int MaxDepth = 16;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <exception cref="ScimException">415; 400 <c>invalidSyntax</c> or <c>invalidValue</c>. A longer body is 413, by Kestrel.</exception>
    public static async ValueTask<DefinitionBody?> BindAsync(HttpContext http)
    {
        ScimMediaType.Require(http.Request.ContentType);
        // Kestrel answers 413 to a longer body.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var json = Parse(body.GetBuffer().AsSpan(0, (int)body.Length));
        StorableText.Require(json);
        return new(json);
    }

    static JsonObject Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw ScimException.InvalidSyntax("The body is not valid UTF-8.");
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        try
        {
            return JsonNode.Parse(utf8, documentOptions: Strict) as JsonObject
                ?? throw ScimException.InvalidSyntax("The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw ScimMediaType.InvalidJson(e, MaxDepth);
        }
        // The parser throws this for a name with half of a surrogate pair, when it looks for doubled names.
        catch (InvalidOperationException)
        {
            throw ScimException.InvalidSyntax("A name in the body holds half of a surrogate pair.");
        }
    }
}

/// <summary>Tells the OpenAPI document that an endpoint takes a <see cref="DefinitionBody"/>, and how it refuses one.</summary>
static class DefinitionBodyOpenApi
{
    public static void AcceptsDefinition(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Accepts<JsonObject>(ScimMediaType.Scim, ScimMediaType.Json)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
