using System.Net.Sockets;
using System.Text;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Bodies that are small to send and large to keep, and bodies that never end.</summary>
[TestFixture, Parallelizable, CancelAfter(120_000)]
sealed class HugeBodyTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_body_of_very_many_values_is_refused_wherever_it_is_sent(
        [Values(
            "POST /Users",
            "PUT /Users/{id}",
            "PATCH /Users/{id}",
            "POST /Users/.search",
            "POST /.search",
            "POST /Bulk",
            "POST /Groups"
        )]
            string where,
        [Values("{},", "1,", "\"\",", "[],", "null,")] string value
    )
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var body = $$"""{"userName":"b","x":[{{string.Concat(Enumerable.Repeat(value, 120_000))}}1]}""";

        var answer = await directory.Send(where.Split(' ')[0], where.Split(' ')[1].Replace("{id}", id, StringComparison.Ordinal), body);

        Assert.That(answer.Error, Is.EqualTo((413, (string?)null)));
        Assert.That(answer.Detail, Does.Contain("values: split the request"));
    }

    [TestCase("/connections", "application/json", 70_000)]
    [TestCase("/connections/{id}/schemas", "application/scim+json", 1_100_000)]
    public async Task A_long_body_for_the_admin_API_is_413(string path, string mediaType, int length)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var body = new StringContent($$"""{"name":"{{new string('a', length)}}"}""", Encoding.UTF8, mediaType);

        using var response = await _server.Admin.PostAsync(
            "/api/v1" + path.Replace("{id}", $"{directory.Connection.Id}", StringComparison.Ordinal),
            body
        );

        Assert.That((int)response.StatusCode, Is.EqualTo(413));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("too large").Or.Contains("larger than"));
    }

    [TestCase("POST /scim/v2/Users", "80000000")]
    [TestCase("POST /scim/v2/Users", "FFFFFFFF")]
    [TestCase("POST /scim/v2/Users", "7FFFFFFFFFFFFFFF")]
    [TestCase("POST /scim/v2/Users", "-1")]
    [TestCase("POST /scim/v2/Users", "xyz")]
    [TestCase("POST /scim/v2/Bulk", "80000000")]
    [TestCase("PATCH /scim/v2/Users/1", "FFFFFFFFFF")]
    [TestCase("POST /api/v1/connections", "80000000")]
    [TestCase("POST /api/v1/connections", "xyz")]
    [TestCase("POST /oauth2/token", "80000000")]
    public async Task A_chunk_whose_size_cannot_be_is_400(string line, string size, CancellationToken ct)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var token = line.Contains("/api/", StringComparison.Ordinal) ? ScimServer.AdminKey : directory.Connection.Token;
        var type = line.Contains("oauth2", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : "application/json";

        var status = await RawAsync(
            $"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                + $"Content-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\nabc",
            ct
        );

        Assert.That(status, Is.EqualTo("HTTP/1.1 400"));
    }

    [Test]
    public async Task A_large_body_that_stops_coming_is_given_up(CancellationToken ct)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var status = await RawAsync(
            $"POST /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {directory.Connection.Token}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: 300000\r\n\r\n{new string(' ', 100_000)}",
            ct
        );

        Assert.That(status, Is.EqualTo("HTTP/1.1 408"));
    }

    async Task<string> RawAsync(string request, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port, ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), ct);
        var line = new byte[12];
        await client.GetStream().ReadExactlyAsync(line, ct);
        return Encoding.ASCII.GetString(line);
    }
}
