using System.IdentityModel.Tokens.Jwt;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ScimProvisioning.Tests.Auth;

/// <summary>The stand-in is read as Microsoft's token service is: metadata, then keys, then the token.</summary>
[Parallelizable(ParallelScope.All)]
sealed class LocalIssuerTests
{
    static readonly Guid Tenant = new("6babcaad-604b-40ac-a9d7-9fd97c0b779f");

    [TestCase(Signature.CurrentKey, true)]
    [TestCase(Signature.PreviousKey, true)]
    [TestCase(Signature.UnknownKey, false)]
    [TestCase(Signature.UnknownKeyOfKnownName, false)]
    [TestCase(Signature.PublicKeyAsSecret, false)]
    [TestCase(Signature.None, false)]
    public async Task Tokens_are_valid_when_a_served_key_has_signed_them(Signature signature, bool valid)
    {
        await using var issuer = await LocalIssuer.StartAsync();
        issuer.Rotate();

        Assert.That(await IsValid(issuer, issuer.EntraToken(Tenant, signature)), Is.EqualTo(valid));
    }

    [Test]
    public async Task A_key_that_was_dropped_signs_in_vain()
    {
        await using var issuer = await LocalIssuer.StartAsync();
        issuer.Rotate(drop: true);

        var valid = (
            await IsValid(issuer, issuer.EntraToken(Tenant)),
            await IsValid(issuer, issuer.EntraToken(Tenant, Signature.PreviousKey))
        );

        Assert.That(valid, Is.EqualTo((true, false)));
        Assert.That(issuer.KeyFetches, Is.EqualTo(2));
    }

    [TestCase(-30, -20)]
    [TestCase(20, 30)]
    public async Task Times_are_those_asked_for(int from, int to)
    {
        await using var issuer = await LocalIssuer.StartAsync();
        var now = TimeProvider.System.GetUtcNow();

        var token = issuer.Mint(
            $"https://sts.windows.net/{Tenant}/",
            LocalIssuer.EntraAudience,
            null,
            now.AddMinutes(from),
            now.AddMinutes(to)
        );

        Assert.That(await IsValid(issuer, token), Is.False);
    }

    [Test]
    public async Task Claims_are_those_of_Entra_but_for_what_the_test_says()
    {
        await using var issuer = await LocalIssuer.StartAsync();

        var entra = new JwtSecurityToken(issuer.EntraToken(Tenant, but: new() { ["aud"] = "another", ["appid"] = null }));
        var federated = new JwtSecurityToken(issuer.FederatedToken(Tenant, "the-app", "api://scim"));

        Assert.That(
            (entra.Issuer, entra.Audiences.Single(), entra.Payload["ver"], entra.Payload.ContainsKey("appid")),
            Is.EqualTo(($"https://sts.windows.net/{Tenant}/", "another", "1.0", false))
        );
        Assert.That(
            (federated.Issuer, federated.Audiences.Single(), federated.Subject, federated.Payload.ContainsKey("uti")),
            Is.EqualTo(($"https://login.microsoftonline.com/{Tenant}/v2.0", "api://scim", "the-app", true))
        );
    }

    static async Task<bool> IsValid(LocalIssuer issuer, string token)
    {
        var metadata = new ConfigurationManager<OpenIdConnectConfiguration>(
            issuer.MetadataUrl($"{Tenant}"),
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = false }
        );
        var known = await metadata.GetConfigurationAsync(CancellationToken.None);
        try
        {
            new JwtSecurityTokenHandler().ValidateToken(
                token,
                new()
                {
                    ValidIssuer = known.Issuer,
                    ValidAudience = LocalIssuer.EntraAudience,
                    IssuerSigningKeys = known.SigningKeys,
                },
                out _
            );
            return true;
        }
        catch (SecurityTokenException)
        {
            return false;
        }
    }
}
