using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

/// <summary>
/// Two servers on one database: what an admin does at one of them holds at the other by the notification alone, since on their clocks no
/// time passes that would end what they remember.
/// </summary>
[TestFixture, Parallelizable]
sealed class TwoServersTests
{
    ScimServer _here = null!;
    ScimServer _there = null!;
    int _requests;

    [OneTimeSetUp]
    public async Task Start()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        (_here, _there) = (new(database), new(database, new() { ["TrustedProxies:0"] = "127.0.0.1", ["TrustedProxies:1"] = "::1" }));
        _here.StartServer();
        _there.StartServer();
        await PostgresFixture.UntilListeningAsync(database, 2);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Test]
    public async Task A_token_made_here_opens_there()
    {
        var connection = await _here.Connect();
        // Unknown there until now, and remembered so.
        Assert.That(await Status("no-token"), Is.EqualTo(401));

        var (_, made) = await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens");

        await Holds((string)made!["token"]!, 200);
    }

    [Test]
    public async Task A_rotation_here_gives_a_token_that_opens_there_and_ends_the_old_one()
    {
        var connection = await Known();

        var (_, made) = await _here.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/tokens/{connection.TokenId}/rotate",
            """{"overlapHours":0}"""
        );

        await Holds(connection.Token, 401);
        await Holds((string)made!["token"]!, 200);
    }

    [Test]
    public async Task A_token_revoked_here_is_refused_there()
    {
        var connection = await Known();

        await _here.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");

        await Holds(connection.Token, 401);
    }

    [TestCase("pause", 503, "resume", 200)]
    [TestCase("disable", 401, "enable", 200)]
    [TestCase("disconnect", 401, "reconnect", 401)]
    public async Task A_state_changed_here_holds_there(string action, int then, string back, int afterwards)
    {
        var connection = await Known();

        await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/{action}");
        await Holds(connection.Token, then);
        await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/{back}");

        await Holds(connection.Token, afterwards);
    }

    [Test]
    public async Task An_OAuth_client_revoked_here_is_refused_there_with_its_access_tokens()
    {
        var connection = await _here.Connect();
        var (_, client) = await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients");
        var token = await AccessToken(client!);
        Assert.That(await Status(token!), Is.EqualTo(200));

        await _here.Send(HttpMethod.Delete, $"/connections/{connection.Id}/oauth-clients/{client!["id"]}");

        await Holds(token!, 401);
        Assert.That(await AccessToken(client), Is.Null);
    }

    /// <summary>A connection whose token the other server has seen, and remembers.</summary>
    async Task<TestConnection> Known()
    {
        var connection = await _here.Connect();
        Assert.That(await Status(connection.Token), Is.EqualTo(200));
        return connection;
    }

    async Task<string?> AccessToken(JsonNode client)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", (string?)client["clientId"]),
            new("client_secret", (string?)client["clientSecret"]),
        ]);
        using var http = _there.ClientWith(null);
        using var answer = await http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"];
    }

    async Task Holds(string token, int status)
    {
        var watch = Stopwatch.StartNew();
        while (await Status(token) != status)
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), $"not yet {status}");
    }

    // Each request from an address of its own: failed logins of one address are slowed after a while.
    async Task<int> Status(string token)
    {
        using var client = _there.ClientWith(token);
        client.DefaultRequestHeaders.Add(
            "X-Forwarded-For",
            $"{new IPAddress([10, .. BitConverter.GetBytes(Interlocked.Increment(ref _requests))[..3]])}"
        );
        return (int)(await client.GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode;
    }
}
