using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth.Entra;

/// <summary>What Entra did not issue, not for us, or not for this connection.</summary>
[TestFixture, Parallelizable]
sealed class BadEntraTokenTests
{
    static readonly Guid Other = new("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d");

    // What is wrong, what the admin reads of it, and a token that has this wrong and nothing else.
    static readonly Dictionary<string, (string Reason, Func<LocalIssuer, Guid, string> Token)> Bad = new()
    {
        ["another audience"] = (
            "wrong_audience",
            (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["aud"] = "00000003-0000-0000-c000-000000000000" })
        ),
        ["no audience"] = ("wrong_audience", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["aud"] = null })),
        ["another issuer"] = (
            "wrong_issuer",
            (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://issuer.example/{tenant}/" })
        ),
        ["the issuer of v2 tokens"] = (
            "wrong_issuer",
            (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://login.microsoftonline.com/{tenant}/v2.0" })
        ),
        ["the issuer without its slash"] = (
            "wrong_issuer",
            (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = $"https://sts.windows.net/{tenant}" })
        ),
        ["the issuer in capitals"] = (
            "wrong_issuer",
            (issuer, tenant) =>
                issuer.EntraToken(
                    tenant,
                    but: new() { ["iss"] = $"https://sts.windows.net/{tenant.ToString().ToUpper(CultureInfo.InvariantCulture)}/" }
                )
        ),
        ["no issuer"] = ("wrong_issuer", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = null })),
        ["another tenant"] = ("wrong_issuer", (issuer, _) => issuer.EntraToken(Other)),
        ["another tenant with this tid"] = (
            "wrong_issuer",
            (issuer, tenant) => issuer.EntraToken(Other, but: new() { ["tid"] = $"{tenant}" })
        ),
        ["expired"] = ("expired", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["exp"] = Now(issuer) - 1 })),
        ["no expiry"] = ("expired", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["exp"] = null })),
        ["not yet valid"] = ("expired", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["nbf"] = Now(issuer) + 600 })),
        ["an unknown key"] = ("wrong_signature", (issuer, tenant) => issuer.EntraToken(tenant, Signature.UnknownKey)),
        ["an unknown key under the name of a known one"] = (
            "wrong_signature",
            (issuer, tenant) => issuer.EntraToken(tenant, Signature.UnknownKeyOfKnownName)
        ),
        ["HS256 with the public key"] = ("unknown", (issuer, tenant) => issuer.EntraToken(tenant, Signature.PublicKeyAsSecret)),
        ["alg none"] = ("unknown", (issuer, tenant) => issuer.EntraToken(tenant, Signature.None)),
        ["a payload that was changed"] = (
            "wrong_signature",
            (issuer, tenant) =>
                string.Join(
                    '.',
                    issuer
                        .EntraToken(tenant)
                        .Split('.')
                        .Select((part, i) => i == 1 ? issuer.EntraToken(tenant, but: new() { ["appid"] = "x" }).Split('.')[1] : part)
                )
        ),
        ["no payload"] = ("unknown", (issuer, tenant) => $"{issuer.EntraToken(tenant).Split('.')[0]}..x"),
        ["an expiry that is a text"] = ("unknown", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["exp"] = "soon" })),
        ["a list of ids"] = ("unknown", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["jti"] = new JsonArray("a", "b") })),
        ["an issuer that is a number"] = ("unknown", (issuer, tenant) => issuer.EntraToken(tenant, but: new() { ["iss"] = 1 })),
    };

    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    static long Now(LocalIssuer issuer) => issuer.Clock.GetUtcNow().ToUnixTimeSeconds();

    static IEnumerable<string> Wrongs => Bad.Keys;

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

    [TestCaseSource(nameof(Wrongs))]
    public async Task A_token_is_refused_that_has(string wrong)
    {
        var (tenant, connection) = await EntraTenant.ConnectAsync(_server);

        foreach (var url in (string[])[$"/scim/v2/{connection.Key}/Users", "/scim/v2/Users"])
        {
            using var response = await _server.ClientWith(Bad[wrong].Token(_issuer, tenant)).GetAsync(new Uri(url, UriKind.Relative));

            Assert.That(
                ((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString()),
                Is.EqualTo((401, "Bearer error=\"invalid_token\"")),
                url
            );
        }
        Assert.That(await LastFailedLogin.ReasonAsync(_server, connection.Id), Is.EqualTo(Bad[wrong].Reason));
    }
}
