using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Scim;
using ScimProvisioning.Api;

namespace ScimProvisioning.Http.Requests;

/// <summary>The JSON object in the body of a request, free of what JSON allows but we cannot store.</summary>
sealed record ResourceBody(JsonObject Json)
{
    /// <summary>Enough for some 50,000 members in one request.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    const int MaxDepth = 32;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <exception cref="ScimException">415; 413; 400 <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    public static async ValueTask<ResourceBody?> BindAsync(HttpContext http)
    {
        ScimMediaType.Require(http.Request.ContentType);
        var json = await ReadAsync(http.Request, http.RequestAborted);
        if (!Utf8.IsValid(json.Span))
            throw ScimException.InvalidSyntax("The body is not valid UTF-8.");
        if (json.Span.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        try
        {
            Check(json.Span);
            return JsonNode.Parse(json.Span, documentOptions: Strict) is JsonObject body
                ? new(body)
                : throw ScimException.InvalidSyntax("The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            // Only Check reports a line. What it accepts and the parser refuses is a doubled name.
            throw ScimMediaType.InvalidJson(e, MaxDepth);
        }
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        // One byte more than Content-Length says, so that the end is found without a larger buffer.
        var body = new byte[Math.Min(request.ContentLength ?? 4 * 1024, MaxBytes) + 1];
        var length = 0;
        for (int read; (read = await request.Body.ReadAsync(body.AsMemory(length), ct)) > 0; )
        {
            length += read;
            if (length > MaxBytes)
                throw ScimException.PayloadTooLarge($"The body is larger than {MaxBytes} bytes (maxPayloadSize): split the request.");
            if (length == body.Length)
                Array.Resize(ref body, Math.Min(2 * length, MaxBytes + 1));
        }
        return body.AsMemory(0, length);
    }

    /// <summary>Refuses what JSON allows but PostgreSQL cannot store: NUL, half surrogate pairs, numbers out of range.</summary>
    static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped && !IsStorable(ref reader):
                    throw ScimException.InvalidValue(
                        $"The text at byte {reader.TokenStartIndex + 1} holds a NUL character or half of a surrogate pair, "
                            + "which cannot be stored."
                    );
                case JsonTokenType.Number when reader.ValueSpan.Length > 40 || !reader.TryGetDecimal(out _):
                    throw ScimException.InvalidValue(
                        $"The number at byte {reader.TokenStartIndex + 1} is out of range: at most 28 digits are kept."
                    );
            }
        }
    }

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
