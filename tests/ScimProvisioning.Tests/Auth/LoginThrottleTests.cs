using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimProvisioning.Auth.Throttling;

namespace ScimProvisioning.Tests.Auth;

/// <summary>Who guesses is slowed; who knows is served, from the same address, too.</summary>
[TestFixture, Parallelizable]
sealed class LoginThrottleTests
{
    [Test]
    public async Task An_address_that_fails_again_and_again_is_told_to_wait_and_good_tokens_from_it_are_served()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        using var bad = server.ClientWith("guess");

        var (refused, error) = await UntilSlowed(bad, $"/scim/v2/{connection.Key}/Users");

        Assert.That(refused, Is.GreaterThanOrEqualTo(60));
        Assert.That(
            ((string?)error["schemas"]![0], (string?)error["status"]),
            Is.EqualTo(("urn:ietf:params:scim:api:messages:2.0:Error", "429"))
        );
        Assert.That((string?)error["detail"], Does.Contain("failed"));
        Assert.That((await server.FailAsync(connection.Token, connection.Key)).Status, Is.EqualTo(200));
        Assert.That((await server.Send(HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_guesser_of_admin_keys_is_slowed_and_other_addresses_are_not()
    {
        await using var server = new ScimServer();
        using var bad = server.ClientWith("guess");

        var (refused, problem) = await UntilSlowed(bad, "/api/v1/connections");

        Assert.That((refused, (string?)problem["code"], (int)problem["status"]!), Is.EqualTo((refused, "too_many_requests", 429)));
        Assert.That(refused, Is.GreaterThanOrEqualTo(60));
        using var elsewhere = ClientFrom("127.0.0.2", server.Address);
        Assert.That((int)(await elsewhere.GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode, Is.EqualTo(401));
    }

    [Test]
    public async Task After_the_time_of_Retry_After_it_is_a_401_again()
    {
        await using var server = new ScimServer();
        using var bad = server.ClientWith("guess");
        await UntilSlowed(bad, "/scim/v2/Users");

        await Task.Delay(TimeSpan.FromSeconds(1.5));

        Assert.That((int)(await bad.GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode, Is.EqualTo(401));
    }

    [Test]
    public async Task A_token_that_was_good_once_is_noted_however_often_it_fails()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        await server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
        using var bad = server.ClientWith("guess");
        await UntilSlowed(bad, "/scim/v2/Users");
        while ((await bad.GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode is not HttpStatusCode.TooManyRequests) { }

        var slowed = await server.FailAsync(connection.Token, connection.Key);

        Assert.That((string?)(await server.FailedLoginsAsync(connection.Id, slowed.RequestId))[0]["reason"], Is.EqualTo("revoked"));
    }

    [TestCase("10.0.0.1", "10.0.0.1", true)]
    [TestCase("10.0.0.1", "::ffff:10.0.0.1", true)]
    [TestCase("10.0.0.1", "10.0.0.2", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Addresses_of_one_network_of_IPv6_count_as_one(string one, string other, bool same)
    {
        using var logins = new LoginThrottle();
        while (!logins.RecordFailure(From(one))) { }

        Assert.That(logins.RecordFailure(From(other)), Is.EqualTo(same));
    }

    static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    /// <summary>How often it was refused before it was slowed, and the answer that slows it.</summary>
    static async Task<(int Refused, JsonNode Error)> UntilSlowed(HttpClient client, string path)
    {
        for (var refused = 0; refused < 1_000; refused++)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            if (response.StatusCode is HttpStatusCode.TooManyRequests)
            {
                Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
                return (refused, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
            }
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
        throw new AssertionException("It was never slowed.");
    }

    static HttpClient ClientFrom(string source, Uri server)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new(handler)
        {
            BaseAddress = server,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "guess") },
        };
    }
}
