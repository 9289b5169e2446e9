using System.Globalization;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Auth.Entra;

/// <summary>The Secret Token field in Entra left blank: Entra sends tokens of its own.</summary>
[TestFixture, Parallelizable]
sealed class EntraTokenTests
{
    static readonly Guid Other = new("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d");

    // What is wrong, and a token that has it and nothing else.
    static readonly Dictionary<string, Func<LocalIssuer, Guid, string>> Bad = new()
    {
        ["another audience"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["aud"] = "00000003-0000-0000-c000-000000000000" }),
        ["no audience"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["aud"] = null }),
        ["another issuer"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://issuer.example/{tenant}/" }),
        ["the issuer of v2 tokens"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://login.microsoftonline.com/{tenant}/v2.0" }),
        ["the issuer without its slash"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://sts.windows.net/{tenant}" }),
        ["the issuer in capitals"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://sts.windows.net/{tenant.ToString().ToUpper(CultureInfo.InvariantCulture)}/" }),
        ["no issuer"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = null }),
        ["another tenant"] = (issuer, _) => issuer.EntraToken(Other),
        ["another tenant with this tid"] = (issuer, tenant) => issuer.EntraToken(Other, but: new() { ["tid"] = $"{tenant}" }),
        ["expired"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["exp"] = Now - 1 }),
        ["no expiry"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["exp"] = null }),
        ["not yet valid"] = (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["nbf"] = Now + 600 }),
        ["an unknown key"] = (issuer, tenant) => issuer.EntraToken(tenant, Signature.UnknownKey),
        ["an unknown key under the name of a known one"] = (issuer, tenant) => issuer.EntraToken(tenant, Signature.UnknownKeyOfKnownName),
        ["HS256 with the public key"] = (issuer, tenant) => issuer.EntraToken(tenant, Signature.PublicKeyAsSecret),
        ["alg none"] = (issuer, tenant) => issuer.EntraToken(tenant, Signature.None),
        ["a payload that was changed"] = (issuer, tenant) =>
            string.Join('.', issuer.EntraToken(tenant).Split('.').Select((part, i) => i == 1 ? issuer.EntraToken(tenant, but: new() { ["appid"] = "x" }).Split('.')[1] : part)),
        ["no payload"] = (issuer, tenant) => $"{issuer.EntraToken(tenant).Split('.')[0]}..x",
    };

    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    static IEnumerable<string> Wrongs => Bad.Keys;

    [OneTimeSetUp]
    public async Task Start()
    {
        _issuer = await LocalIssuer.StartAsync();
        _server = Trusting(_issuer);
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

        Assert.That((await TestOAuthClient.Opens(_server, token, connection.Key), await TestOAuthClient.Opens(_server, token)), Is.EqualTo((200, 200)));
        Assert.That(await TestOAuthClient.Opens(_server, connection.Token, connection.Key), Is.EqualTo(200), "its secret token");
    }

    [Test]
    public async Task It_may_write_and_its_changes_are_told_as_the_tenants()
    {
        var (tenant, connection) = await Connect();
        var directory = new TestDirectory(_server.ClientWith(_issuer.EntraToken(tenant)), connection, PostgresFixture.ConnectionString);

        await directory.User("ada");

        Assert.That((string?)(await directory.Events()).Single()["actor"], Is.EqualTo($"entra:{tenant}"));
    }

    [TestCaseSource(nameof(Wrongs))]
    public async Task A_token_is_refused_that_has(string wrong)
    {
        var (tenant, connection) = await Connect();

        foreach (var url in (string[])[$"/scim/v2/{connection.Key}/Users", "/scim/v2/Users"])
        {
            using var response = await _server.ClientWith(Bad[wrong](_issuer, tenant)).GetAsync(new Uri(url, UriKind.Relative));

            Assert.That(((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString()), Is.EqualTo((401, "Bearer error=\"invalid_token\"")), url);
        }
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

        await Set(connection, change);

        Assert.That((await TestOAuthClient.Opens(_server, token, connection.Key), await TestOAuthClient.Opens(_server, token)), Is.EqualTo((401, 401)));
    }

    [Test]
    public async Task Without_a_key_in_the_url_the_tenant_must_have_one_connection_only()
    {
        var (tenant, first) = await Connect();
        var second = await _server.Connect();
        await Set(second, $"entra_tenant_id = '{tenant}'");
        var token = _issuer.EntraToken(tenant);

        var opened = (await TestOAuthClient.Opens(_server, token), await TestOAuthClient.Opens(_server, token, first.Key), await TestOAuthClient.Opens(_server, token, second.Key));
        await Set(second, "state = 'disconnected'");

        Assert.That((opened, await TestOAuthClient.Opens(_server, token)), Is.EqualTo(((401, 200, 200), 200)));
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
        await using var server = Trusting(issuer);
        var (tenant, connection) = await Connect(server);
        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant), connection.Key), Is.EqualTo(200));
        issuer.Rotate(drop: true);
        // The library asks an issuer once a second at most.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);

        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant), connection.Key), Is.EqualTo(200));
        Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(tenant, Signature.PreviousKey), connection.Key), Is.EqualTo(401));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TestOAuthClient.Opens(server, issuer.EntraToken(tenant, Signature.UnknownKey), connection.Key)));
        Assert.That(issuer.KeyFetches, Is.EqualTo(2));
    }

    [Test]
    public async Task While_the_issuer_is_away_its_tokens_are_answered_503_and_secret_tokens_200()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = new ScimServer(settings: new() { ["Entra:MetadataAddress"] = "http://127.0.0.1:1/openid-configuration" });
        var (tenant, connection) = await Connect(server);

        using var response = await server.ClientWith(issuer.EntraToken(tenant)).GetAsync(new Uri($"/scim/v2/{connection.Key}/Users", UriKind.Relative));

        Assert.That(((int)response.StatusCode, response.Headers.RetryAfter?.ToString()), Is.EqualTo((503, "5")));
        Assert.That((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"], Is.EqualTo("503"));
        Assert.That(await TestOAuthClient.Opens(server, connection.Token, connection.Key), Is.EqualTo(200));
    }

    [Test]
    public async Task Nobody_makes_the_server_fetch_keys_for_a_connection_that_takes_no_such_tokens()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = Trusting(issuer);
        var connection = await server.Connect();

        foreach (var key in (string[])[connection.Key, "con-aaaaaaaaaaaaaaaaaaaa", ""])
            Assert.That(await TestOAuthClient.Opens(server, issuer.EntraToken(Other), key), Is.EqualTo(401));
        Assert.That(issuer.KeyFetches, Is.Zero);
    }

    static ScimServer Trusting(LocalIssuer issuer) => new(settings: new() { ["Entra:MetadataAddress"] = issuer.MetadataUrl() });

    Task<(Guid Tenant, TestConnection Connection)> Connect() => Connect(_server);

    static async Task<(Guid Tenant, TestConnection Connection)> Connect(ScimServer server)
    {
        var (tenant, connection) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), await server.Connect());
        await Set(connection, $"entra_tenant_id = '{tenant}'");
        return (tenant, connection);
    }

    static Task Set(TestConnection connection, string change) =>
        PostgresFixture.ExecuteAsync($"UPDATE connections SET {change} WHERE id = '{connection.Id}'; NOTIFY connection_changed", PostgresFixture.ConnectionString);
}
