using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Scim;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>
/// A SCIM Schema or ResourceType (RFC 7643 §7, §6) in the body of a request. Here only its JSON is checked;
/// <see cref="RegisteredDocuments"/> checks what it says, together with the other documents of the connection.
/// </summary>
sealed record ScimDocument(JsonObject Json)
{
    public const string ScimMediaType = "application/scim+json";
    public const string JsonMediaType = "application/json";

    const int MaxBytes = 1024 * 1024;
    const int MaxDepth = 16;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <exception cref="ScimException">415; 400 <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    public static async ValueTask<ScimDocument?> BindAsync(HttpContext http)
    {
        RequireJson(http.Request.ContentType);
        // The server answers 413 to a longer body.
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
            throw ScimException.InvalidSyntax(
                e.LineNumber is { } line
                    ? $"The body is not the JSON that is expected here (line {line + 1}, byte {e.BytePositionInLine + 1}): "
                        + $"check for broken syntax and nesting beyond {MaxDepth} levels."
                    : "The body names something twice in one object: give each name once."
            );
        }
        // The parser throws this for a name with half of a surrogate pair, when it looks for doubled names.
        catch (InvalidOperationException)
        {
            throw ScimException.InvalidSyntax("A name in the body holds half of a surrogate pair.");
        }
    }

    static void RequireJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
            return;
        if (
            !MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !(
                type.MediaType.Equals(ScimMediaType, StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(JsonMediaType, StringComparison.OrdinalIgnoreCase)
            )
            || type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        )
            throw ScimException.UnsupportedMediaType($"Send {ScimMediaType} or {JsonMediaType}, in UTF-8.");
    }
}

/// <summary>Tells the OpenAPI document that an endpoint takes a <see cref="ScimDocument"/>, and how it refuses one.</summary>
static class ScimDocumentEndpoints
{
    public static void AcceptsScimDocument(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Accepts<JsonObject>(ScimDocument.ScimMediaType, ScimDocument.JsonMediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
