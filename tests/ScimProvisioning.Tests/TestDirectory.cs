using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Tests;

/// <summary>A connection of the test's own: spoken to over HTTP, looked at with SQL.</summary>
sealed class TestDirectory(HttpClient client, TestConnection connection, string database)
{
    public TestConnection Connection => connection;

    public static async Task<TestDirectory> CreateAsync(ScimServer server, string? database = null)
    {
        var connection = await server.Connect();
        return new(server.ClientWith(connection.Token), connection, database ?? PostgresFixture.ConnectionString);
    }

    /// <summary>A request below the Tenant URL.</summary>
    public Task<Answer> Send(string method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), "application/scim+json", headers);

    public async Task<Answer> Send(string method, string path, byte[]? body, string? mediaType, params (string Name, string Value)[] headers)
    {
        var uri = new Uri($"{client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/scim/v2/{connection.Key}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new(method), uri);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (body is not null && mediaType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    /// <summary>A PATCH of these operations, separated by commas.</summary>
    public Task<Answer> Patch(string path, string operations, params (string Name, string Value)[] headers) =>
        Send("PATCH", path, $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}""", headers);

    public async Task<string> User(string userName) => Created(await Send("POST", "/Users", $$"""{"userName":"{{userName}}"}"""));

    /// <summary>Users <c>u0</c>, <c>u1</c>, …</summary>
    public async Task<string[]> Users(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(i => User($"u{i}")));

    public async Task<string> Group(string displayName, params string[] members) =>
        Created(await Send("POST", "/Groups", $$"""{"displayName":"{{displayName}}","members":{{Members(members)}}}"""));

    /// <summary><c>[{"value":"…"},…]</c></summary>
    public static string Members(params string[] ids) => $"[{string.Join(',', ids.Select(id => $$"""{"value":"{{id}}"}"""))}]";

    /// <summary>The members as the server shows them.</summary>
    public async Task<string[]> MembersOf(string group) =>
        [.. (await Send("GET", $"/Groups/{group}")).Body!["members"]!.AsArray().Select(member => (string)member!["value"]!)];

    /// <summary>One value; <c>$1</c> is the connection.</summary>
    public async Task<T> Ask<T>(string sql)
    {
        await using var session = new NpgsqlConnection(database);
        await session.OpenAsync();
        await using var command = new NpgsqlCommand(sql, session) { Parameters = { new() { Value = connection.Id } } };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The events of this connection in order, those of one resource when it is given.</summary>
    public async Task<JsonObject[]> Events(string? resource = null)
    {
        var json = await Ask<string>("SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY sequence), '[]')::text FROM events e WHERE connection_id = $1");
        return [.. JsonNode.Parse(json)!.AsArray().Select(e => (JsonObject)e!).Where(e => resource is null || (string?)e["resource_id"] == resource)];
    }

    /// <summary>Everything that is stored: equal before and after a request that changes nothing.</summary>
    public Task<string> Everything() => Ask<string>(
        """
        SELECT jsonb_build_array(
            (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM resources r WHERE connection_id = $1),
            (SELECT jsonb_agg(to_jsonb(m) ORDER BY group_id, member_id) FROM group_members m WHERE connection_id = $1),
            (SELECT jsonb_agg(to_jsonb(e) ORDER BY sequence) FROM events e WHERE connection_id = $1))::text
        """);

    static string Created(Answer answer) =>
        answer.Status == 201 ? (string)answer.Body!["id"]! : throw new InvalidOperationException($"{answer.Status} {answer.Body}");
}

/// <summary>What came back.</summary>
sealed record Answer(int Status, JsonObject? Body, string? MediaType, HttpResponseHeaders Headers, IEnumerable<string> Allow)
{
    public string? ScimType => (string?)Body?["scimType"];

    public string Detail => (string?)Body?["detail"] ?? "";

    /// <summary>Status and <c>scimType</c> of an error, which must be one in every respect (RFC 7644 §3.12).</summary>
    public (int, string?) Error
    {
        get
        {
            Assert.That(MediaType, Is.EqualTo("application/scim+json"));
            Assert.That((string?)Body?["schemas"]?[0], Is.EqualTo("urn:ietf:params:scim:api:messages:2.0:Error"));
            Assert.That((string?)Body?["status"], Is.EqualTo($"{Status}"));
            Assert.That(Detail, Is.Not.Empty.And.Not.Contains("Exception"));
            return (Status, ScimType);
        }
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using var _ = response;
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject, response.Content.Headers.ContentType?.MediaType,
            response.Headers, response.Content.Headers.Allow);
    }
}
