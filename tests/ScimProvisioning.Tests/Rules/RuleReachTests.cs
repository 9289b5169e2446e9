using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>The rules of a connection are there only for keys that reach it, and only some keys change them.</summary>
[TestFixture, Parallelizable]
sealed class RuleReachTests
{
    readonly ScimServer _server = new();
    AppView _app = null!;
    HttpClient _customer = null!;
    HttpClient _reader = null!;
    string _deleted = null!;
    string _plan = null!;

    [OneTimeSetUp]
    public async Task Make()
    {
        _app = await AppView.CreateAsync(_server);
        _deleted = await _app.Directory.User("ella");
        await _app.Directory.Send("DELETE", $"/Users/{_deleted}");
        _plan = (string)(await _app.Admin(HttpMethod.Post, "/plans"))!["id"]!;
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Customer"}""");
        _customer = await Key($$"""{"label":"customer","organizationId":"{{organization!["id"]}}"}""");
        _reader = await Key("""{"label":"reader","scope":"read"}""");
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("GET", "/mapping", null)]
    [TestCase("PUT", "/mapping", """{"uid":["id"]}""")]
    [TestCase("DELETE", "/mapping", null)]
    [TestCase("GET", "/mapping/suggestions", null)]
    [TestCase("GET", "/scope", null)]
    [TestCase("PUT", "/scope", """{"mode":"all"}""")]
    [TestCase("DELETE", "/scope", null)]
    [TestCase("GET", "/role-mappings", null)]
    [TestCase("PUT", "/role-mappings", "{}")]
    [TestCase("DELETE", "/role-mappings", null)]
    [TestCase("POST", "/preview", null)]
    [TestCase("POST", "/plans", null)]
    [TestCase("GET", "/plans/{1}", null)]
    [TestCase("POST", "/plans/{1}/apply", null)]
    [TestCase("GET", "/problems", null)]
    [TestCase("GET", "/projection", null)]
    [TestCase("GET", "/guard", null)]
    [TestCase("PUT", "/guard", "{}")]
    [TestCase("POST", "/guard/approve", null)]
    [TestCase("POST", "/resources/{0}/restore", null)]
    public async Task What_is_not_of_its_organization_is_not_there_for_a_key_of_one(string method, string path, string? json)
    {
        var (status, problem) = await ScimServer.Send(_customer, new(method), Path(path), json);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((404, "not_found")));
        Assert.That((string?)problem["detail"], Is.EqualTo($"There is no connection {_app.Connection}."));
    }

    [TestCase("PUT", "/mapping", """{"uid":["id"]}""", 403)]
    [TestCase("DELETE", "/scope", null, 403)]
    [TestCase("PUT", "/role-mappings", "{}", 403)]
    [TestCase("POST", "/plans/{1}/apply", null, 403)]
    [TestCase("POST", "/resources/{0}/restore", null, 403)]
    [TestCase("PUT", "/guard", "{}", 403)]
    [TestCase("POST", "/guard/approve", null, 403)]
    [TestCase("GET", "/guard", null, 200)]
    [TestCase("POST", "/preview", """{"scope":{"mode":"all"}}""", 200)]
    [TestCase("POST", "/plans", null, 403)]
    [TestCase("GET", "/mapping", null, 200)]
    [TestCase("GET", "/scope", null, 200)]
    [TestCase("GET", "/plans/{1}", null, 200)]
    public async Task A_read_key_reads_rules_and_changes_none(string method, string path, string? json, int status) =>
        Assert.That((await ScimServer.Send(_reader, new(method), Path(path), json)).Status, Is.EqualTo(status));

    string Path(string path) =>
        $"/connections/{_app.Connection}"
        + path.Replace("{0}", _deleted, StringComparison.Ordinal).Replace("{1}", _plan, StringComparison.Ordinal);

    async Task<HttpClient> Key(string json) =>
        _server.ClientWith((string)(await _server.Send(HttpMethod.Post, "/admin-keys", json)).Body!["key"]!);
}
