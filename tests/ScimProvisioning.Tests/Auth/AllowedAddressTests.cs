using System.Net;
using Microsoft.AspNetCore.Http;
using Scim;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Tests.Auth;

/// <summary>The addresses from which a connection lets anybody in.</summary>
[TestFixture, Parallelizable]
sealed class AllowedAddressTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("{}", 200)]
    [TestCase("{127.0.0.0/8}", 200)]
    [TestCase("{10.0.0.0/8,127.0.0.1/32}", 200)]
    [TestCase("{10.0.0.0/8}", 401)]
    [TestCase("{2001:db8::/32}", 401)]
    public async Task A_token_is_good_from_allowed_addresses_only(string allowed, int status)
    {
        var connection = await _server.Connect();
        await connection.ChangeAsync($"allowed_addresses = '{allowed}'");

        // With the key in the URL and without.
        Assert.That(
            ((await _server.FailAsync(connection.Token, connection.Key)).Status, (await _server.FailAsync(connection.Token, null)).Status),
            Is.EqualTo((status, status))
        );
    }

    [Test]
    public async Task A_list_holds_from_the_next_request_on_for_tokens_that_were_good_before()
    {
        var connection = await _server.Connect();
        Assert.That((await _server.FailAsync(connection.Token, connection.Key)).Status, Is.EqualTo(200));

        await connection.ChangeAsync("allowed_addresses = '{10.0.0.0/8}'");
        await Task.Delay(500);

        Assert.That((await _server.FailAsync(connection.Token, connection.Key)).Status, Is.EqualTo(401));
    }

    [TestCase("10.1.2.3", "10.0.0.0/8", true)]
    [TestCase("::ffff:10.1.2.3", "10.0.0.0/8", true, TestName = "An IPv4 address by IPv6 is one of IPv4")]
    [TestCase("11.1.2.3", "10.0.0.0/8", false)]
    [TestCase("10.1.2.3", "10.1.2.3/32", true)]
    [TestCase("10.1.2.4", "10.1.2.3/32", false)]
    [TestCase("2001:db8::1", "2001:db8::/32", true)]
    [TestCase("2001:db9::1", "2001:db8::/32", false)]
    [TestCase("10.1.2.3", "::/0", false)]
    [TestCase(null, "0.0.0.0/0", false)]
    public void An_address_is_in_the_blocks_or_not(string? address, string block, bool allowed)
    {
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) } };
        var connection = new KnownConnection(
            Guid.Empty,
            "con-a",
            ConnectionState.Active,
            null,
            [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse(block)],
            ResourceTypes.BuiltIn,
            ConnectionSettings.Default
        );

        Assert.That(
            CredentialCheck.CheckConnection(http, connection),
            Is.EqualTo(allowed ? null : (FailedLoginReason?)FailedLoginReason.AddressNotAllowed)
        );
    }
}
