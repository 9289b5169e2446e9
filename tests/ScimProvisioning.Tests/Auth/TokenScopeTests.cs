using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class TokenScopeTests
{
    const string Id = "00000000-0000-0000-0000-000000000009";
    const string Search = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}""";
    const string Bulk = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[]}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("GET", "/Users", null, "read")]
    [TestCase("HEAD", "/Users", null, "read")]
    [TestCase("GET", "/Groups/" + Id, null, "read")]
    [TestCase("GET", "/ServiceProviderConfig", null, "read")]
    [TestCase("POST", "/.search", Search, "read")]
    [TestCase("POST", "/Users/.search", Search, "read")]
    [TestCase("POST", "/Users", """{"userName":"ada"}""", "write")]
    [TestCase("PUT", "/Users/" + Id, """{"userName":"ada"}""", "write")]
    [TestCase("PATCH", "/Users/" + Id, "{}", "write")]
    [TestCase("DELETE", "/Users/" + Id, null, "write")]
    [TestCase("POST", "/Bulk", Bulk, "write")]
    [TestCase("POST", "/Nothing/at/all", "{}", "write")]
    public async Task A_request_needs_its_scope(string method, string path, string? json, string needed)
    {
        var with = await Answer(needed, method, path, json);
        var without = await Answer(needed == "read" ? "write" : "read", method, path, json);

        Assert.That((with.Status == 403, without.Status), Is.EqualTo((false, 403)));
        Assert.That(without.Headers.WwwAuthenticate.ToString(), Is.EqualTo($"Bearer error=\"insufficient_scope\", scope=\"{needed}\""));
        if (method != "HEAD")
            Assert.That(
                (without.Error, without.Detail),
                Is.EqualTo(
                    (
                        (403, (string?)null),
                        $"The token lacks the scope '{needed}' that this request needs. "
                            + "Make a token with the scopes read and write, and enter it as Secret Token."
                    )
                )
            );
    }

    // RFC 7644 §3.3 and §3.5.1 want a resource in the answer, but a resource holds more than the caller has sent.
    [Test]
    public async Task Who_may_only_write_learns_nothing_from_the_answers_to_its_writes()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.Create("/Users", """{"userName":"ada","displayName":"Ada","nickName":"secret"}""");
        var group = await directory.Group("Design", user);
        var (_, token) = await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/tokens", """{"scopes":["write"]}""");
        using var client = _server.ClientWith((string)token!["token"]!);
        var writer = new TestDirectory(client, directory.Connection, PostgresFixture.ConnectionString);
        const string nothing = """{"op":"replace","path":"displayName","value":"Ada"}""";
        var all = "?attributes=userName,nickName,groups,members,displayName";

        Answer[] patched =
        [
            await writer.Patch($"/Users/{user}", nothing),
            await writer.Patch($"/Users/{user}{all}", nothing),
            await writer.Patch($"/Users/{user}", """{"op":"remove","path":"title"}"""),
            await writer.Patch($"/Users/{user}", """{"op":"replace","path":"active","value":true}"""),
            await writer.Patch($"/Groups/{group}{all}", """{"op":"replace","path":"displayName","value":"Design"}"""),
        ];
        Answer[] written =
        [
            await writer.Send("POST", "/Users", """{"userName":"bob"}"""),
            await writer.Send("POST", $"/Groups{all}", $$"""{"displayName":"More","members":[{"value":"{{user}}"}]}"""),
            await writer.Send("PUT", $"/Users/{user}{all}", """{"userName":"ada"}"""),
            await writer.Send("PUT", $"/Groups/{group}", """{"displayName":"Design"}"""),
        ];

        Assert.That(patched.Select(answer => (answer.Status, answer.Body)), Is.All.EqualTo((204, (JsonObject?)null)));
        Assert.That(patched.Select(answer => answer.ETag), Is.All.Not.Null);
        Assert.That(written.Select(answer => answer.Status), Is.EqualTo(new[] { 201, 201, 200, 200 }));
        Assert.That(written.Select(answer => answer.Names), Is.All.EquivalentTo(new[] { "schemas", "id", "meta" }));
    }

    [Test]
    public async Task What_is_refused_for_its_scope_changes_nothing()
    {
        var directory = await Directory("read");

        await directory.Send("POST", "/Users", """{"userName":"ada"}""");

        Assert.That((int)(await directory.Get("/Users"))["totalResults"]!, Is.Zero);
    }

    async Task<Answer> Answer(string scope, string method, string path, string? json) =>
        await (await Directory(scope)).Send(method, path, json);

    async Task<TestDirectory> Directory(string scope)
    {
        var connection = await _server.Connect($$"""{"scopes":["{{scope}}"]}""");
        return new(_server.ClientWith(connection.Token), connection, PostgresFixture.ConnectionString);
    }
}
