using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Sends what Entra sends to a Tenant URL.</summary>
sealed class EntraClient(HttpClient client, string tenantUrl) : IDisposable
{
    /// <summary>With a token of its own.</summary>
    public static async Task<EntraClient> CreateAsync(ScimServer server, Guid connection)
    {
        var (_, token) = await server.Send(HttpMethod.Post, $"/connections/{connection}/tokens", "{}");
        return new(server.ClientWith((string)token!["token"]!), (string)token["tenantUrl"]!);
    }

    /// <summary>Test Connection looks for a user that cannot exist.</summary>
    [SuppressMessage("Design", "CA1024", Justification = "It sends a request.")]
    public async Task<int> TestConnection() =>
        (int)
            (await client.GetAsync(new Uri($"{tenantUrl}/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22"))).StatusCode;

    public async Task<Guid> CreateUser(string userName, params (string Name, JsonNode Value)[] more)
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
            ),
            ["externalId"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
            ["userName"] = userName,
            ["active"] = true,
        };
        foreach (var (name, value) in more)
            user[name] = value;
        return await Create("/Users", user);
    }

    /// <summary>As when somebody is unassigned or disabled.</summary>
    public async Task Deactivate(Guid user)
    {
        const string json = """
            {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "Replace", "path": "active", "value": "False" }]
            }
            """;
        using var content = new StringContent(json, Encoding.UTF8, "application/scim+json");
        using var answer = await client.PatchAsync(new Uri($"{tenantUrl}/Users/{user}"), content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    public Task<Guid> CreateGroup(string name, params Guid[] members) =>
        Create(
            "/Groups",
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
                ["displayName"] = name,
                ["members"] = new JsonArray([.. members.Select(member => new JsonObject { ["value"] = member.ToString() })]),
            }
        );

    public void Dispose() => client.Dispose();

    async Task<Guid> Create(string path, JsonObject resource)
    {
        using var content = new StringContent(resource.ToJsonString(), Encoding.UTF8, "application/scim+json");
        using var answer = await client.PostAsync(new Uri(tenantUrl + path), content);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), body.ToJsonString());
        return (Guid)body["id"]!;
    }
}
