using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Auth.Entra;

/// <summary>The Secret Token field in Entra left blank: Entra sends tokens of its own.</summary>
[TestFixture, Parallelizable]
sealed class EntraTokenTests
{
    static readonly Guid Other = new("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d");

    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _issuer = await LocalIssuer.StartAsync();
        _server = EntraTenant.Trusting(_issuer);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Test]
    public async Task A_token_of_the_connections_tenant_opens_it_with_and_without_the_key_in_the_url()
    {
        var (tenant, connection) = await Connect();
        var token = _issuer.EntraToken(tenant);

        Assert.That(
            (await TestOAuthClient.Opens(_server, token, connection.Key), await TestOAuthClient.Opens(_server, token)),
            Is.EqualTo((200, 200))
        );
        Assert.That(await TestOAuthClient.Opens(_server, connection.Token, connection.Key), Is.EqualTo(200), "its secret token");
    }

    [Test]
    public async Task It_may_write_and_its_changes_are_told_as_the_tenants()
    {
        var (tenant, connection) = await Connect();
        var directory = new TestDirectory(_server.ClientWith(_issuer.EntraToken(tenant)), connection, PostgresFixture.ConnectionString);

        await directory.User("ada");

        Assert.That((string?)(await directory.Changes()).Single()["actor"], Is.EqualTo($"entra:{tenant}"));
    }

    [TestCase("entra_tenant_id = NULL")]
    [TestCase("accept_entra_tokens = false")]
    [TestCase("state = 'disabled'")]
    [TestCase("state = 'disconnected'")]
    [TestCase("state = 'deleted'")]
    public async Task A_connection_does_not_take_it_that_has(string change)
    {
        var (tenant, connection) = await Connect();
        var token = _issuer.EntraToken(tenant);
        Assert.That(await TestOAuthClient.Opens(_server, token, connection.Key), Is.EqualTo(200));

        await EntraTenant.SetAsync(connection, change);

        // Told by a notification, as to any other server.
        Assert.That(
            async () => (await TestOAuthClient.Opens(_server, token, connection.Key), await TestOAuthClient.Opens(_server, token)),
            Is.EqualTo((401, 401)).After(2_000, 20)
        );
    }

    [Test]
    public async Task Of_several_connections_of_a_tenant_all_open_with_their_key_in_the_url()
    {
        var (tenant, first) = await Connect();
        var second = await _server.Connect();
        await EntraTenant.SetAsync(second, $"entra_tenant_id = '{tenant}'");
        var token = _issuer.EntraToken(tenant);

        var opened = (
            await TestOAuthClient.Opens(_server, token),
            await TestOAuthClient.Opens(_server, token, first.Key),
            await TestOAuthClient.Opens(_server, token, second.Key)
        );

        Assert.That(opened, Is.EqualTo((200, 200, 200)));
    }

    [TestCase("state = 'disabled'")]
    [TestCase("state = 'disconnected'")]
    [TestCase("accept_entra_tokens = false")]
    public async Task A_closed_connection_leaves_its_users_to_nobody_who_names_the_same_tenant(string change)
    {
        var (tenant, closed) = await Connect();
        await EntraTenant.SetAsync(closed, change);
        var other = await _server.Connect();
        await EntraTenant.SetAsync(other, $"entra_tenant_id = '{tenant}'");

        Assert.That(await TestOAuthClient.Opens(_server, _issuer.EntraToken(tenant)), Is.EqualTo(401));
    }

    [Test]
    public async Task A_token_opens_neither_the_connection_of_another_tenant_nor_the_admin_api()
    {
        var (tenant, _) = await Connect();
        var (_, other) = await Connect();
        using var admin = _server.ClientWith(_issuer.EntraToken(tenant));

        Assert.That(await TestOAuthClient.Opens(_server, _issuer.EntraToken(tenant), other.Key), Is.EqualTo(401));
        Assert.That((int)(await admin.GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode, Is.EqualTo(401));
    }

    [Test]
    public async Task The_first_request_with_a_new_key_is_answered_and_made_up_keys_are_not_asked_for_each_time()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = EntraTenant.Trusting(issuer);
        var (tenant, connection) = await EntraTenant.ConnectAsync(server);
        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant), connection.Key), Is.EqualTo(200));
        issuer.Rotate(drop: true);
        // The library asks an issuer once a second at most, by the real time.
        await Task.Delay(TimeSpan.FromSeconds(1.1));

        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant), connection.Key), Is.EqualTo(200));
        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant, Signature.PreviousKey), connection.Key), Is.EqualTo(401));
        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => TestOAuthClient.Opens(server, issuer.EntraToken(tenant, Signature.UnknownKey), connection.Key))
        );
        // One in ten seconds, which have not passed on the server's clock.
        Assert.That(issuer.KeyFetches, Is.EqualTo(2));
    }

    [Test]
    public async Task While_the_issuer_is_away_its_tokens_are_answered_503_and_secret_tokens_200()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = new ScimServer(settings: new() { ["Entra:MetadataAddress"] = "http://127.0.0.1:1/openid-configuration" });
        var (tenant, connection) = await EntraTenant.ConnectAsync(server);

        using var response = await server
            .ClientWith(issuer.EntraToken(tenant))
            .GetAsync(new Uri($"/scim/v2/{connection.Key}/Users", UriKind.Relative));

        Assert.That(((int)response.StatusCode, response.Headers.RetryAfter?.ToString()), Is.EqualTo((503, "5")));
        Assert.That((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"], Is.EqualTo("503"));
        Assert.That(await TestOAuthClient.Opens(server, connection.Token, connection.Key), Is.EqualTo(200));
    }

    [Test]
    public async Task Nobody_makes_the_server_fetch_keys_for_a_connection_that_takes_no_such_tokens()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = EntraTenant.Trusting(issuer);
        var connection = await server.Connect();

        foreach (var key in (string[])[connection.Key, "con-aaaaaaaaaaaaaaaaaaaa", ""])
            Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(Other), key), Is.EqualTo(401));
        Assert.That(issuer.KeyFetches, Is.Zero);
    }

    Task<(Guid Tenant, TestConnection Connection)> Connect() => EntraTenant.ConnectAsync(_server);
}
