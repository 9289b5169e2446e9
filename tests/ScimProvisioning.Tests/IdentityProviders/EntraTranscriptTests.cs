using ScimProvisioning.Tests.Auth;
using ScimProvisioning.Tests.Auth.Entra;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.IdentityProviders;

/// <summary>
/// The requests of Entra's provisioning service (and of Okta, OneLogin, JumpCloud), replayed with each form of the Tenant URL.
/// </summary>
[TestFixture("/scim/v2/{key}")]
[TestFixture("/scim/v2")]
[Parallelizable]
sealed class EntraTranscriptTests(string tenantUrl)
{
    readonly Dictionary<string, IReadOnlyList<string>> _differences = [];
    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    static IEnumerable<string> Names => Transcript.Read("entra").Select(request => (string)request["name"]!);

    [OneTimeSetUp]
    public async Task Replay()
    {
        _issuer = await LocalIssuer.StartAsync();
        _server = EntraTenant.Trusting(_issuer);
        using var client = _server.ClientWith(null);
        var (tenant, connection) = await EntraTenant.ConnectAsync(_server);
        var oauth = await TestOAuthClient.CreateAsync(_server, connection.Id);
        var expired = await oauth.AccessToken();
        await PostgresFixture.ExecuteAsync(
            $"UPDATE tokens SET expires_at = '2000-01-01' WHERE oauth_client_id = '{oauth.Id}'",
            PostgresFixture.ConnectionString
        );
        var bound = new Dictionary<string, string>
        {
            ["token"] = connection.Token,
            ["nonexistentGuid"] = "7d420df3-9995-4831-a406-ecf8166f5f6a",
            ["clientId"] = oauth.ClientId,
            ["clientSecret"] = oauth.Secret!,
            ["entraIssuedJwt"] = _issuer.EntraToken(tenant),
            ["expiredToken"] = expired,
        };
        foreach (var request in Transcript.Read("entra"))
            _differences.Add(
                (string)request["name"]!,
                await Transcript.ReplayAsync(request, client, tenantUrl.Replace("{key}", connection.Key, StringComparison.Ordinal), bound)
            );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [TestCaseSource(nameof(Names))]
    public void The_request_is_answered_as_Entra_expects(string name) => Assert.That(_differences[name], Is.Empty);
}
