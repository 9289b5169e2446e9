using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Scim;

namespace ScimProvisioning.Api;

/// <summary>The media types accepted for SCIM bodies, and the errors for a wrong one (415) and for invalid JSON (400).</summary>
static class ScimMediaType
{
    /// <summary>RFC 7644 §8.1; every SCIM reply has it.</summary>
    public const string Scim = "application/scim+json";

    /// <summary>Accepted in requests, because clients send it.</summary>
    public const string Json = "application/json";

    /// <summary>Accepts both media types in UTF-8, and a request without a Content-Type.</summary>
    /// <exception cref="ScimException">415.</exception>
    public static void Require(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
            return;
        if (
            !MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !(
                type.MediaType.Equals(Scim, StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            )
            || type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        )
            throw ScimException.UnsupportedMediaType($"Send {Scim} or {Json}, in UTF-8.");
    }

    /// <summary>The error for a body that is not strict JSON. A failure without a line number is a duplicate property name.</summary>
    /// <param name="maxDepth">Levels of nesting that the reader accepts.</param>
    public static ScimException InvalidJson(JsonException failure, int maxDepth) =>
        ScimException.InvalidSyntax(
            failure.LineNumber is { } line
                ? $"The body is not the JSON that is expected here (line {line + 1}, byte {failure.BytePositionInLine + 1}): "
                    + $"check for broken syntax and nesting beyond {maxDepth} levels."
                : "The body has the same property twice in one object: give each once."
        );
}
