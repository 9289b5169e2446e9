using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>A request as the server has read it. Defects may rewrite it.</summary>
sealed class Message
{
    public const int MaxBytes = 1024 * 1024;

    const int MaxDepth = 32;

    /// <summary>The segments of the path below the Tenant URL, without empty ones.</summary>
    public required string[] Segments { get; set; }

    public required string Method { get; set; }

    public required IHeaderDictionary Headers { get; init; }

    /// <summary>The query as it was sent, without the question mark.</summary>
    public required string RawQuery { get; init; }

    public Dictionary<string, string> Query { get; private init; } = [];

    public JsonObject? Body { get; set; }

    /// <summary>Why the body could not be read.</summary>
    public ScimException? Unreadable { get; private set; }

    /// <summary>Users or Groups; empty for other addresses.</summary>
    public string Collection =>
        Segments is [var first, ..] && ResourceTypes.BuiltIn.ForCollection(first) is { } type ? type.Collection : "";

    /// <summary>Whether the request creates such a resource.</summary>
    public bool Creates(string collection) => Method is "POST" && Segments is [_] && Collection == collection;

    /// <summary>Whether the request has this method and is about such resources.</summary>
    public bool IsFor(string method, string collection) => Method == method && Collection == collection;

    /// <summary>The operations of a PATCH; none for anything else.</summary>
    public IEnumerable<JsonObject> PatchOperations =>
        Method is "PATCH" && Body?["Operations"] is JsonArray operations ? operations.OfType<JsonObject>() : [];

    /// <summary>The same request with these operations.</summary>
    public Message With(params JsonObject[] operations) =>
        WithBody(
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
                ["Operations"] = new JsonArray([.. operations.Select(operation => operation.DeepClone())]),
            }
        );

    Message WithBody(JsonObject body) =>
        new()
        {
            Segments = Segments,
            Method = Method,
            Headers = Headers,
            RawQuery = RawQuery,
            Query = Query,
            Body = body,
        };

    public static async Task<Message> ReadAsync(HttpContext http, string[] segments)
    {
        var raw = http.Request.QueryString.Value?.TrimStart('?') ?? "";
        var message = new Message
        {
            Method = http.Request.Method,
            Segments = segments,
            Headers = http.Request.Headers,
            RawQuery = raw,
            Query = Parse(raw, WebUtility.UrlDecode),
        };
        if (message.Method is not ("POST" or "PUT" or "PATCH"))
            return message;
        try
        {
            message.Body = await ReadBodyAsync(http.Request);
        }
        catch (ScimException unreadable)
        {
            message.Unreadable = unreadable;
        }
        return message;
    }

    /// <summary>The parameters of a query; the first of each name counts.</summary>
    public static Dictionary<string, string> Parse(string raw, Func<string, string> decode)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in raw.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
            query.TryAdd(decode(pair[0]), pair is [_, var value] ? decode(value) : "");
        return query;
    }

    static async Task<JsonObject> ReadBodyAsync(HttpRequest request)
    {
        if (
            !string.IsNullOrEmpty(request.ContentType)
            && !(
                MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && type.MediaType.Value?.ToLowerInvariant() is "application/scim+json" or "application/json"
                && (!type.Charset.HasValue || type.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            )
        )
            throw ScimException.UnsupportedMediaType("Send application/scim+json or application/json, in UTF-8.");
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        if (buffer.Length > MaxBytes)
            throw ScimException.PayloadTooLarge($"At most {MaxBytes} bytes (maxPayloadSize).");
        var json = buffer.ToArray().AsSpan();
        if (!Utf8.IsValid(json))
            throw ScimException.InvalidSyntax("The body is no UTF-8.");
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth }) as JsonObject
                ?? throw ScimException.InvalidSyntax("The body is no JSON object.");
        }
        catch (JsonException broken)
        {
            throw ScimException.InvalidSyntax(broken.Message);
        }
    }
}
