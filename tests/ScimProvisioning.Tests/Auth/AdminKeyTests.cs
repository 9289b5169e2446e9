using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class AdminKeyTests
{
    static readonly Uri Connections = new("/api/v1/connections", UriKind.Relative);

    [Test]
    public async Task The_admin_api_wants_an_admin_key_and_no_other()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();

        foreach (
            var (key, challenge) in new (string?, string)[]
            {
                (null, "Bearer"),
                ("", "Bearer"),
                ("wrong", "Bearer error=\"invalid_token\""),
                (connection.Token, "Bearer error=\"invalid_token\""),
            }
        )
        {
            using var response = await server.ClientWith(key).GetAsync(Connections);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), key);
            Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo(challenge), key);
        }
    }

    /// <summary>With a connection string, only development may do without a key.</summary>
    static Dictionary<string, string> WithoutKey => new() { ["environment"] = "Development", ["Admin:ApiKey"] = "" };

    [Test]
    public async Task Two_servers_on_their_first_start_make_one_key_and_it_opens_the_admin_api()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var one = new ScimServer(database, WithoutKey);
        await using var two = new ScimServer(database, WithoutKey);
        one.StartServer();
        two.StartServer();
        string?[] keys;
        // The start of each makes one itself, sooner or later: then none of these does.
        do
        {
            await PostgresFixture.ExecuteAsync("TRUNCATE admin_keys", database);
            keys = await Task.WhenAll(
                new[] { one, two, one, two }.Select(server =>
                    server.Services.GetRequiredService<AdminKeyStore>().BootstrapAsync(CancellationToken.None)
                )
            );
        } while (keys.All(made => made is null));

        var key = keys.Single(made => made is not null);
        Assert.That(key, Does.Match("^sk_[A-Za-z0-9_-]{43}$"));
        Assert.That((await two.ClientWith(key).GetAsync(Connections)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await two.ClientWith(ScimServer.AdminKey).GetAsync(Connections)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_configured_key_is_good_beside_the_stored_ones()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        string? stored = null;
        await using (var server = new ScimServer(database, WithoutKey))
        {
            server.StartServer();
            // The start makes one itself, sooner or later.
            while (stored is null)
            {
                await PostgresFixture.ExecuteAsync("TRUNCATE admin_keys", database);
                stored = await server.Services.GetRequiredService<AdminKeyStore>().BootstrapAsync(CancellationToken.None);
            }
        }

        await using var configured = new ScimServer(database);

        Assert.That((await configured.ClientWith(stored).GetAsync(Connections)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await configured.Admin.GetAsync(Connections)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
