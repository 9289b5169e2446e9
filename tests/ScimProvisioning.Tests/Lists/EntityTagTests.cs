namespace ScimProvisioning.Tests.Lists;

/// <summary>Versions (RFC 7644 §3.14) and locations (RFC 7643 §3.1).</summary>
[TestFixture, Parallelizable]
sealed class EntityTagTests
{
    const string Rename = """{"op":"replace","path":"displayName","value":"new"}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_tag_in_the_header_is_the_one_in_meta_on_every_verb()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send("POST", "/Users", """{"userName":"anna"}""");
        var path = $"/Users/{created["id"]}";

        Answer[] answers =
        [
            created,
            await directory.Get(path),
            await directory.Send("PUT", path, """{"userName":"ann"}"""),
            await directory.Get(path),
            await directory.Patch(path, Rename),
            await directory.Get(path),
        ];

        Assert.That(answers.Select(answer => (string?)answer["meta"]!["version"]), Is.EqualTo(answers.Select(answer => answer.ETag)));
        Assert.That(
            answers.Select(answer => answer.ETag),
            Is.EqualTo(new[] { "W/\"1\"", "W/\"1\"", "W/\"2\"", "W/\"2\"", "W/\"3\"", "W/\"3\"" })
        );
    }

    [Test]
    public async Task A_change_without_a_body_tells_the_new_tag()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.Group("Design");

        await Schemas.Devices.Accepted(_server, HttpMethod.Patch, directory, "/settings", """{"groupPatchReturnsResource":"never"}""");

        var changed = await directory.Patch($"/Groups/{id}", Rename);

        Assert.That((changed.Status, changed.ETag), Is.EqualTo((204, "W/\"2\"")));
        Assert.That(changed.Headers.Location?.ToString(), Is.EqualTo($"{directory.Url}/Groups/{id}"));
    }

    [Test]
    public async Task The_place_is_the_keyed_Tenant_URL_whichever_was_called(
        [Values("Users", "Groups")] string collection,
        [Values] bool alias
    )
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var called = alias ? directory.WithoutKey : directory;

        var created = await called.Send(
            "POST",
            $"/{collection}",
            collection == "Users" ? """{"userName":"anna"}""" : """{"displayName":"Design"}"""
        );
        var path = $"/{collection}/{created["id"]}";
        var read = await called.Get($"/{collection.ToUpperInvariant()}/{created["id"]}");
        var listed = await called.Get($"/{collection}");

        Assert.That(created.Headers.Location?.ToString(), Is.EqualTo(directory.Url + path));
        Assert.That(
            new[] { created.Body!, read.Body!, listed.Resources.Single() }.Select(resource => (string?)resource["meta"]!["location"]),
            Is.All.EqualTo(directory.Url + path)
        );
        Assert.That((await directory.Get(path)).Status, Is.EqualTo(200));
    }

    [TestCase("W/\"1\"", 304)]
    [TestCase("\"1\"", 304)]
    [TestCase("*", 304)]
    [TestCase("W/\"7\", W/\"1\"", 304)]
    [TestCase("W/\"2\"", 200)]
    [TestCase("nonsense", 200)]
    public async Task A_version_that_the_client_has_is_not_sent_again(string tag, int status)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("anna");

        var answer = await directory.Get($"/Users/{id}", ("If-None-Match", tag));

        Assert.That((answer.Status, answer.ETag, answer.Body is null), Is.EqualTo((status, "W/\"1\"", status == 304)));
    }

    [Test]
    public async Task A_write_on_an_old_version_is_refused_and_changes_nothing(
        [Values("PUT", "PATCH", "DELETE")] string method,
        [Values("W/\"2\"", "\"x\"", "nonsense", "1")] string tag
    )
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("anna");
        var before = (await directory.Get($"/Users/{id}")).Body!.ToJsonString();

        var answer = await Write(directory, method, $"/Users/{id}", tag);

        Assert.That(answer.Status, Is.EqualTo(412));
        Assert.That((await directory.Get($"/Users/{id}")).Body!.ToJsonString(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_write_on_the_current_version_is_done(
        [Values("PUT", "PATCH", "DELETE")] string method,
        [Values("W/\"1\"", "\"1\"", "*", "W/\"2\", W/\"1\"", "")] string tag
    )
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("anna");

        var answer = await Write(directory, method, $"/Users/{id}", tag);

        Assert.That(answer.Status, Is.EqualTo(method == "DELETE" ? 204 : 200));
    }

    static Task<Answer> Write(TestDirectory directory, string method, string path, string tag) =>
        method switch
        {
            "PUT" => directory.Send("PUT", path, """{"userName":"ann"}""", ("If-Match", tag)),
            "PATCH" => directory.Patch(path, Rename, ("If-Match", tag)),
            _ => directory.Send(method, path, null, ("If-Match", tag)),
        };
}
