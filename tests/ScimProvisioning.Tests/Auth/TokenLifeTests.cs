using System.Net;
using System.Security.Cryptography;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class TokenLifeTests
{
    [Test]
    public async Task A_token_is_refused_from_the_moment_it_expires_and_one_without_expiry_never()
    {
        await using var server = new ScimServer();
        var mortal = await server.Connect("""{"expiresInDays":1}""");
        var immortal = await server.Connect("""{"expiresInDays":null}""");
        Assert.That((await Get(server, mortal.Token)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        server.Clock.Advance(TimeSpan.FromDays(1));

        Assert.That((await Get(server, mortal.Token)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        server.Clock.Advance(TimeSpan.FromDays(10_000));
        Assert.That((await Get(server, immortal.Token)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_token_signed_with_the_previous_key_is_still_good()
    {
        await using var before = new ScimServer();
        var connection = await before.Connect();
        await using var server = new ScimServer(
            settings: new()
            {
                ["Tokens:SigningKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                ["Tokens:PreviousSigningKeys:0"] = ScimServer.SigningKey,
            }
        );

        var old = await Get(server, connection.Token);
        var fresh = await Get(server, (await server.Connect()).Token);

        Assert.That((old.StatusCode, fresh.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_short_signing_key_stops_the_start()
    {
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", "short")
        );

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(
            (exitCode, error),
            Is.EqualTo(
                (
                    1,
                    "Tokens:SigningKey must be at least 32 bytes, as base64 or as any string; it has 5. "
                        + "Make one with: openssl rand -base64 32\n"
                )
            )
        );
    }

    static Task<HttpResponseMessage> Get(ScimServer server, string token) =>
        server.ClientWith(token).GetAsync(new Uri("/scim/v2/Users", UriKind.Relative));
}
