extern alias compliance;
using compliance::ScimCompliance.Checks;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Verify;
using ScimProvisioning.Tests.Auth;
using ScimProvisioning.Tests.Auth.Entra;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>
/// The commands <c>verify</c> and <c>simulate</c> with each kind of credential that Entra can use: the results are the same.
/// </summary>
[TestFixture, Parallelizable]
sealed class LoginMethodTests
{
    const string Subject = "the-app";
    const string Audience = "api://scim";

    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    public enum Login
    {
        SecretToken,
        ClientCredentials,
        EntraToken,
        Federation,
    }

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
    public async Task Every_check_of_the_tool_holds([Values] Login login)
    {
        var (url, token, oauth) = await LogInAsync(login);
        using var client = Client(url, token, oauth);
        var target = new Target(client, other => Client(url, other, null), "abcd", new(7)) { OAuthClient = oauth };

        var verified = await new Verification(target, TimeProvider.System, TimeSpan.FromSeconds(60), keep: false).RunAsync(
            Catalogue.Choose(Profiles.All, []),
            Profiles.All,
            _ => { },
            _ => { },
            CancellationToken.None
        );

        Assert.That(
            verified
                .Results.Where(result => result.Check.Severity <= Severity.Should && !result.Holds)
                .Select(result => $"{result.Check.Id}: expected {result.Expected}, came {result.Came}"),
            Is.Empty
        );
        Assert.That(Passed("gallery.direct.client-credentials"), Is.EqualTo(login is Login.ClientCredentials));
        Assert.That(Passed("gallery.direct.federated-identity"), Is.EqualTo(login is Login.Federation));

        bool Passed(string check) => verified.Results.Single(result => result.Check.Id == check).Outcome is Outcome.Passed;
    }

    [Test]
    public async Task A_simulated_tenant_ends_without_differences([Values] Login login)
    {
        var (url, token, oauth) = await LogInAsync(login);
        using var play = Play.Against(Client(url, token, oauth), cycles: 1, size: new(20, 4, 40));

        var simulated = await play.Simulation.RunAsync(CancellationToken.None);

        Assert.That(
            (simulated.Differences, simulated.Left, simulated.IsClean),
            Is.EqualTo((Array.Empty<compliance::ScimCompliance.Simulate.Difference>(), Array.Empty<string>(), true))
        );
    }

    /// <summary>What an admin gives to Entra for a new connection.</summary>
    async Task<(Uri Url, string? Token, OAuthClient? Client)> LogInAsync(Login login)
    {
        var (tenant, connection) = await EntraTenant.ConnectAsync(_server);
        var url = new Uri(_server.Address, $"scim/v2/{connection.Key}");
        switch (login)
        {
            case Login.SecretToken:
                return (url, connection.Token, null);
            case Login.EntraToken:
                return (url, _issuer.EntraToken(tenant), null);
        }
        var client = await TestOAuthClient.CreateAsync(
            _server,
            connection.Id,
            login is Login.Federation ? $$"""{ "federation": { "subject": "{{Subject}}", "audience": "{{Audience}}" } }""" : "{}"
        );
        return (
            url,
            null,
            new(
                client.ClientId,
                client.Secret,
                new Uri(_server.Address, "oauth2/token"),
                login is Login.Federation ? _issuer.FederatedToken(tenant, Subject, Audience) : null
            )
        );
    }

    static ScimClient Client(Uri url, string? token, OAuthClient? oauth)
    {
        ScimClient Bare(string? other) => new(url, other, TimeSpan.FromSeconds(30));
        return oauth is null
            ? Bare(token)
            : new(url, null, TimeSpan.FromSeconds(30)) { AccessTokens = new(oauth, () => Bare(null), TimeProvider.System) };
    }
}
