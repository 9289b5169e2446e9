namespace ScimProvisioning.Tests.Admin;

/// <summary>Keys, names and secrets in the place of an id: they are shown beside ids, and are taken for them.</summary>
[TestFixture, Parallelizable]
sealed class WrongIdTests
{
    readonly ScimServer _server = new();
    TestConnection _connection = null!;
    string _clientId = "";

    [OneTimeSetUp]
    public async Task Connect()
    {
        _connection = await _server.Connect();
        var (_, client) = await _server.Send(HttpMethod.Post, $"/connections/{_connection.Id}/oauth-clients", "{}");
        _clientId = (string)client!["clientId"]!;
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("GET", "/connections/{key}", "is the key of a connection")]
    [TestCase("POST", "/connections/{key}/tokens", "is the key of a connection")]
    [TestCase("DELETE", "/connections/{key}", "is the key of a connection")]
    [TestCase("GET", "/connections/{KEY}/failed-logins", "is the key of a connection")]
    [TestCase("GET", "/connections/{id}/oauth-clients/{clientId}", "is the clientId of an OAuth client")]
    [TestCase("DELETE", "/connections/{id}/tokens/{token}", "There is a token where its id belongs")]
    [TestCase("GET", "/admin-keys/sk_abc", "There is an admin key where an id belongs")]
    [TestCase("GET", "/connections/nothing", "There is nothing at this address")]
    public async Task It_is_said_what_stands_where_an_id_belongs(string method, string path, string expected)
    {
        var filled = path.Replace("{key}", _connection.Key, StringComparison.Ordinal)
            .Replace("{KEY}", _connection.Key.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{id}", $"{_connection.Id}", StringComparison.Ordinal)
            .Replace("{clientId}", _clientId, StringComparison.Ordinal)
            .Replace("{token}", _connection.Token, StringComparison.Ordinal);

        var (status, problem) = await _server.Send(new(method), filled);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((404, "not_found")));
        Assert.That((string?)problem["detail"], Does.Contain(expected).And.Not.Contain(_connection.Token).And.Not.Contain("sk_abc"));
    }
}
