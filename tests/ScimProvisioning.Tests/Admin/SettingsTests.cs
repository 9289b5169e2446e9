using System.Text.Json.Nodes;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Tests.Admin;

/// <summary>The settings of a connection: how it behaves where identity providers differ.</summary>
[TestFixture, Parallelizable]
sealed class SettingsTests
{
    const string Defaults =
        """{"uniqueGroupNames":true,"groupPatchReturnsResource":false,"ignoreUnknownAttributes":false,"acceptEntraTokens":true}""";

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
                """{"uniqueGroupNames":false,"groupPatchReturnsResource":false,"ignoreUnknownAttributes":true,"acceptEntraTokens":true}"""
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
                """{"uniqueGroupNames":false,"groupPatchReturnsResource":true,"ignoreUnknownAttributes":true,"acceptEntraTokens":true}"""
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
        Assert.That((written.Error, renamed.Status, joined.Status), Is.EqualTo(((409, "uniqueness"), 204, 204)));
    }

    [Test]
    public async Task A_patched_group_is_returned_or_not()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var group = await directory.Group("Team");
        var operation = $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""";

        var before = await directory.Patch($"/Groups/{group}", """{"op":"replace","path":"displayName","value":"New"}""");
        await Set(directory, """{"groupPatchReturnsResource":true}""");
        var after = await directory.Patch($"/Groups/{group}", operation);
        var unchanged = await directory.Patch($"/Groups/{group}", operation);

        Assert.That((before.Status, after.Status, unchanged.Status), Is.EqualTo((204, 200, 200)));
        Assert.That((string?)after["members"]![0]!["value"], Is.EqualTo(user));
        Assert.That(JsonNode.DeepEquals((await directory.Get($"/Groups/{group}")).Body, after.Body));
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
