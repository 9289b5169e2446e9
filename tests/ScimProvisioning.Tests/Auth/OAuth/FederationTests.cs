using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Auth.Entra;

namespace ScimProvisioning.Tests.Auth.OAuth;

/// <summary>Workload identity federation: a token of another issuer in the place of a secret (RFC 7523).</summary>
[TestFixture, Parallelizable]
sealed class FederationTests
{
    const string Subject = "0fd1c1ff-ee1b-4bd3-9a1d-b6f0c7e2f6c7";
    const string Audience = "api://scim";

    static readonly Guid Tenant = new("6babcaad-604b-40ac-a9d7-9fd97c0b779f");
    static readonly Guid Other = new("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d");

    static readonly Dictionary<string, Func<LocalIssuer, string>> Bad = new()
    {
        ["another issuer"] = issuer => Assertion(issuer, but: new() { ["iss"] = "https://issuer.example" }),
        ["another tenant"] = issuer => issuer.FederatedToken(Other, Subject, Audience),
        ["the issuer of v1 tokens"] = issuer => Assertion(issuer, but: new() { ["iss"] = $"https://sts.windows.net/{Tenant}/" }),
        ["another subject"] = issuer => issuer.FederatedToken(Tenant, "another", Audience),
        ["the subject in capitals"] = issuer => issuer.FederatedToken(Tenant, Subject.ToUpperInvariant(), Audience),
        ["no subject"] = issuer => Assertion(issuer, but: new() { ["sub"] = null }),
        ["another audience"] = issuer => issuer.FederatedToken(Tenant, Subject, "api://another"),
        ["no audience"] = issuer => Assertion(issuer, but: new() { ["aud"] = null }),
        ["expired"] = issuer => Assertion(issuer, but: new() { ["exp"] = Now(issuer) - 1 }),
        ["no expiry"] = issuer => Assertion(issuer, but: new() { ["exp"] = null }),
        ["not yet valid"] = issuer => Assertion(issuer, but: new() { ["nbf"] = Now(issuer) + 600 }),
        ["an unknown key"] = issuer => Assertion(issuer, Signature.UnknownKey),
        ["an unknown key under the name of a known one"] = issuer => Assertion(issuer, Signature.UnknownKeyOfKnownName),
        ["HS256 with the public key"] = issuer => Assertion(issuer, Signature.PublicKeyAsSecret),
        ["alg none"] = issuer => Assertion(issuer, Signature.None),
        ["no token at all"] = _ => "a.b.c",
    };

    LocalIssuer _issuer = null!;
    ScimServer _server = null!;
    TestConnection _connection = null!;
    TestOAuthClient _client = null!;

    static long Now(LocalIssuer issuer) => issuer.Clock.GetUtcNow().ToUnixTimeSeconds();

    static IEnumerable<string> Wrongs => Bad.Keys;

