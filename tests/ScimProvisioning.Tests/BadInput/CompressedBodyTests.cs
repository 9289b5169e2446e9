using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Bodies with a Content-Encoding (RFC 9110 §15.5.16).</summary>
[TestFixture, Parallelizable]
sealed class CompressedBodyTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("POST", "/Users", "gzip")]
    [TestCase("PUT", "/Users/7d420df3-9995-4831-a406-ecf8166f5f6a", "deflate")]
    [TestCase("PATCH", "/Users/7d420df3-9995-4831-a406-ecf8166f5f6a", "br")]
    [TestCase("POST", "/Bulk", "zstd")]
    [TestCase("POST", "/.search", "gzip, identity")]
    [TestCase("POST", "/Nothing/at/all", "GZIP")]
    public async Task A_compressed_body_is_415(string method, string path, string encoding)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var before = await directory.Everything();

        using var request = new HttpRequestMessage(new(method), directory.Url + path);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/scim+json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var client = _server.ClientWith(directory.Connection.Token);
        var answer = await Answer.ReadAsync(await client.SendAsync(request));

        Assert.That((answer.Error, answer.Detail), Is.EqualTo(((415, (string?)null), answer.Detail)));
        Assert.That(answer.Detail, Does.Contain("without Content-Encoding"));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task Identity_is_no_compression()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var request = new HttpRequestMessage(HttpMethod.Post, directory.Url + "/Users");
        request.Content = new StringContent("""{"userName":"ada"}""", Encoding.UTF8, "application/scim+json");
        request.Content.Headers.ContentEncoding.Add("identity");
        using var client = _server.ClientWith(directory.Connection.Token);

        Assert.That((int)(await client.SendAsync(request)).StatusCode, Is.EqualTo(201));
    }

    [Test]
    public async Task The_admin_api_refuses_it_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/connections");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");

        using var response = await _server.Admin.SendAsync(request);

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.That(((int)response.StatusCode, (string?)problem["code"]), Is.EqualTo((415, "unsupported_media_type")));
    }
}
