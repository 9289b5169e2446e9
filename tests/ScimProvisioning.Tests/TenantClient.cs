using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests;

/// <summary>SCIM as the client of one connection speaks it. Paths are those behind the Tenant URL, percent-encoded.</summary>
sealed class TenantClient(ScimServer server, TestConnection connection)
{
    readonly HttpClient _http = server.ClientWith(connection.Token);

    public Guid ConnectionId => connection.Id;

    /// <summary>The Tenant URL.</summary>
    public string Url => $"{server.Address.AbsoluteUri}scim/v2/{connection.Key}";

    public static async Task<TenantClient> ConnectAsync(ScimServer server) => new(server, await server.Connect());

    /// <summary>Any request to the server; a header that HTTP defines for bodies is sent with the body.</summary>
    public async Task<ScimAnswer> Send(HttpMethod method, string url, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/scim+json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers, response.Content.Headers);
    }

    public Task<ScimAnswer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, $"{Url}/{path}", null, headers);

    public Task<ScimAnswer> Post(string path, string json) => Send(HttpMethod.Post, $"{Url}/{path}", json);

    public Task<ScimAnswer> Put(string path, string json, params (string Name, string Value)[] headers) => Send(HttpMethod.Put, $"{Url}/{path}", json, headers);

    public Task<ScimAnswer> Patch(string path, string json, params (string Name, string Value)[] headers) => Send(HttpMethod.Patch, $"{Url}/{path}", json, headers);

    public Task<ScimAnswer> Delete(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, $"{Url}/{path}", null, headers);

    /// <summary>The whole list of what fits the filter.</summary>
    public Task<ScimAnswer> Find(string collection, string filter) => Get($"{collection}?count=1000&filter={Uri.EscapeDataString(filter)}");

    /// <summary>Creates a resource that must succeed.</summary>
    public async Task<string> Create(string collection, string json)
    {
        var created = await Post(collection, json);
        return created.Status == 201 ? (string)created["id"]! : throw new InvalidOperationException($"{json}: {created.Body?.ToJsonString()}");
    }

    public Task<string> CreateUser(string userName) => Create("Users", new JsonObject { ["userName"] = userName }.ToJsonString());

    public Task<string> CreateGroup(string displayName, params string[] members) => Create("Groups", new JsonObject
    {
        ["displayName"] = displayName,
        ["members"] = new JsonArray([.. members.Select(id => new JsonObject { ["value"] = id })]),
    }.ToJsonString());
}

/// <summary>An answer of the server, read to its end.</summary>
sealed record ScimAnswer(int Status, JsonNode? Body, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public JsonNode? this[string name] => Body?[name];

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>The resources of a list.</summary>
    public IReadOnlyList<JsonObject> Resources => [.. Body![nameof(Resources)]!.AsArray().Select(resource => (JsonObject)resource!)];

    public IReadOnlyList<string> Ids => [.. Resources.Select(resource => (string)resource["id"]!)];

    /// <summary>Names of the members of the resource, or of an empty list.</summary>
    public IReadOnlyList<string> Names => [.. Body!.AsObject().Select(member => member.Key)];
}
