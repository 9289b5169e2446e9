namespace ScimProvisioning.Tests.Auth.OAuth;

/// <summary>How long what a client was given is good.</summary>
[TestFixture, Parallelizable]
sealed class AccessTokenTests
{
    [Test]
    public async Task An_access_token_ends_after_its_hour_and_a_secret_after_its_days()
    {
        await using var server = new ScimServer();
        var client = await TestOAuthClient.CreateAsync(server, (await server.Connect()).Id, """{"expiresInDays":1}""");
        var token = await client.AccessToken();
        server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(200));

        server.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(401));
        Assert.That(await TestOAuthClient.Opens(server, await client.AccessToken()), Is.EqualTo(200));
        server.Clock.Advance(TimeSpan.FromHours(23));
        Assert.That((await client.InHeader()).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Two_secrets_are_good_at_a_time_and_a_revoked_one_is_not()
    {
        await using var server = new ScimServer();
        var client = await TestOAuthClient.CreateAsync(server, (await server.Connect()).Id);
        var (_, second) = await server.Send(HttpMethod.Post, $"{client.Path}/secrets");
        var secret = (string)second!["clientSecret"]!;
        Assert.That(((await client.InHeader()).Status, (await client.InBody(secret: secret)).Status), Is.EqualTo((200, 200)));
        var token = await client.AccessToken();

        await server.Send(HttpMethod.Delete, $"{client.Path}/secrets/{client.SecretId}");

        Assert.That(((await client.InHeader()).Status, (await client.InHeader(secret: secret)).Status), Is.EqualTo((401, 200)));
        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(200), "an access token that was fetched before");
    }

    [TestCase("POST", "/revoke", 200)]
    [TestCase("DELETE", "", 204)]
    public async Task A_revoked_client_takes_its_access_tokens_with_it_and_no_others(string method, string action, int status)
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        var (client, other) = (
            await TestOAuthClient.CreateAsync(server, connection.Id),
            await TestOAuthClient.CreateAsync(server, connection.Id)
        );
        var (token, others) = (await client.AccessToken(), await other.AccessToken());
        Assert.That(await TestOAuthClient.Opens(server, token), Is.EqualTo(200));

        var (revoked, _) = await server.Send(new(method), client.Path + action);

        Assert.That(
            (revoked, await TestOAuthClient.Opens(server, token), (await client.InHeader()).Status),
            Is.EqualTo((status, 401, 401))
        );
        Assert.That(
            (await TestOAuthClient.Opens(server, others), await TestOAuthClient.Opens(server, connection.Token)),
            Is.EqualTo((200, 200))
        );
    }

    // Whoever comes first: an access token that outlives its client is never made.
    [Test]
    public async Task A_client_that_is_revoked_while_it_logs_in_keeps_no_access_token()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        var given = 0;
        for (var round = 0; round < 10; round++)
        {
            var client = await TestOAuthClient.CreateAsync(server, connection.Id);
            var asked = Enumerable.Range(0, 6).Select(_ => client.InHeader()).ToArray();
            await Task.WhenAny(asked);
            await server.Send(HttpMethod.Delete, client.Path);
            foreach (var answer in (await Task.WhenAll(asked)).Where(answer => answer.Status == 200))
            {
                given++;
                Assert.That(await TestOAuthClient.Opens(server, (string)answer["access_token"]!), Is.EqualTo(401));
            }
        }
        Assert.That(given, Is.Positive, "given before the end");
    }

    [Test]
    public async Task Access_tokens_are_not_listed_and_those_that_ended_a_day_ago_are_not_kept()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        var client = await TestOAuthClient.CreateAsync(server, directory.Connection.Id);
        await client.AccessToken();
        server.Clock.Advance(TimeSpan.FromHours(24));
        await client.AccessToken();
        Assert.That(await Stored(), Is.EqualTo(2));
        server.Clock.Advance(TimeSpan.FromHours(1));

        await client.AccessToken();

        var (_, list) = await server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/tokens");
        Assert.That(list!["data"]!.AsArray().Select(token => (Guid)token!["id"]!), Is.EqualTo(new[] { directory.Connection.TokenId }));
        Assert.That(await Stored(), Is.EqualTo(2));

        async Task<long> Stored() =>
            await directory.Ask<long>("SELECT count(*) FROM tokens WHERE connection_id = $1 AND oauth_client_id IS NOT NULL");
    }

    [Test]
    public async Task A_change_is_told_as_the_clients()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        var client = await TestOAuthClient.CreateAsync(server, directory.Connection.Id);
        var asClient = new TestDirectory(
            server.ClientWith(await client.AccessToken()),
            directory.Connection,
            PostgresFixture.ConnectionString
        );

        await asClient.User("ada");

        Assert.That((string?)(await directory.Changes()).Single()["actor"], Is.EqualTo($"oauth-client:{client.Id}"));
    }
}
