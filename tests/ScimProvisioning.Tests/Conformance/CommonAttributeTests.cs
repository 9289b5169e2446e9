using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Conformance;

/// <summary>RFC 7643 §3: <c>schemas</c>, <c>id</c>, <c>externalId</c> and <c>meta</c>.</summary>
[TestFixture, Parallelizable]
sealed class CommonAttributeTests
{
    const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("/Users", "User", """{"userName":"ada"}""")]
    [TestCase("/Groups", "Group", """{"displayName":"Design"}""")]
    public async Task The_server_assigns_id_and_meta(string collection, string type, string json)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send("POST", collection, json);

        var (id, meta) = ((string)created["id"]!, created["meta"]!.AsObject());
        Assert.That(meta.Select(p => p.Key), Is.EquivalentTo(new[] { "resourceType", "created", "lastModified", "location", "version" }));
        Assert.That(((string?)meta["resourceType"], (string?)meta["location"]), Is.EqualTo((type, $"{directory.Url}{collection}/{id}")));
        Assert.That(
            (string?)meta["created"],
            Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$").And.EqualTo((string?)meta["lastModified"])
        );
        Assert.That((string?)meta["version"], Does.StartWith("W/\""));
        Assert.That(id, Is.Not.Empty.And.Not.Contains("bulkId"));
    }

    [TestCase("POST", 201)]
    [TestCase("PUT", 200)]
    public async Task What_a_client_says_about_them_is_ignored(string method, int status)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var existing = await directory.User("ada");
        const string Body = """
            {"userName":"eva","id":"mine",
             "meta":{"resourceType":"Group","created":"2000-01-01T00:00:00Z","location":"http://x","version":"9"}}
            """;

        var answer = await directory.Send(method, method == "POST" ? "/Users" : $"/Users/{existing}", Body);

        Assert.That(
            (answer.Status, (string?)answer["id"] == "mine", method == "PUT" && (string?)answer["id"] != existing),
            Is.EqualTo((status, false, false))
        );
        Assert.That(
            answer["meta"]!.ToJsonString(),
            Does.Contain("\"User\"").And.Not.Contain("2000-").And.Not.Contain("http://x").And.Not.Contain("\"9\"")
        );
    }

    [Test]
    public async Task An_externalId_is_never_invented_and_is_the_connections_own()
    {
        var (one, other) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        await one.Create("/Users", """{"userName":"ada","externalId":"701984"}""");

        var created = await other.Send("POST", "/Users", """{"userName":"ada"}""");

        Assert.That(created.Body!.ContainsKey("externalId"), Is.False);
        Assert.That((await other.Find("/Users", "externalId eq \"701984\"")).Ids, Is.Empty);
    }

    [TestCase($$"""["{{Core}}","{{Enterprise}}"]""")]
    [TestCase($$"""["{{Enterprise}}","{{Core}}"]""", Description = "§3: the order says nothing")]
    [TestCase($$"""["{{Core}}","{{Core}}","{{Enterprise}}"]""", Description = "§3: none is there twice")]
    [TestCase("""["URN:IETF:params:scim:schemas:CORE:2.0:user"]""")]
    [TestCase("[]", Description = "Entra's older jobs and curl: the server knows the type by the address")]
    public async Task Schemas_hold_the_base_schema_first_and_each_extension_once(string schemas)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send(
            "POST",
            "/Users",
            $$$"""{"schemas":{{{schemas}}},"userName":"ada","{{{Enterprise}}}":{"department":"R"}}"""
        );
        var listed = (await directory.Get("/Users")).Resources.Single();

        foreach (var resource in (JsonObject[])[created.Body!, listed])
            Assert.That(resource["schemas"]!.AsArray().Select(uri => (string?)uri), Is.EqualTo(new[] { Core, Enterprise }));
    }

    [Test]
    public async Task Extensions_are_containers_of_their_own()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send(
            "POST",
            "/Users",
            $$$"""{"schemas":["{{{Core}}}"],"{{{Core}}}":{"userName":"ada"},"{{{Enterprise}}}":{"department":"R"}}"""
        );

        Assert.That(
            ((string?)created["userName"], (string?)created[Enterprise]!["department"], created["department"]),
            Is.EqualTo(("ada", "R", (JsonNode?)null))
        );
    }

    [TestCase("title", "null")]
    [TestCase("title", "\"\"")]
    [TestCase("emails", "null")]
    [TestCase("emails", "[]")]
    public async Task Null_and_nothing_are_the_same_state(string attribute, string nothing) // §2.5
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.Create("/Users", """{"userName":"ada","title":"x","emails":[{"value":"a@x"}]}""");

        var put = await directory.Send("PUT", $"/Users/{id}", $$"""{"userName":"ada","{{attribute}}":{{nothing}}}""");

        Assert.That((put.Status, put.Body!.ContainsKey("title"), put.Body!.ContainsKey("emails")), Is.EqualTo((200, false, false)));
        Assert.That((await directory.Find("/Users", $"{attribute} pr")).Ids, Is.Empty);
    }
}
