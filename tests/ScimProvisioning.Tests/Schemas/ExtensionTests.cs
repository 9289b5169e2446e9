using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Schemas;

/// <summary>Extensions of built-in types: registered, not registered, and changes between the two.</summary>
[TestFixture, Parallelizable]
sealed class ExtensionTests
{
    const string Custom = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"; // from Entra's documentation
    const string Schema = $$"""{"id":"{{Custom}}","attributes":[{"name":"tag","uniqueness":"server"},{"name":"level","type":"integer"}]}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task An_extension_of_User_is_checked_found_and_listed()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await RegisterAsync(directory);

        var created = await directory.Send("POST", "/Users", $$"""{"userName":"ada","{{Custom}}":{"TAG":"A","level":3,"other":1} }""");
        var wrong = await directory.Send("POST", "/Users", $$"""{"userName":"bob","{{Custom}}":{"level":"three"} }""");
        var same = await directory.Send("POST", "/Users", $$"""{"userName":"bob","{{Custom}}":{"tag":"a"} }""");
        var patched = await directory.Patch($"/Users/{created["id"]}", $$"""{"op":"Replace","path":"{{Custom}}:level","value":4}""");
        var type = await directory.Get("/ResourceTypes/User");

        Assert.That(JsonNode.DeepEquals(created[Custom], JsonNode.Parse("""{"tag":"A","level":3}""")), created.Body!.ToJsonString());
        Assert.That(
            (wrong.Error, same.Error, (int?)patched[Custom]!["level"]),
            Is.EqualTo(((400, "invalidValue"), (409, "uniqueness"), 4))
        );
        Assert.That((await directory.Find("/Users", $"{Custom}:level gt 3")).Ids, Is.EqualTo(new[] { (string)created["id"]! }));
        Assert.That(
            type["schemaExtensions"]!.AsArray().Select(e => (string?)e!["schema"]),
            Is.EqualTo(new[] { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", Custom })
        );
        Assert.That((string?)(await directory.Get($"/Schemas/{Custom}"))["attributes"]![1]!["type"], Is.EqualTo("integer"));
    }

    [Test]
    public async Task A_required_extension_is_asked_of_new_resources_and_not_of_changes_elsewhere()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var older = await directory.User("older");
        await RegisterAsync(directory, required: "true");

        var without = await directory.Send("POST", "/Users", """{"userName":"ada"}""");
        var with = await directory.Send("POST", "/Users", $$"""{"userName":"ada","{{Custom}}":{"tag":"A"} }""");
        var disabled = await directory.Patch($"/Users/{older}", """{"op":"Replace","path":"active","value":"False"}""");

        Assert.That((without.Error, with.Status, disabled.Status), Is.EqualTo(((400, "invalidValue"), 201, 200)));
    }

    [Test]
    public async Task An_extension_that_is_not_registered_is_kept_and_returned()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send("POST", "/Users", $$"""{"userName":"ada","{{Custom}}":{"tag":"A","level":"three"} }""");
        var patched = await directory.Patch($"/Users/{created["id"]}", $$"""{"op":"Add","path":"{{Custom}}:tag","value":"B"}""");

        Assert.That(created["schemas"]!.AsArray().Select(s => (string?)s), Does.Contain(Custom));
        Assert.That(JsonNode.DeepEquals(patched[Custom], JsonNode.Parse("""{"tag":"B","level":"three"}""")), patched.Body!.ToJsonString());
    }

    [Test]
    public async Task A_value_that_does_not_fit_a_later_schema_is_kept_and_matches_no_filter()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.Create("/Users", $$"""{"userName":"ada","{{Custom}}":{"tag":"A","level":"three"} }""");
        await RegisterAsync(directory);

        var read = await directory.Get($"/Users/{id}");
        var found = await directory.Find("/Users", $"{Custom}:level ge 0");
        var tagged = await directory.Find("/Users", $"{Custom}:tag eq \"a\"");

        Assert.That((string?)read[Custom]!["level"], Is.EqualTo("three"));
        Assert.That((found.Ids.Count, tagged.Ids.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Without_its_registration_the_data_of_an_extension_stays_and_nothing_in_it_is_unique()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await RegisterAsync(directory);
        var id = await directory.Create("/Users", $$"""{"userName":"ada","{{Custom}}":{"tag":"A"} }""");

        await Devices.Accepted(_server, HttpMethod.Delete, directory, "/resource-types/User");
        await Devices.Accepted(_server, HttpMethod.Delete, directory, $"/schemas/{Custom}");
        var kept = await directory.Patch($"/Users/{id}", """{"op":"add","path":"title","value":"Dr."}""");
        await directory.Patch($"/Users/{id}", $$"""{"op":"replace","path":"{{Custom}}:tag","value":"B"}""");
        await RegisterAsync(directory);

        Assert.That((string?)kept[Custom]!["tag"], Is.EqualTo("A"));
        Assert.That((await directory.Send("POST", "/Users", $$"""{"userName":"bob","{{Custom}}":{"tag":"A"} }""")).Status, Is.EqualTo(201));
    }

    [TestCase("DELETE", null)]
    [TestCase("PUT", """{"schemaExtensions":[]}""")]
    public async Task An_extension_with_data_that_is_never_returned_stays_in_its_type(string method, string? body)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await RegisterAsync(directory, attributes: """{"name":"tag"},{"name":"pin","returned":"never"}""");
        var id = await directory.Create("/Users", $$"""{"userName":"ada","{{Custom}}":{"tag":"A","pin":"0000"} }""");
        var type = $"/connections/{directory.Connection.Id}/resource-types/User";

        var (refused, problem) = await _server.Send(new(method), type, body);
        var shown = await directory.Get($"/Users/{id}");
        await directory.Patch($"/Users/{id}", $$"""{"op":"remove","path":"{{Custom}}"}""");
        var (accepted, _) = await _server.Send(new(method), type, body);

        Assert.That(
            (refused, accepted < 300, shown.Body!.ToJsonString().Contains("0000", StringComparison.Ordinal)),
            Is.EqualTo((409, true, false))
        );
        Assert.That((string?)problem!["detail"], Does.Contain(Custom).And.Contain("never returns"));
    }

    [TestCase("""{"name":"pin"}""")]
    [TestCase("""{"name":"pin","returned":"request"}""")]
    [TestCase("""{"name":"tag"}""")]
    public async Task An_attribute_with_data_that_is_never_returned_stays_hidden(string attribute)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await RegisterAsync(directory, attributes: """{"name":"pin","returned":"never"}""");
        var id = await directory.Create("/Users", $$"""{"userName":"ada","{{Custom}}":{"pin":"0000"} }""");
        var (path, schema) = ($"/connections/{directory.Connection.Id}/schemas/{Custom}", $$"""{"attributes":[{{attribute}}]}""");

        var (refused, problem) = await _server.Send(HttpMethod.Put, path, schema);
        var shown = await directory.Get($"/Users/{id}");
        await directory.Patch($"/Users/{id}", $$"""{"op":"remove","path":"{{Custom}}:pin"}""");
        var (accepted, _) = await _server.Send(HttpMethod.Put, path, schema);

        Assert.That(
            (refused, accepted, shown.Body!.ToJsonString().Contains("0000", StringComparison.Ordinal)),
            Is.EqualTo((409, 200, false))
        );
        Assert.That((string?)problem!["detail"], Does.Contain("'pin'").And.Contain("Remove the data first"));
    }

    async Task RegisterAsync(TestDirectory directory, string required = "false", string? attributes = null)
    {
        await Devices.Accepted(
            _server,
            HttpMethod.Post,
            directory,
            "/schemas",
            attributes is null ? Schema : $$"""{"id":"{{Custom}}","attributes":[{{attributes}}]}"""
        );
        await Devices.Accepted(
            _server,
            HttpMethod.Post,
            directory,
            "/resource-types",
            $$"""{"name":"User","schemaExtensions":[{"schema":"{{Custom}}","required":{{required}}}]}"""
        );
    }
}
