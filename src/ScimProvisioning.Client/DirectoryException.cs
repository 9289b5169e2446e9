using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Client;

/// <summary>The server has refused a request, or could not answer it.</summary>
public sealed class DirectoryException : Exception
{
    /// <summary>The <see cref="Code"/> of a position of the feed that was thrown away.</summary>
    public const string PositionExpired = "position_expired";

    DirectoryException(HttpStatusCode status, string code, string detail, string? requestId)
        : base($"{detail} ({(int)status} {code}{(requestId is null ? "" : $", request {requestId}")})") =>
        (Status, Code, Detail, RequestId) = (status, code, detail, requestId);

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>
    /// What is wrong, for programs. <c>http_502</c> and the like when the answer is not from the server but from a proxy.
    /// </summary>
    public string Code { get; }

    /// <summary>What is wrong, for people, and what to change.</summary>
    public string Detail { get; }

    /// <summary>What the operator finds the request by.</summary>
    public string? RequestId { get; }

    /// <summary>Of a message that is not valid: the texts for each wrong field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private init; } = new Dictionary<string, string[]>();

    /// <summary>How long the server wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    internal static async Task<DirectoryException> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var problem = Problem(await response.Content.ReadAsStringAsync(ct));
        return new(
            response.StatusCode,
            Text(problem?["code"]) ?? $"http_{(int)response.StatusCode}",
            Text(problem?["detail"]) ?? Text(problem?["title"]) ?? response.ReasonPhrase ?? "The server has refused the request.",
            Text(problem?["requestId"])
        )
        {
            Errors = problem?["errors"] is JsonObject errors
                ? errors.ToDictionary(field => field.Key, field => Texts(field.Value))
                : new Dictionary<string, string[]>(),
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    static JsonObject? Problem(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            // A page of a proxy.
            return null;
        }
    }

    static string[] Texts(JsonNode? texts) => texts is JsonArray array ? [.. array.Select(text => Text(text) ?? "")] : [];

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
