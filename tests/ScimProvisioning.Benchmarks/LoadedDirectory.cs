using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Benchmarks;

/// <summary>A connection whose directory was filled over HTTP, as an identity provider would.</summary>
/// <param name="Movers">Users beyond <paramref name="Users"/>, in no group: one per worker, to come and go as a member.</param>
sealed record LoadedDirectory(Uri TenantUrl, string Token, IReadOnlyList<string> Users, IReadOnlyList<string> Movers, string SmallGroup, string LargeGroup)
{
    const int SmallGroupSize = 10;
    const int LargeGroupSize = 10_000;
    const int Parallelism = 16;

    public static string NameOf(int user) => $"user{user:d6}";

    public static async Task<LoadedDirectory> LoadAsync(Uri server, string adminKey, int users, int movers, CancellationToken ct)
    {
        using var admin = Client(server, adminKey);
        var connection = await PostAsync(admin, "api/v1/connections", """{"name":"Benchmark"}""", ct);
        var token = await PostAsync(admin, $"api/v1/connections/{connection["id"]}/tokens", "{}", ct);
        // The path of a Tenant URL is fixed, its host is what the server believes it is called.
        var tenantUrl = new Uri(server, new Uri((string)token["tenantUrl"]!).AbsolutePath + "/");

        using var scim = Client(tenantUrl, (string)token["token"]!);
        var ids = new string[users + movers];
        await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct }, async (user, stop) =>
            ids[user] = (string)(await PostAsync(scim, "Users", UserDocuments.New(NameOf(user)), stop))["id"]!);
        return new(tenantUrl, (string)token["token"]!, ids[..users], ids[users..],
            await CreateGroupAsync(scim, "Small", ids[..SmallGroupSize], ct),
            await CreateGroupAsync(scim, "Large", ids[..Math.Min(users, LargeGroupSize)], ct));
    }

    public static HttpClient Client(Uri address, string? token) => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = address,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    static async Task<string> CreateGroupAsync(HttpClient scim, string name, IEnumerable<string> members, CancellationToken ct)
    {
        var values = string.Join(',', members.Select(member => $$"""{"value":"{{member}}"}"""));
        return (string)(await PostAsync(scim, "Groups", $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}","members":[{{values}}]}""", ct))["id"]!;
    }

    static async Task<JsonNode> PostAsync(HttpClient client, string path, string json, CancellationToken ct)
    {
        using var response = await client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? JsonNode.Parse(body)! : throw new InvalidOperationException($"POST {path} failed with {(int)response.StatusCode}: {body}");
    }
}
