using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>What an admin key sees and changes that is for reading only, or for one organization only.</summary>
[TestFixture, Parallelizable]
sealed class AdminKeyReachTests
{
    readonly ScimServer _server = new();
    readonly Guid _organization = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
    HttpClient _reader = null!;
    HttpClient _customer = null!;
    Guid _own;
    TestConnection _foreign = null!;

    [OneTimeSetUp]
    public async Task Make()
    {
        await _server.Send(HttpMethod.Get, "/connections");
        await PostgresFixture.ExecuteAsync(
            $"INSERT INTO organizations (id, name, created_at) VALUES ('{_organization}', 'Customer', now())",
            PostgresFixture.ConnectionString
        );
        (_reader, _customer) = (
            await Key("""{"label":"reader","scope":"read"}"""),
            await Key($$"""{"label":"customer","organizationId":"{{_organization}}"}""")
        );
        _foreign = await _server.Connect();
        _own = (Guid)(await ScimServer.Send(_customer, HttpMethod.Post, "/connections", """{"name":"Own"}""")).Body!["id"]!;
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("GET", "/connections", null, 200)]
    [TestCase("GET", "/connections/{0}", null, 200)]
    [TestCase("GET", "/connections/{0}/tokens", null, 200)]
    [TestCase("GET", "/connections/{0}/tokens/{1}", null, 200)]
    [TestCase("GET", "/admin-keys", null, 200)]
    [TestCase("POST", "/connections", """{"name":"n"}""", 403)]
    [TestCase("POST", "/connections/{0}/tokens", null, 403)]
    [TestCase("POST", "/connections/{0}/tokens/{1}/rotate", null, 403)]
    [TestCase("POST", "/connections/{0}/tokens/{1}/revoke", null, 403)]
    [TestCase("DELETE", "/connections/{0}/tokens/{1}", null, 403)]
    [TestCase("PATCH", "/connections/{0}/settings", "{}", 403)]
    [TestCase("POST", "/admin-keys", """{"label":"n"}""", 403)]
    public async Task A_read_key_reads_everything_and_changes_nothing(string method, string path, string? json, int status) =>
        Assert.That((await Send(_reader, method, path, json)).Status, Is.EqualTo(status));

    [TestCase("GET", "/connections/{0}", null)]
    [TestCase("GET", "/connections/{0}/settings", null)]
    [TestCase("PATCH", "/connections/{0}/settings", """{"uniqueGroupNames":false}""")]
    [TestCase("GET", "/connections/{0}/schemas", null)]
    [TestCase("GET", "/connections/{0}/tokens", null)]
    [TestCase("POST", "/connections/{0}/tokens", null)]
    [TestCase("GET", "/connections/{0}/tokens/{1}", null)]
    [TestCase("POST", "/connections/{0}/tokens/{1}/rotate", null)]
    [TestCase("POST", "/connections/{0}/tokens/{1}/revoke", null)]
    [TestCase("DELETE", "/connections/{0}/tokens/{1}", null)]
    public async Task What_is_not_of_its_organization_is_not_there_for_a_key_of_one(string method, string path, string? json)
    {
        var (status, problem) = await Send(_customer, method, path, json);
        var (_, unknown) = await ScimServer.Send(_customer, new(method), Format(path, Guid.Empty, Guid.Empty), json);

        Assert.That((status, (string?)problem!["code"], (string?)unknown!["code"]), Is.EqualTo((404, "not_found", "not_found")));
    }

    [Test]
    public async Task A_key_of_an_organization_lists_and_changes_its_connections_alone()
    {
        var (_, list) = await ScimServer.Send(_customer, HttpMethod.Get, "/connections");
        var (made, _) = await ScimServer.Send(_customer, HttpMethod.Post, $"/connections/{_own}/tokens");

        Assert.That(list!["data"]!.AsArray().Select(connection => (Guid)connection!["id"]!), Is.EqualTo(new[] { _own }));
        Assert.That(((Guid)list["data"]![0]!["organizationId"]!, made), Is.EqualTo((_organization, 201)));
    }

    [Test]
    public async Task A_connection_in_another_organization_is_refused_as_in_one_that_is_not_there()
    {
        var (foreign, said) = await ScimServer.Send(
            _customer,
            HttpMethod.Post,
            "/connections",
            """{"name":"n","organizationId":"00000000-0000-7000-8000-000000000001"}"""
        );
        var (unknown, of) = await ScimServer.Send(
            _customer,
            HttpMethod.Post,
            "/connections",
            """{"name":"n","organizationId":"00000000-0000-0000-0000-000000000009"}"""
        );

        Assert.That((foreign, unknown), Is.EqualTo((400, 400)));
        Assert.That(said!["errors"]!.ToJsonString(), Is.EqualTo(of!["errors"]!.ToJsonString()));
    }

    [TestCase("GET", "")]
    [TestCase("POST", "")]
    [TestCase("GET", "/00000000-0000-7000-8000-000000000002")]
    [TestCase("DELETE", "/00000000-0000-7000-8000-000000000002")]
    public async Task A_key_of_an_organization_manages_no_keys(string method, string path) =>
        Assert.That(
            (await ScimServer.Send(_customer, new(method), "/admin-keys" + path, method == "POST" ? """{"label":"n"}""" : null)).Status,
            Is.EqualTo(403)
        );

    Task<(int Status, JsonNode? Body)> Send(HttpClient admin, string method, string path, string? json) =>
        ScimServer.Send(admin, new(method), Format(path, _foreign.Id, _foreign.TokenId), json);

    static string Format(string path, Guid connection, Guid token) =>
        path.Replace("{0}", $"{connection}", StringComparison.Ordinal).Replace("{1}", $"{token}", StringComparison.Ordinal);

    async Task<HttpClient> Key(string json) =>
        _server.ClientWith((string)(await _server.Send(HttpMethod.Post, "/admin-keys", json)).Body!["key"]!);
}
