using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Scim;

namespace ScimProvisioning.Api;

/// <summary>Reads the JSON object in the body of a SCIM request or of a registered document.</summary>
static class JsonBody
{
    /// <summary>
    /// The object, free of what JSON allows but PostgreSQL cannot store: NUL, half surrogate pairs, numbers out of range.
    /// </summary>
    /// <param name="maxDepth">Levels of nesting that are accepted.</param>
    /// <exception cref="ScimException">415; 413; 400 <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    /// <exception cref="UnavailableException">See <see cref="BodyMemory"/>.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext http, int maxBytes, int maxDepth)
    {
        ScimMediaType.Require(http.Request.ContentType);
        try
        {
            return await http
                .RequestServices.GetRequiredService<BodyMemory>()
                .ReadAsync(http, maxBytes, json => Count(json, maxDepth), json => Parse(json, maxDepth));
        }
        catch (JsonException e)
        {
            // Only Count reports a line. What it accepts and the parser refuses is a doubled name.
            throw ScimMediaType.InvalidJson(e, maxDepth);
        }
    }

    /// <summary>The same for an endpoint that takes larger bodies than the rest of its API.</summary>
    /// <exception cref="ScimException">415; 413; 400 <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    /// <exception cref="UnavailableException">See <see cref="BodyMemory"/>.</exception>
    public static Task<JsonObject> ReadLargeAsync(HttpContext http, int maxBytes, int maxDepth)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            // Above our own limit: what is too long is read to its end, so that the client gets our error and not a broken connection.
            limit.MaxRequestBodySize = 8L * maxBytes;
        return ReadAsync(http, maxBytes, maxDepth);
    }

    /// <summary>The same for an object that is part of a body, such as one line of it. The caller bounds its length.</summary>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> json, int maxDepth)
    {
        try
        {
            Count(json, maxDepth);
            return Parse(json, maxDepth);
        }
        catch (JsonException e)
        {
            throw ScimMediaType.InvalidJson(e, maxDepth);
        }
    }

    static JsonObject Parse(ReadOnlySpan<byte> json, int maxDepth) =>
        JsonNode.Parse(
            WithoutPreamble(json),
            documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth }
        ) as JsonObject
        ?? throw ScimException.InvalidSyntax("The body must be a JSON object.");

    /// <summary>The number of values; throws for what cannot be parsed or stored.</summary>
    static int Count(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json))
            throw ScimException.InvalidSyntax("The body is not valid UTF-8.");
        const int max = BodyMemory.MaxValues;
        var values = 0;
        var reader = new Utf8JsonReader(WithoutPreamble(json), new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject) && ++values > max)
                throw ScimException.PayloadTooLarge($"The body holds more than {max} values: split the request.");
            switch (reader.TokenType)
            {
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped && !IsStorable(ref reader):
                    throw ScimException.InvalidValue(
                        $"The text at byte {reader.TokenStartIndex + 1} holds a NUL character or half a surrogate pair, "
                            + "which cannot be stored."
                    );
                case JsonTokenType.Number when reader.ValueSpan.Length > 40 || !reader.TryGetDecimal(out _):
                    throw ScimException.InvalidValue(
                        $"The number at byte {reader.TokenStartIndex + 1} is out of range: at most 28 digits are kept."
                    );
            }
        }
        return values;
    }

    static ReadOnlySpan<byte> WithoutPreamble(ReadOnlySpan<byte> json) =>
        json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;

    static bool IsStorable(ref Utf8JsonReader reader)
    {
        try
        {
            return !reader.GetString()!.Contains('\0');
        }
        catch (InvalidOperationException) // how the reader reports a lone surrogate
        {
            return false;
        }
    }
}
