using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Support.SelfTests;

/// <summary>An answer to a call of a self-test.</summary>
/// <param name="Body">The JSON object; <c>null</c>: the answer has none.</param>
sealed record SelfTestAnswer(int Status, string? MediaType, JsonObject? Body, Uri? Location)
{
    public string Detail => Text("detail") ?? "";

    /// <returns><c>null</c>: there is no such member, or it is no text.</returns>
    public string? Text(string name) => (Body?[name] as JsonValue)?.TryGetValue(out string? text) is true ? text : null;

    /// <summary>Whether it says that it has this schema.</summary>
    public bool IsOf(string schema) =>
        (Body?["schemas"] as JsonArray)?.Any(one => (one as JsonValue)?.TryGetValue(out string? text) is true && text == schema) is true;
}

/// <summary>
/// Calls the Tenant URL as an identity provider does, by the guard of outgoing requests. Each self-test has one of its own, so that the
/// name is resolved and the connection made anew.
/// </summary>
sealed class SelfTestClient : IDisposable
{
    /// <summary>By this the calls are found in logs, those of proxies too.</summary>
    public const string Agent = "ScimProvisioning-self-test";

    const string MediaType = "application/scim+json";
    const int LongestAnswer = 1024 * 1024;

    /// <summary>Else a member that is there twice throws where it is asked for.</summary>
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly HttpClient _http;
    readonly string _token;

    public SelfTestClient(string token)
    {
        _token = token;
        _http = new(OutgoingRequests.GuardOfOperator()) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(Agent);
    }

    /// <summary>Whether anything answers there. What it says does not matter.</summary>
    /// <exception cref="HttpRequestException">Nothing does.</exception>
    public async Task TouchAsync(Uri url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <exception cref="HttpRequestException">There is no answer, or one that is too long.</exception>
    public async Task<SelfTestAnswer> SendAsync(HttpMethod method, string url, string? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, MediaType);
        using var response = await _http.SendAsync(request, ct);
        // Whatever charset it names: JSON is UTF-8 (RFC 8259 §8.1).
        var text = await response.Content.ReadAsByteArrayAsync(ct);
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, Json(text), response.Headers.Location);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static JsonObject? Json(byte[] text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
