using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Tests;

/// <summary>A connection made for one test: the test sends it requests over HTTP and reads its rows with SQL.</summary>
sealed class TestDirectory(HttpClient client, TestConnection connection, string database, bool keyed = true)
{
    public TestConnection Connection => connection;

    /// <summary>The Tenant URL.</summary>
    public string Url { get; } = $"{client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/scim/v2{(keyed ? "/" + connection.Key : "")}";

    /// <summary>The same connection under the Tenant URL without a key, where the token alone says which connection it is.</summary>
    public TestDirectory WithoutKey => new(client, connection, database, keyed: false);

    public static async Task<TestDirectory> CreateAsync(ScimServer server, string? database = null)
    {
        var connection = await server.Connect();
        return new(server.ClientWith(connection.Token), connection, database ?? PostgresFixture.ConnectionString);
    }

    /// <summary>The same connection at another server.</summary>
    public TestDirectory At(Uri server) =>
        new(
            new HttpClient
            {
                BaseAddress = server,
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", connection.Token) },
            },
            connection,
            database
        );

    /// <summary>Sends a request below the Tenant URL, with the path exactly as written.</summary>
    public Task<Answer> Send(string method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), "application/scim+json", headers);

    public async Task<Answer> Send(
        string method,
        string path,
        byte[]? body,
        string? mediaType,
        params (string Name, string Value)[] headers
    )
    {
        var uri = new Uri(Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new(method), uri);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        if (body is not null && mediaType is not null)
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send("GET", path, null, headers);

    /// <summary>All resources that match the filter.</summary>
    public Task<Answer> Find(string path, string filter) => Get($"{path}?count=1000&filter={Uri.EscapeDataString(filter)}");

    /// <summary>A PATCH with these operations, which are separated by commas.</summary>
    public Task<Answer> Patch(string path, string operations, params (string Name, string Value)[] headers) =>
        Send("PATCH", path, $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}""", headers);

    /// <summary>Creates a resource and returns its id; fails unless the answer is 201.</summary>
    public async Task<string> Create(string path, string json)
    {
        var answer = await Send("POST", path, json);
        return answer.Status == 201 ? (string)answer["id"]! : throw new InvalidOperationException($"{json}: {answer.Status} {answer.Body}");
    }

    public Task<string> User(string userName) => Create("/Users", $$"""{"userName":"{{userName}}"}""");

    /// <summary>Users <c>u0</c>, <c>u1</c>, …</summary>
    public async Task<string[]> Users(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(i => User($"u{i}")));

    public Task<string> Group(string displayName, params string[] members) =>
        Create("/Groups", $$"""{"displayName":"{{displayName}}","members":{{Members(members)}}}""");

    /// <summary><c>[{"value":"…"},…]</c></summary>
    public static string Members(params string[] ids) => $"[{string.Join(',', ids.Select(id => $$"""{"value":"{{id}}"}"""))}]";

    /// <summary>The ids of the members, in the order in which the server shows them.</summary>
    public async Task<string[]> MembersOf(string group) =>
        [.. (await Get($"/Groups/{group}"))["members"]!.AsArray().Select(member => (string)member!["value"]!)];

    /// <summary>One value; <c>$1</c> is the connection.</summary>
    public async Task<T> Ask<T>(string sql)
    {
        await using var session = new NpgsqlConnection(database);
        await session.OpenAsync();
        await using var command = new NpgsqlCommand(sql, session) { Parameters = { new() { Value = connection.Id } } };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The logged changes of the resources of this connection in order; only those of one resource when it is given.</summary>
    public async Task<JsonObject[]> Changes(string? resource = null)
    {
        var json = await Ask<string>(
            """
            SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY sequence), '[]')::text
            FROM changes e WHERE connection_id = $1 AND resource_type <> 'Connection'
            """
        );
        return
        [
            .. JsonNode
                .Parse(json)!
                .AsArray()
                .Select(e => (JsonObject)e!)
                .Where(e => resource is null || (string?)e["resource_id"] == resource),
        ];
    }

    /// <summary>Everything that is stored: equal before and after a request that changes nothing.</summary>
    public Task<string> Everything() =>
        Ask<string>(
            """
            SELECT jsonb_build_array(
                (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM resources r WHERE connection_id = $1),
                (SELECT jsonb_agg(to_jsonb(m) ORDER BY group_id, member_id) FROM group_members m WHERE connection_id = $1),
                (SELECT jsonb_agg(to_jsonb(e) ORDER BY sequence) FROM changes e WHERE connection_id = $1))::text
            """
        );
}

/// <summary>The server's answer to a request.</summary>
sealed record Answer(int Status, JsonObject? Body, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public JsonNode? this[string name] => Body![name];

    public string? ContentType => Content.ContentType?.ToString();

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>The resources of a list.</summary>
    public IReadOnlyList<JsonObject> Resources => [.. this[nameof(Resources)]!.AsArray().Select(resource => (JsonObject)resource!)];

    public IReadOnlyList<string> Ids => [.. Resources.Select(resource => (string)resource["id"]!)];

    /// <summary>Names of the attributes.</summary>
    public IReadOnlyList<string> Names => [.. Body!.Select(attribute => attribute.Key)];

    public string? ScimType => (string?)Body?["scimType"];

    public string Detail => (string?)Body?["detail"] ?? "";

    /// <summary>Status and <c>scimType</c> of an error. The answer must be a complete SCIM error (RFC 7644 §3.12).</summary>
    public (int, string?) Error
    {
        get
        {
            Assert.That(ContentType, Is.EqualTo("application/scim+json"));
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
        return new(
            (int)response.StatusCode,
            text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject,
            response.Headers,
            response.Content.Headers
        );
    }
}
