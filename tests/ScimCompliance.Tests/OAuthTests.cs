using Microsoft.Extensions.Time.Testing;
using ScimCompliance.Http;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests;

/// <summary>Every verb can get access tokens for an OAuth client instead of using a Secret Token.</summary>
[Parallelizable(ParallelScope.All)]
sealed class OAuthTests
{
    [TestCase("simulate --users 20 --cycles 1")]
    [TestCase("provision-on-demand --users 20 --mark abcd --group \"Project \\\"Zürich\\\" [sim-abcd]\"", 1)]
    [TestCase("load --rate 0 --requests 50 --users 5")]
    [TestCase("verify --only users.create,connection,gallery.direct.client-credentials")]
    public async Task An_OAuth_client_opens_the_server(string arguments, int code = 0)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = await TestServer.StartAsync(endpoint.Guard);

        var ran = await Tool.RunAsync($"{arguments} --url {server.Url} {endpoint.Options}", secret: TokenEndpoint.Secret);

        Assert.That(ran.Code, Is.EqualTo(code), ran.Out + ran.Error);
        Assert.That((endpoint.Issued > 0, server.Store.All.Count), Is.EqualTo((true, 0)));
        Assert.That(ran.Out + ran.Error, Does.Not.Contain("access-token-").And.Not.Contain(TokenEndpoint.Secret));
    }

    [TestCase($"--client-secret {TokenEndpoint.Secret}", null)]
    [TestCase($"--client-assertion {TokenEndpoint.Assertion}", null)]
    [TestCase($"--client-assertion {TokenEndpoint.Assertion}", "another-secret")]
    public async Task Secret_and_assertion_open_it_whatever_token_the_environment_holds(string option, string? secret)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = await TestServer.StartAsync(endpoint.Guard);

        var ran = await Tool.RunAsync($"simulate --users 5 --cycles 0 --url {server.Url} {endpoint.Options} {option}", secret: secret);

        Assert.That(ran.Code, Is.EqualTo(0), ran.Out + ran.Error);
        Assert.That((endpoint.Issued, endpoint.Refused), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_run_that_outlives_its_access_token_gets_another_before_it_ends()
    {
        await using var endpoint = await TokenEndpoint.StartAsync(expiresIn: 1);
        await using var server = await TestServer.StartAsync(endpoint.Guard);

        var ran = await Tool.RunAsync(
            $"simulate --users 20 --cycles 2 --pause 1 --url {server.Url} {endpoint.Options}",
            secret: TokenEndpoint.Secret
        );

        Assert.That(ran.Code, Is.EqualTo(0), ran.Out + ran.Error);
        Assert.That(endpoint.Issued, Is.GreaterThanOrEqualTo(3));
        Assert.That(endpoint.Refused, Is.Zero);
    }

    [Test]
    public async Task Requests_that_are_refused_at_the_same_time_get_one_new_access_token()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        var requests = 0;
        await using var server = await TestServer.StartAsync(
            endpoint.Guard with
            {
                Before = (_, _) =>
                {
                    if (Interlocked.Increment(ref requests) is 60)
                        endpoint.Revoke();
                },
            }
        );

        var ran = await Tool.RunAsync(
            $"simulate --users 50 --cycles 1 --url {server.Url} {endpoint.Options}",
            secret: TokenEndpoint.Secret
        );

        Assert.That(ran.Code, Is.EqualTo(0), ran.Out + ran.Error);
        Assert.That((endpoint.Issued, endpoint.Refused > 0), Is.EqualTo((2, true)));
    }

    [TestCase("verify", "wrong-secret", "", "invalid_client.+--client-id and the secret")]
    [TestCase("simulate", "wrong-secret", "", "invalid_client.+--client-id and the secret")]
    [TestCase("provision-on-demand --users 5 --mark abcd --user ada", "wrong-secret", "", "invalid_client.+--client-id and the secret")]
    [TestCase("load", "wrong-secret", "", "invalid_client.+--client-id and the secret")]
    [TestCase("simulate", null, "--client-assertion wrong-secret", "invalid_client.+--client-id and the assertion")]
    [TestCase("simulate", TokenEndpoint.Secret, "/elsewhere", "404.+--token-url is the address of a token endpoint")]
    public async Task Without_an_access_token_nothing_is_sent(string arguments, string? secret, string more, string told)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = await TestServer.StartAsync(endpoint.Guard);

        var ran = await Tool.RunAsync(
            $"{arguments} --url {server.Url} {endpoint.Options}{(more.StartsWith('/') ? "" : " ")}{more}",
            secret: secret
        );

        Assert.That(ran.Code, Is.EqualTo(2), ran.Out + ran.Error);
        Assert.That(ran.Error, Does.Match(told).And.Not.Contain("wrong-secret").And.Not.Contain("ZW50cmE6"));
        Assert.That(endpoint.Refused, Is.Zero);
    }

    [Test]
    public async Task Access_tokens_that_open_nothing_are_2()
    {
        await using var endpoint = await TokenEndpoint.StartAsync(useless: true);
        await using var server = await TestServer.StartAsync(endpoint.Guard);

        var ran = await Tool.RunAsync($"simulate --url {server.Url} {endpoint.Options}", secret: TokenEndpoint.Secret);

        Assert.That(ran.Code, Is.EqualTo(2), ran.Out + ran.Error);
        Assert.That(ran.Error, Does.Contain("the token is not accepted").And.Not.Contain("access-token-"));
    }

    [Test]
    public async Task A_server_that_refuses_every_token_does_not_cause_a_token_request_each_time()
    {
        await using var endpoint = await TokenEndpoint.StartAsync(useless: true);
        await using var server = await TestServer.StartAsync(endpoint.Guard);
        var (url, clock) = (new Uri(server.Url), new FakeTimeProvider());
        var tokens = new AccessTokens(
            new("entra", TokenEndpoint.Secret, new Uri(endpoint.Url), null),
            () => new ScimClient(url, null, Run.Limit),
            clock
        );
        using var client = new ScimClient(url, null, Run.Limit) { AccessTokens = tokens };
        await tokens.FetchAsync(CancellationToken.None);

        var statuses = new List<int>();
        for (var request = 0; request < 5; request++)
            statuses.Add((await client.SendAsync("GET", "/Users", null, [], CancellationToken.None)).Status);

        Assert.That(statuses, Is.All.EqualTo(401));
        Assert.That(endpoint.Issued, Is.EqualTo(2));
    }

    [TestCase("simulate --token abc --client-id entra --client-secret s --token-url http://localhost:9/", "not both")]
    [TestCase(
        "provision-on-demand --user ada --users 5 --token abc --client-id entra --client-secret s --token-url http://localhost:9/",
        "not both"
    )]
    [TestCase("load --token abc --client-id entra --client-secret s --token-url http://localhost:9/", "not both")]
    [TestCase("verify --token abc --client-id entra --client-secret s --token-url http://localhost:9/", "not both")]
    [TestCase("simulate --client-id entra --client-secret s", "--token-url")]
    [TestCase("simulate --client-secret s", "--client-id and --token-url")]
    [TestCase("simulate --client-id entra --token-url http://localhost:9/", "SCIM_CLIENT_SECRET")]
    [TestCase("simulate --client-id entra --client-secret s --token-url token", "no http or https address")]
    [TestCase("simulate --client-id entra --client-secret s --token-url http://localhost:9/", "Nothing answers at http://localhost:9/")]
    public async Task An_incomplete_OAuth_client_is_refused(string arguments, string told)
    {
        var ran = await Tool.RunAsync($"{arguments} --url http://localhost:8/scim/v2", token: null);

        Assert.That(ran.Code, Is.EqualTo(2), ran.Out + ran.Error);
        Assert.That(ran.Error, Does.Contain(told));
    }

    [Test]
    public async Task No_report_shows_secret_or_access_tokens([Values("html", "junit", "json", "md")] string format)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = await TestServer.StartAsync(
            endpoint.Guard with
            {
                After = (message, answer) => answer.Headers["X-Echo"] = message.Headers.Authorization.ToString(),
            }
        );
        var file = Path.GetTempFileName();

        var ran = await Tool.RunAsync(
            $"verify --only users.create,gallery.direct --url {server.Url} {endpoint.Options} --report {format} {file}",
            secret: TokenEndpoint.Secret
        );

        var report = await File.ReadAllTextAsync(file);
        File.Delete(file);
        Assert.That(
            report,
            Does.Contain(server.Url).And.Not.Contain("access-token-").And.Not.Contain(TokenEndpoint.Secret),
            ran.Out + ran.Error
        );
    }
}
