using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.IdentityProviders;

/// <summary>Requests with expected answers, written down in JSON files and replayed in order.</summary>
static class Transcript
{
    /// <summary>The requests of all files of a folder, in order.</summary>
    public static IEnumerable<JsonObject> Read(string folder) => ReadFolder(Path.Combine("IdentityProviders", folder));

    /// <summary>The objects in the arrays of all files of a folder of the test project, in order.</summary>
    public static IEnumerable<JsonObject> ReadFolder(string folder) =>
        System
            .IO.Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.json")
            .Order(StringComparer.Ordinal)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(request => (JsonObject)request!));

    /// <summary>Sends one request. Values that it captures from the answer fill the placeholders of later requests.</summary>
    /// <returns>The differences from the expected answer.</returns>
    public static async Task<IReadOnlyList<string>> ReplayAsync(
        JsonObject expected,
        HttpClient client,
        string baseUrl,
        Dictionary<string, string> bound
    )
    {
        var path = Bind((string)expected["path"]!, bound);
        using var request = new HttpRequestMessage(new((string)expected["method"]!), IsOAuth(path) ? path : baseUrl + path);
        var headers = (expected["headers"] as JsonObject ?? []).ToDictionary(h => h.Key, h => Bind((string)h.Value!, bound));
        if (expected["body"] is { } body)
        {
            request.Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(Bind(body is JsonValue raw ? (string)raw! : body.ToJsonString(), bound))
            );
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers["Content-Type"]);
        }
        foreach (var (name, value) in headers.Where(h => h.Key is not "Content-Type"))
            request.Headers.TryAddWithoutValidation(name, value);

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var answer = text.Length == 0 ? null : JsonNode.Parse(text);
        foreach (var (name, place) in expected["capture"] as JsonObject ?? [])
            bound[name] = Find(answer, (string)place!)!.ToString();
        return
        [
            .. Differences(expected, response, answer, bound)
                .Select(difference => $"{difference}; answered {(int)response.StatusCode} {text}"),
        ];
    }

    static IEnumerable<string> Differences(
        JsonObject expected,
        HttpResponseMessage response,
        JsonNode? answer,
        Dictionary<string, string> bound
    )
    {
        if ((int)response.StatusCode != (int)expected["expectStatus"]!)
            yield return $"expected status {expected["expectStatus"]}";
        if (
            answer is not null
            && response.Content.Headers.ContentType?.MediaType is var media
            && media != (IsOAuth((string)expected["path"]!) ? "application/json" : "application/scim+json")
        )
            yield return $"media type {media}";
        foreach (var (path, value) in expected["expectBody"] as JsonObject ?? [])
        {
            var wanted = value is null ? null : JsonNode.Parse(Bind(value.ToJsonString(), bound));
            var found = path.EndsWith(".length", StringComparison.Ordinal)
                ? (Find(answer, path[..^".length".Length]) as JsonArray)?.Count ?? 0
                : Find(answer, path);
            var fits = wanted is null
                ? found is null or JsonArray { Count: 0 } || found.ToString().Length == 0
                : JsonNode.DeepEquals(wanted, found);
            if (!fits)
                yield return $"expected {path} = {value?.ToJsonString() ?? "nothing"}, found {found?.ToJsonString() ?? "nothing"}";
        }
    }

    // The path of the token endpoint does not begin with the Tenant URL.
    static bool IsOAuth(string path) => path.StartsWith("/oauth2/", StringComparison.Ordinal);

    /// <summary>A dotted path; a leading schema URN is one segment, digits index arrays.</summary>
    static JsonNode? Find(JsonNode? node, string path)
    {
        var segments = new List<string>();
        if (path.StartsWith("urn:", StringComparison.Ordinal))
        {
            var end = path.IndexOf(":User", StringComparison.Ordinal) + ":User".Length;
            segments.Add(path[..end]);
            path = path.Length > end ? path[(end + 1)..] : "";
        }
        segments.AddRange(path.Split('.', StringSplitOptions.RemoveEmptyEntries));
        foreach (var segment in segments)
            node = node is JsonArray array
                ? int.Parse(segment) < array.Count
                    ? array[int.Parse(segment)]
                    : null
                : (node as JsonObject)?[segment];
        return node;
    }

    /// <summary>The text with captured values in the place of <c>{{name}}</c>.</summary>
    public static string Bind(string text, Dictionary<string, string> bound) =>
        bound.Aggregate(text, (current, pair) => current.Replace("{{" + pair.Key + "}}", pair.Value, StringComparison.Ordinal));
}
