using System.Text;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Limits;

/// <summary>Headers by which browsers and caches keep a reply from being misused.</summary>
[TestFixture, Parallelizable]
sealed class SafetyHeaderTests
{
    readonly ScimServer _server = new(settings: new() { ["TrustedProxies:0"] = "127.0.0.0/8" });
    TestConnection _connection = null!;

    [OneTimeSetUp]
    public async Task Connect() => _connection = await _server.Connect();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("POST", "/connections/{id}/tokens", "{}", 201)]
    [TestCase("POST", "/connections/{id}/tokens/{token}/rotate", "{}", 201)]
    [TestCase("POST", "/connections/{id}/oauth-clients", "{}", 201)]
    [TestCase("POST", "/admin-keys", """{"label":"x"}""", 201)]
    [TestCase("GET", "/connections/{id}/tokens", null, 200)]
    [TestCase("POST", "/connections/{id}/tokens", "{", 400)]
    [TestCase("GET", "/nothing", null, 404)]
    public async Task No_answer_of_the_admin_api_is_to_be_stored(string method, string path, string? json, int status)
    {
        for (var i = 0; i < 2; i++) // the second is a replay
        {
            using var response = await Admin(method, path, json);

            Assert.That(((int)response.StatusCode, $"{response.Headers.CacheControl}"), Is.EqualTo((status, "no-store")));
            if (i == 1 && status == 201)
                Assert.That(response.Headers.Contains("Idempotency-Replayed"));
        }
    }

    [Test]
    public async Task A_new_secret_of_an_OAuth_client_is_not_to_be_stored()
    {
        var client = await _server.Create($"/connections/{_connection.Id}/oauth-clients", "{}");

        using var response = await Admin("POST", $"/connections/{{id}}/oauth-clients/{client}/secrets", "{}");

        Assert.That(((int)response.StatusCode, $"{response.Headers.CacheControl}"), Is.EqualTo((201, "no-store")));
    }

    [TestCase("POST", "grant_type=client_credentials", null, 401)]
    [TestCase("POST", "", null, 400)]
    [TestCase("GET", null, null, 405)]
    [TestCase("POST", "x", "gzip", 415)]
    public async Task No_answer_with_an_access_token_or_without_is_to_be_stored(string method, string? form, string? encoding, int status)
    {
        using var request = new HttpRequestMessage(new(method), "/oauth2/token");
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        if (encoding is not null)
            request.Content!.Headers.ContentEncoding.Add(encoding);
        using var client = _server.ClientWith(null);

        using var response = await client.SendAsync(request);

        Assert.That(((int)response.StatusCode, $"{response.Headers.CacheControl}"), Is.EqualTo((status, "no-store")));
    }

    [TestCase("/scim/v2/Users", 200)]
    [TestCase("/scim/v2/Nothing", 404)]
    [TestCase("/scim/v2/Users?filter=x", 400)]
    [TestCase("/api/v1/connections", 401)]
    [TestCase("/health/live", 200)]
    [TestCase("/health/ready", 200)]
    [TestCase("/", 404)]
    public async Task Every_answer_forbids_to_guess_its_type(string path, int status)
    {
        using var client = _server.ClientWith(_connection.Token);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [TestCase("https", "max-age=31536000")]
    [TestCase("http", null)]
    [TestCase(null, null)]
    public async Task Who_comes_over_TLS_is_told_to_stay_there(string? scheme, string? expected)
    {
        foreach (var path in (string[])["/scim/v2/Users", "/scim/v2/Nothing", "/api/v1/connections", "/health/live"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (scheme is not null)
                request.Headers.Add("X-Forwarded-Proto", scheme);
            request.Headers.Add("X-Forwarded-For", "192.0.2.1");
            using var client = _server.ClientWith(_connection.Token);

            using var response = await client.SendAsync(request);

            var told = response.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values.Single() : null;
            Assert.That(told, Is.EqualTo(expected), path);
        }
    }

    [Test]
    public async Task Who_is_no_proxy_of_ours_cannot_pretend_TLS()
    {
        await using var server = new ScimServer();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var client = server.ClientWith(null);

        using var response = await client.SendAsync(request);

        Assert.That(response.Headers.Contains("Strict-Transport-Security"), Is.False);
    }

    async Task<HttpResponseMessage> Admin(string method, string path, string? json)
    {
        path = path.Replace("{id}", $"{_connection.Id}", StringComparison.Ordinal)
            .Replace("{token}", $"{_connection.TokenId}", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method), "/api/v1" + path);
        request.Headers.Add("Idempotency-Key", $"{TestContext.CurrentContext.Test.ID}");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _server.Admin.SendAsync(request);
    }
}
