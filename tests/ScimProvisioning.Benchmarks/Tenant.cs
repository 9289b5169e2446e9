using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Benchmarks;

/// <summary>A connection of the measured server, with a token, made by the admin API.</summary>
sealed record Tenant(Guid ConnectionId, Uri Url, string Token)
{
    public static async Task<Tenant> CreateAsync(Uri server, string adminKey, string name, CancellationToken ct)
    {
        using var admin = Client(server, adminKey);
        var connection = await PostAsync(admin, "api/v1/connections", $$"""{"name":"{{name}}"}""", ct);
        var token = await PostAsync(admin, $"api/v1/connections/{connection["id"]}/tokens", "{}", ct);
        // Only the path of the Tenant URL is used: its host is the one that the server is configured with.
        return new(
            Guid.Parse((string)connection["id"]!),
            new Uri(server, new Uri((string)token["tenantUrl"]!).AbsolutePath + "/"),
            (string)token["token"]!
        );
    }

    public HttpClient Client() => Client(Url, Token);

    /// <returns>The id of the new resource.</returns>
    public async Task<Guid> CreateAsync(string collection, string json, CancellationToken ct)
    {
        using var scim = Client();
        return Guid.Parse((string)(await PostAsync(scim, collection, json, ct))["id"]!);
    }

    static HttpClient Client(Uri address, string token) =>
        new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    static async Task<JsonNode> PostAsync(HttpClient client, string path, string json, CancellationToken ct)
    {
        using var response = await client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"POST {path} failed with {(int)response.StatusCode}: {body}");
    }
}