    [OneTimeSetUp]
    public async Task Start()
    {
        _issuer = await LocalIssuer.StartAsync();
        _server = EntraTenant.Trusting(_issuer);
        _connection = await _server.Connect();
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET entra_tenant_id = '{Tenant}' WHERE id = '{_connection.Id}'",
            PostgresFixture.ConnectionString
        );
        _client = await Federate(_connection, Subject, Audience);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Test]
    public async Task A_good_assertion_gets_an_access_token_that_opens_the_connection()
    {
        var answer = await _client.Federated(Assertion(_issuer));

        Assert.That((answer.Status, (string?)answer["token_type"], (int)answer["expires_in"]!), Is.EqualTo((200, "Bearer", 3600)));
        Assert.That(await TestOAuthClient.Opens(_server, (string)answer["access_token"]!, _connection.Key), Is.EqualTo(200));
        Assert.That(await TestOAuthClient.Opens(_server, Assertion(_issuer), _connection.Key), Is.EqualTo(401), "the assertion itself");
    }

    [TestCaseSource(nameof(Wrongs))]
    public async Task An_assertion_is_refused_that_has(string wrong)
    {
        var assertion = Bad[wrong](_issuer);

        foreach (
            var answer in (Answer[])
                [
                    await _client.Federated(assertion),
                    await TestOAuthClient.Ask(_server, $"{TestOAuthClient.Grant}&{TestOAuthClient.Assertion(assertion)}"),
                ]
        )
            Assert.That((answer.Status, (string?)answer["error"]), Is.EqualTo((401, "invalid_client")));
    }

    // RFC 7523 §3: client_id is not needed.
    [Test]
    public async Task Without_a_client_id_the_assertion_names_the_client_unless_there_are_two()
    {
        var subject = "the-only-one";
        var form = $"{TestOAuthClient.Grant}&{TestOAuthClient.Assertion(_issuer.FederatedToken(Tenant, subject, Audience))}";
        await Federate(_connection, subject, Audience);
        var one = await TestOAuthClient.Ask(_server, form);

        await Federate(_connection, subject, Audience);
        var two = await TestOAuthClient.Ask(_server, form);

        Assert.That((one.Status, two.Status), Is.EqualTo((200, 401)));
    }

    [Test]
    public async Task A_client_with_a_secret_takes_no_assertion_and_one_with_a_federation_no_secret()
    {
        var withSecret = await TestOAuthClient.CreateAsync(_server, _connection.Id);

        var answers = (
            (await withSecret.Federated(Assertion(_issuer))).Status,
            (await _client.InHeader(secret: "x")).Status,
            (await _client.InBody(secret: "")).Status
        );

        Assert.That(answers, Is.EqualTo((401, 401, 401)));
    }

    [Test]
    public async Task The_first_assertion_with_a_new_key_is_good()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = EntraTenant.Trusting(issuer);
        var client = await TestOAuthClient.CreateAsync(server, _connection.Id, Federation(Subject, Audience));
        Assert.That((await client.Federated(Assertion(issuer))).Status, Is.EqualTo(200));
        issuer.Rotate(drop: true);
        // The library asks an issuer once a second at most, by the real time.
        await Task.Delay(TimeSpan.FromSeconds(1.1));

        Assert.That(
            ((await client.Federated(Assertion(issuer))).Status, (await client.Federated(Assertion(issuer, Signature.PreviousKey))).Status),
            Is.EqualTo((200, 401))
        );
    }

    [Test]
    public async Task Another_issuer_is_asked_for_its_keys_below_its_own_url()
    {
        var name = $"{_issuer.Authority}/pipeline";
        var client = await TestOAuthClient.CreateAsync(_server, _connection.Id, Federation(Subject, Audience, name));

        var good = await client.Federated(_issuer.Mint(name, Audience, new() { ["sub"] = Subject }));

        Assert.That(good.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task While_the_issuer_is_away_the_client_is_answered_503()
    {
        var client = await TestOAuthClient.CreateAsync(_server, _connection.Id, Federation(Subject, Audience, "http://127.0.0.1:1"));

        var answer = await client.Federated(_issuer.Mint("http://127.0.0.1:1", Audience, new() { ["sub"] = Subject }));

        Assert.That((answer.Status, answer.Headers.RetryAfter?.ToString()), Is.EqualTo((503, "5")));
    }

    [TestCase("http://127.0.0.1:%/pipeline")]
    [TestCase("http://localhost:%/pipeline")]
    [TestCase("http://[::ffff:127.0.0.1]:%/pipeline")]
    [TestCase("http://2130706433:%/pipeline")]
    [TestCase("http://0.0.0.0:%/pipeline")]
    public async Task An_issuer_that_an_admin_has_entered_is_not_fetched_from_the_servers_own_network(string template)
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = new ScimServer(settings: new() { ["Entra:FederationMetadataAddress"] = issuer.MetadataUrl("{tenantId}") });
        issuer.Clock = server.Clock;
        var name = template.Replace("%", $"{new Uri(issuer.Authority).Port}", StringComparison.Ordinal);
        var client = await TestOAuthClient.CreateAsync(server, _connection.Id, Federation(Subject, Audience, name));

        var answer = await client.Federated(issuer.Mint(name, Audience, new() { ["sub"] = Subject }));

        Assert.That((answer.Status, issuer.KeyFetches, issuer.MetadataFetches), Is.EqualTo((503, 0, 0)));
    }

    [Test]
    public async Task A_stranger_makes_the_server_fetch_nothing()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        await using var server = EntraTenant.Trusting(issuer);
        var client = await TestOAuthClient.CreateAsync(server, _connection.Id, Federation(Subject, Audience));

        await client.Federated(issuer.Mint($"{issuer.Authority}/evil", Audience, new() { ["sub"] = Subject }));
        await TestOAuthClient.Ask(
            server,
            $"{TestOAuthClient.Grant}&{TestOAuthClient.Assertion(issuer.FederatedToken(Other, Subject, Audience))}"
        );

        Assert.That(issuer.KeyFetches, Is.Zero);
    }

    Task<TestOAuthClient> Federate(TestConnection connection, string subject, string audience) =>
        TestOAuthClient.CreateAsync(_server, connection.Id, Federation(subject, audience));

    static string Federation(string subject, string audience, string? issuer = null) =>
        new JsonObject
        {
            ["federation"] = new JsonObject
            {
                ["subject"] = subject,
                ["audience"] = audience,
                ["issuer"] = issuer,
            },
        }.ToJsonString();

    static string Assertion(LocalIssuer issuer, Signature signature = Signature.CurrentKey, JsonObject? but = null) =>
        issuer.FederatedToken(Tenant, Subject, Audience, signature, but);
}
