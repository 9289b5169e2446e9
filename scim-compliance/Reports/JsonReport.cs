using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>All results, for programs: camelCase, times in RFC 3339, durations in milliseconds.</summary>
static class JsonReport
{
    public static string Write(VerificationResult verified) =>
        new JsonObject
        {
            ["url"] = verified.Url,
            ["profile"] = verified.Profiles.ToString().ToLowerInvariant(),
            ["startedAt"] = verified.Started.ToString("O"),
            ["milliseconds"] = verified.Elapsed.TotalMilliseconds,
            ["allMustsHold"] = verified.AllMustsHold,
            ["interrupted"] = verified.Interrupted,
            ["left"] = new JsonArray([.. verified.Left.Select(left => JsonValue.Create(left))]),
            ["checks"] = new JsonArray([.. verified.Results.Select(Result)]),
        }.ToJsonString(JsonPaths.Indented);

    static JsonObject Result(CheckResult result) =>
        new()
        {
            ["id"] = result.Check.Id,
            ["title"] = result.Check.Title,
            ["rule"] = result.Check.Rule,
            ["severity"] = result.Check.Severity.ToString().ToLowerInvariant(),
            ["outcome"] = JsonNamingPolicy.CamelCase.ConvertName(result.Outcome.ToString()),
            ["expected"] = result.Expected,
            ["came"] = result.Came,
            ["reason"] = result.Reason,
            ["why"] = result.Check.Why,
            ["change"] = result.Check.Change,
            ["milliseconds"] = result.Elapsed.TotalMilliseconds,
            ["exchanges"] = new JsonArray([.. result.Exchanges.Select(Exchange)]),
        };

    static JsonObject Exchange(Exchange exchange) =>
        new()
        {
            ["method"] = exchange.Method,
            ["url"] = exchange.Url,
            ["requestHeaders"] = Headers(exchange.RequestHeaders),
            ["requestBody"] = exchange.RequestBody,
            ["status"] = exchange.Status,
            ["failure"] = exchange.Failure,
            ["responseHeaders"] = Headers(exchange.ResponseHeaders),
            ["responseBody"] = exchange.ResponseBody,
            ["milliseconds"] = exchange.Elapsed.TotalMilliseconds,
        };

    static JsonArray Headers(IEnumerable<KeyValuePair<string, string>> headers) =>
        [.. headers.Select(header => (JsonNode)$"{header.Key}: {header.Value}")];
}
