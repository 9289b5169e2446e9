using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

/// <summary>Two servers on one database: what an admin does at one of them holds at the other within a second.</summary>
[TestFixture, Parallelizable]
sealed class TwoServersTests
{
    ScimServer _here = null!;
    ScimServer _there = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        (_here, _there) = (new(database), new(database));
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

        await HoldsWithinASecond((string)made!["token"]!, 200);
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

        await HoldsWithinASecond(connection.Token, 401);
        await HoldsWithinASecond((string)made!["token"]!, 200);
    }

    [Test]
    public async Task A_token_revoked_here_is_refused_there()
    {
        var connection = await Known();

        await _here.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");

        await HoldsWithinASecond(connection.Token, 401);
    }

    [TestCase("pause", 503, "resume", 200)]
    [TestCase("disable", 401, "enable", 200)]
    [TestCase("disconnect", 401, "reconnect", 401)]
    public async Task A_state_changed_here_holds_there(string action, int then, string back, int afterwards)
    {
        var connection = await Known();

        await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/{action}");
        await HoldsWithinASecond(connection.Token, then);
        await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/{back}");

        await HoldsWithinASecond(connection.Token, afterwards);
    }

    [Test]
    public async Task An_OAuth_client_revoked_here_is_refused_there_with_its_access_tokens()
    {
        var connection = await _here.Connect();
        var (_, client) = await _here.Send(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients");
        var token = await AccessToken(client!);
        Assert.That(await Status(token!), Is.EqualTo(200));

        await _here.Send(HttpMethod.Delete, $"/connections/{connection.Id}/oauth-clients/{client!["id"]}");

        await HoldsWithinASecond(token!, 401);
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

    async Task HoldsWithinASecond(string token, int status)
    {
        var watch = Stopwatch.StartNew();
        while (await Status(token) != status)
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    async Task<int> Status(string token)
    {
        using var client = _there.ClientWith(token);
        return (int)(await client.GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode;
    }
}
