using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Portal;

/// <summary>An identity provider, which sends what Entra sends.</summary>
sealed class Entra : IDisposable
{
    readonly HttpClient _client;

    Entra(HttpClient client) => _client = client;

    /// <summary>With a new token of the connection.</summary>
    public static async Task<Entra> ConnectAsync(ScimServer server, Guid connection)
    {
        var (_, token) = await server.Send(HttpMethod.Post, $"/connections/{connection}/tokens", "{}");
        return At(server, (string)token!["tenantUrl"]!, (string)token["token"]!);
    }

    /// <summary>As somebody who has entered a wrong token.</summary>
    public static async Task<Entra> WithWrongTokenAsync(ScimServer server, Guid connection)
    {
        var (_, shown) = await server.Send(HttpMethod.Get, $"/connections/{connection}");
        return At(server, (string)shown!["tenantUrl"]!, "wrong");
    }

    /// <summary>With what somebody has entered.</summary>
    public static Entra At(ScimServer server, string tenantUrl, string token)
    {
        var client = server.ClientWith(token);
        client.BaseAddress = new(tenantUrl + "/");
        return new(client);
    }

    /// <summary>What its requests say of the program, whatever that is.</summary>
    public Entra As(string agent)
    {
        _client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        return this;
    }

    /// <summary>Asks for what is not there.</summary>
    public Task AskAsync(string path) => SendAsync(HttpMethod.Get, path, null, 400, 404);

    /// <summary>Looks for a user that cannot exist.</summary>
    /// <returns>The status.</returns>
    public async Task<int> TestConnectionAsync()
    {
        using var answer = await _client.GetAsync(new Uri(FilterOf($"{NewId()}"), UriKind.Relative));
        return (int)answer.StatusCode;
    }

    /// <summary>Looks for the person, and makes him, with what most tenants send.</summary>
    /// <returns>The id.</returns>
    public Task<Guid> CreateAsync(string userName, string displayName, int expected = 201) =>
        CreateAsync(
            userName,
            expected,
            ("displayName", displayName),
            (
                "emails",
                new JsonArray(
                    new JsonObject
                    {
                        ["primary"] = true,
                        ["type"] = "work",
                        ["value"] = userName,
                    }
                )
            ),
            ("name", new JsonObject { ["familyName"] = "Baker", ["givenName"] = "Zoe" })
        );

    /// <summary>The same with these attributes.</summary>
    public Task<Guid> CreateAsync(string userName, params (string Name, JsonNode Value)[] attributes) =>
        CreateAsync(userName, 201, attributes);

    /// <summary>Makes somebody who is refused.</summary>
    public Task RefusedAsync(string userName, int expected, params (string Name, JsonNode Value)[] attributes) =>
        CreateAsync(userName, expected, attributes);

    public Task SetAsync(Guid user, string path, JsonNode value) => PatchAsync($"/Users/{user}", "Replace", path, value);

    /// <summary>As when somebody is unassigned or disabled.</summary>
    public Task DeactivateAsync(Guid user) => SetAsync(user, "active", "False");

    public Task DeleteAsync(Guid user) => SendAsync(HttpMethod.Delete, $"/Users/{user}", null, 204);

    /// <returns>The id.</returns>
    public async Task<Guid> CreateGroupAsync(string name, params Guid[] members)
    {
        var group = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ["externalId"] = NewId().ToString(),
            ["displayName"] = name,
            ["meta"] = new JsonObject { ["resourceType"] = "Group" },
        };
        var id = (Guid)(await SendAsync(HttpMethod.Post, "/Groups", group, 201))["id"]!;
        foreach (var member in members)
            await AddMemberAsync(id, member);
        return id;
    }

    public Task SetOfGroupAsync(Guid group, string path, JsonNode value) => PatchAsync($"/Groups/{group}", "Replace", path, value);

    public Task RemoveMemberAsync(Guid group, Guid user) =>
        PatchAsync($"/Groups/{group}", "Remove", "members", new JsonArray(new JsonObject { ["value"] = user.ToString() }));

    public Task AddMemberAsync(Guid group, Guid user) =>
        PatchAsync($"/Groups/{group}", "Add", "members", new JsonArray(new JsonObject { ["value"] = user.ToString() }));

    public void Dispose() => _client.Dispose();

    static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    Task<JsonNode> PatchAsync(string path, string op, string attribute, JsonNode value)
    {
        var patch = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray(
                new JsonObject
                {
                    ["op"] = op,
                    ["path"] = attribute,
                    ["value"] = value,
                }
            ),
        };
        return SendAsync(HttpMethod.Patch, path, patch, 200, 204);
    }

    async Task<Guid> CreateAsync(string userName, int expected, params (string Name, JsonNode Value)[] attributes)
    {
        await SendAsync(HttpMethod.Get, FilterOf(userName), null, 200);
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
            ),
            ["externalId"] = NewId().ToString(),
            ["userName"] = userName,
            ["active"] = true,
            ["meta"] = new JsonObject { ["resourceType"] = "User" },
        };
        foreach (var (name, value) in attributes)
            user[name] = value;
        var made = await SendAsync(HttpMethod.Post, "/Users", user, expected);
        return expected == 201 ? (Guid)made["id"]! : Guid.Empty;
    }

    static string FilterOf(string userName) =>
        $"Users?filter={Uri.EscapeDataString($"userName eq {JsonValue.Create(userName).ToJsonString()}")}";

    async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, params int[] expected)
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/'));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/scim+json"));
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(expected, Does.Contain((int)answer.StatusCode), $"{method} {path}: {text}");
        return text == "" ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
