using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class TokenUseTests
{
    [Test]
    public async Task The_last_use_of_a_token_tells_when_from_where_and_by_what()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);

        await directory.Get("/Users", ("User-Agent", "Entra\u0001 " + new string('x', 300)));

        var token = await Used(server, directory, token => token["lastUsedAt"] is not null);
        Assert.That((DateTime)token["lastUsedAt"]!, Is.EqualTo(server.Clock.GetUtcNow().UtcDateTime).Within(TimeSpan.FromSeconds(30)));
        Assert.That((string?)token["lastUsedAddress"], Is.EqualTo("127.0.0.1").Or.EqualTo("::1"));
        Assert.That((string?)token["lastUsedAgent"], Is.EqualTo("Entra " + new string('x', 194)));
    }

    [Test]
    public async Task Within_a_minute_the_first_use_stands_and_after_it_the_next()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Get("/Users", ("User-Agent", "first"));
        await Used(server, directory, token => (string?)token["lastUsedAgent"] == "first");

        // Whatever is remembered of the token is forgotten by a change, so that the stored time decides.
        await Forget(server, directory);
        await directory.Get("/Users", ("User-Agent", "second"));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Forget(server, directory);
        await directory.Get("/Users", ("User-Agent", "third"));

        await Used(
            server,
            directory,
            token =>
                (string?)token["lastUsedAgent"] switch
                {
                    "first" => false,
                    "third" => true,
                    var other => throw new AssertionException($"{other}"),
                }
        );
    }

    [Test]
    public async Task The_uses_of_many_tokens_are_all_noted()
    {
        await using var server = new ScimServer();
        var directories = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TestDirectory.CreateAsync(server)));

        await Task.WhenAll(directories.Select((directory, i) => directory.Get("/Users", ("User-Agent", $"agent {i}"))));

        for (var i = 0; i < directories.Length; i++)
            await Used(server, directories[i], token => (string?)token["lastUsedAgent"] == $"agent {i}");
    }

    static async Task Forget(ScimServer server, TestDirectory directory) =>
        await server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/tokens");

    static async Task<JsonNode> Used(ScimServer server, TestDirectory directory, Func<JsonNode, bool> isNoted)
    {
        for (var tries = 0; ; tries++)
        {
            var (_, token) = await server.Send(
                HttpMethod.Get,
                $"/connections/{directory.Connection.Id}/tokens/{directory.Connection.TokenId}"
            );
            if (isNoted(token!))
                return token!;
            Assert.That(tries, Is.LessThan(100));
            await Task.Delay(50);
        }
    }
}
