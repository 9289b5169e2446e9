namespace ScimProvisioning.Tests.Hosting;

/// <summary>The client address of a request, which the admin API shows as the last use of a token.</summary>
[TestFixture, Parallelizable]
sealed class TrustedProxiesTests
{
    [TestCase("", "203.0.113.7", "127.0.0.1", Description = "no proxy configured: loopback is not trusted either")]
    [TestCase("198.51.100.0/24", "203.0.113.7", "127.0.0.1", Description = "the request comes from somewhere else")]
    [TestCase("127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [TestCase("127.0.0.0/8", "203.0.113.7", "203.0.113.7")]
    [TestCase(
        "127.0.0.0/8",
        "192.0.2.1, 203.0.113.7",
        "203.0.113.7",
        Description = "the client may have made up everything before the last address"
    )]
    [TestCase("127.0.0.9/8", "203.0.113.7", "203.0.113.7", Description = "an address in the network names the network")]
    [TestCase("127.0.0.0/8 10.0.0.0/8", "192.0.2.1, 203.0.113.7, 10.1.2.3, 10.1.2.4", "203.0.113.7", Description = "a chain of proxies")]
    [TestCase("127.0.0.0/8", "2001:db8::7", "2001:db8::7")]
    public async Task X_Forwarded_For_is_believed_of_trusted_proxies_only(string trusted, string header, string expected)
    {
        var proxies = trusted
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((proxy, i) => (Name: $"TrustedProxies:{i}", Proxy: proxy));
        await using var server = new ScimServer(settings: proxies.ToDictionary(entry => entry.Name, entry => entry.Proxy));
        var directory = await TestDirectory.CreateAsync(server);

        await directory.Get("/Users", ("X-Forwarded-For", header));

        Assert.That(await LastUsedAddress(server, directory.Connection), Is.EqualTo(expected));
    }

    static async Task<string> LastUsedAddress(ScimServer server, TestConnection connection)
    {
        string? address = null;
        await Wait.UntilAsync(
            async () =>
            {
                var (_, token) = await server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
                address = (string?)token!["lastUsedAddress"];
                return address is not null;
            },
            "the use of the token is stored"
        );
        return address!;
    }
}
