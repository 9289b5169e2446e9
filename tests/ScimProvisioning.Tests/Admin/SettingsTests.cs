using System.Text.Json.Nodes;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Tests.Admin;

/// <summary>The settings of a connection: how it behaves where identity providers differ.</summary>
[TestFixture, Parallelizable]
sealed class SettingsTests
{
    const string Defaults =
        """{"uniqueGroupNames":true,"groupPatchReturnsResource":"auto","ignoreUnknownAttributes":false"""
        + ""","acceptEntraTokens":true,"announcePagination":true}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public void Every_setting_can_be_changed() =>
        Assert.That(
            typeof(ConnectionSettingsRequest).GetProperties().Select(member => member.Name),
            Is.EquivalentTo(typeof(ConnectionSettings).GetProperties().Select(setting => setting.Name)),
            "Add the new setting to ConnectionSettingsRequest (docs/contributing.md)."
        );

    [Test]
    public async Task A_change_merges_and_the_connection_shows_it()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var path = $"/connections/{directory.Connection.Id}";

        var (_, before) = await _server.Send(HttpMethod.Get, $"{path}/settings");
        await Set(directory, """{"uniqueGroupNames":false}""");
        var (status, changed) = await _server.Send(
            HttpMethod.Patch,
            $"{path}/settings",
            """{"ignoreUnknownAttributes":true,"uniqueGroupNames":null}"""
        );
        var (_, connection) = await _server.Send(HttpMethod.Get, path);

        Assert.That((before!.ToJsonString(), status), Is.EqualTo((Defaults, 200)));
        Assert.That(
            changed!.ToJsonString(),
            Is.EqualTo(
                """{"uniqueGroupNames":false,"groupPatchReturnsResource":"auto","ignoreUnknownAttributes":true"""
                    + ""","acceptEntraTokens":true,"announcePagination":true}"""
            )
        );
        Assert.That(connection!["settings"]!.ToJsonString(), Is.EqualTo(changed.ToJsonString()));
    }

    [TestCase("""{"uniqueGroupNames":"no"}""")]
    [TestCase("[]")]
    [TestCase("")]
    public async Task What_is_no_setting_changes_nothing(string json)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var (status, _) = await _server.Send(HttpMethod.Patch, $"/connections/{directory.Connection.Id}/settings", json);

        Assert.That(
            (status, (await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/settings")).Body!.ToJsonString()),
            Is.EqualTo((400, Defaults))
        );
    }

    [Test]
    public async Task Two_admins_at_once_lose_no_change_of_the_other()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        await Task.WhenAll(
            Set(directory, """{"uniqueGroupNames":false}"""),
            Set(directory, """{"groupPatchReturnsResource":true}"""),
            Set(directory, """{"ignoreUnknownAttributes":true,"acceptEntraTokens":true}""")
        );

        var (_, settings) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/settings");
        Assert.That(
            settings!.ToJsonString(),
            Is.EqualTo(
                """{"uniqueGroupNames":false,"groupPatchReturnsResource":"always","ignoreUnknownAttributes":true"""
                    + ""","acceptEntraTokens":true,"announcePagination":true}"""
            )
        );
    }

    [Test]
    public async Task Groups_of_one_name_are_allowed_or_not()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var first = await directory.Group("Team");
        Assert.That((await directory.Send("POST", "/Groups", """{"displayName":"team"}""")).Error, Is.EqualTo((409, "uniqueness")));

        await Set(directory, """{"uniqueGroupNames":false}""");
        var second = await directory.Group("team");
        await directory.Group("team");
        Assert.That((await directory.Find("/Groups", "displayName eq \"TEAM\"")).Ids, Has.Count.EqualTo(3));

        await Set(directory, """{"uniqueGroupNames":true}""");
        var written = await directory.Patch($"/Groups/{second}", """{"op":"replace","path":"externalId","value":"e"}""");
        var renamed = await directory.Patch($"/Groups/{second}", """{"op":"replace","path":"displayName","value":"Other"}""");
        var joined = await directory.Patch($"/Groups/{first}", $$"""{"op":"add","path":"members","value":[{"value":"{{second}}"}]}""");
        Assert.That((written.Error, renamed.Status, joined.Status), Is.EqualTo(((409, "uniqueness"), 200, 200)));
    }

    [TestCase("{}", 200, 204)]
    [TestCase("""{"groupPatchReturnsResource":"auto"}""", 200, 204)]
    [TestCase("""{"groupPatchReturnsResource":"always"}""", 200, 200)]
    [TestCase("""{"groupPatchReturnsResource":"never"}""", 204, 204)]
    [TestCase("""{"groupPatchReturnsResource":true}""", 200, 200)]
    [TestCase("""{"groupPatchReturnsResource":false}""", 204, 204)]
    public async Task A_patched_group_is_returned_or_not(string settings, int small, int large)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(101);
        var group = await directory.Group("Team", users[..99]);
        await Set(directory, settings);

        foreach (var (i, expected) in new[] { (99, small), (99, small), (100, large), (100, large) })
        {
            var joined = $$"""{"op":"add","path":"members","value":[{"value":"{{users[i]}}"}]}""";
            var answer = await directory.Patch(
                $"/Groups/{group}",
                $$"""{{joined}},{"op":"replace","path":"externalId","value":"e{{i}}"}"""
            );
            var read = await directory.Get($"/Groups/{group}");
            Assert.That((answer.Status, answer.ETag), Is.EqualTo((expected, read.ETag)));
            Assert.That(answer.Body is null || JsonNode.DeepEquals(read.Body, answer.Body), $"{answer.Body}");
        }
        Assert.That((await directory.Patch($"/Groups/{group}?attributes=members", RemoveAll)).Status, Is.EqualTo(200));
        var empty = await directory.Patch($"/Groups/{group}", """{"op":"replace","path":"displayName","value":"New"}""");
        Assert.That((empty.Status, empty.Body?["members"]?.ToJsonString()), Is.EqualTo((small, small == 200 ? "[]" : null)));
    }

    [TestCase("remove", "members")]
    [TestCase("replace", "members")]
    public async Task A_large_group_that_becomes_small_is_returned_again(string op, string path)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(102);
        var group = await directory.Group("Team", users);
        var renamed = await directory.Patch($"/Groups/{group}", """{"op":"replace","path":"displayName","value":"Large"}""");
        var (gone, kept) = (string.Join(',', users[..2].Select(Value)), string.Join(',', users[2..].Select(Value)));

        var shrunk = await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"{{op}}","path":"{{path}}","value":[{{(op == "remove" ? gone : kept)}}]}"""
        );

        Assert.That((renamed.Status, shrunk.Status, shrunk.Body?["members"]?.AsArray().Count), Is.EqualTo((204, 200, 100)));

        static string Value(string id) => $$"""{"value":"{{id}}"}""";
    }

    const string RemoveAll = """{"op":"remove","path":"members"}""";

    [TestCase("\"sometimes\"", "always")]
    [TestCase("7", "text")]
    public async Task Another_word_for_the_answer_to_a_group_is_refused(string value, string reason)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        foreach (
            var (method, path, body) in new[]
            {
                (HttpMethod.Patch, $"/connections/{directory.Connection.Id}/settings", $$"""{"groupPatchReturnsResource":{{value}}}"""),
                (HttpMethod.Post, "/connections", $$"""{"name":"x","settings":{"groupPatchReturnsResource":{{value}} } }"""),
            }
        )
        {
            var (status, problem) = await _server.Send(method, path, body);
            Assert.That(status, Is.EqualTo(400));
            Assert.That(problem!.ToJsonString(), Does.Contain("roupPatchReturnsResource").And.Contain(reason));
        }
    }

    [Test]
    public async Task Pagination_is_announced_or_not()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var announced = await directory.Get("/ServiceProviderConfig");
        await Set(directory, """{"announcePagination":false}""");
        var hidden = await directory.Get("/ServiceProviderConfig");

        Assert.That((announced["pagination"] is null, hidden["pagination"] is null), Is.EqualTo((false, true)));
        Assert.That(hidden.ETag, Is.Not.EqualTo(announced.ETag));
    }

    [TestCase("""{"op":"replace","path":"shoeSize","value":"43"}""", "invalidPath")]
    [TestCase("""{"op":"replace","value":{"shoeSize":"43"}}""", "invalidPath")]
    [TestCase("""{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:shoeSize"}""", "invalidPath")]
    public async Task Unknown_attributes_are_refused_or_ignored(string operation, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var operations = $$"""{{operation}},{"op":"add","path":"title","value":"Dr."}""";

        var strict = await directory.Patch($"/Users/{id}", operations);
        await Set(directory, """{"ignoreUnknownAttributes":true}""");
        var lenient = await directory.Patch($"/Users/{id}", operations);

        Assert.That(strict.Error, Is.EqualTo((400, scimType)));
        Assert.That((lenient.Status, (string?)lenient["title"]), Is.EqualTo((200, "Dr.")));
    }

    Task Set(TestDirectory directory, string settings) =>
        Schemas.Devices.Accepted(_server, HttpMethod.Patch, directory, "/settings", settings);
}
