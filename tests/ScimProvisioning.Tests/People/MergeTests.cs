using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>People who are there twice.</summary>
[TestFixture, Parallelizable]
sealed class MergeTests
{
    const string Uid = "11111111-0000-4000-8000-00000000e11a";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("\"email\":\"Ella@contoso.com\"", "email")]
    [TestCase("\"userName\":\"ELLA\"", "userName")]
    [TestCase("\"employeeNumber\":\"7\"", "employeeNumber")]
    public async Task T41_people_with_the_same_name_address_or_number_are_found_with_a_proposal(string member, string attribute)
    {
        var (app, received, imported) = await TwiceAsync(member);

        var found = (await app.Admin(HttpMethod.Get, "/duplicates"))!["data"]!.AsArray().Single()!;

        Assert.That((string?)found["attribute"], Is.EqualTo(attribute));
        Assert.That(found["users"]!.AsArray().Select(user => (string)user!["id"]!), Is.EquivalentTo(new[] { received, imported }));
        Assert.That(((string?)found["proposal"]!["from"], (string?)found["proposal"]!["into"]), Is.EqualTo((imported, received)));
    }

    [Test]
    public async Task T41_a_merge_brings_over_what_the_other_one_lacks_and_deletes_the_merged_one()
    {
        var (app, received, imported) = await TwiceAsync(
            """ "userName":"ella","appUserId":"4711","localAttributes":{"shoeSize":38,"desk":"A"} """
        );
        await _server.Send(HttpMethod.Patch, $"/users/{received}", """{"localAttributes":{"desk":"B"}}""");

        var (status, merged) = await Merge(imported, received);

        Assert.That((status, (string?)merged!["appUserId"]), Is.EqualTo((200, "4711")));
        Assert.That(
            JsonNode.DeepEquals(merged["localAttributes"], JsonNode.Parse("""{"desk":"B","shoeSize":38}""")),
            merged["localAttributes"]!.ToJsonString()
        );
        var (_, gone) = await _server.Send(HttpMethod.Get, $"/users/{imported}");
        Assert.That(((string?)gone!["status"], gone["appUserId"]), Is.EqualTo(("deleted", (JsonNode?)null)));
        Assert.That((await app.Admin(HttpMethod.Get, "/duplicates"))!["data"]!.AsArray(), Is.Empty);
        Assert.That((await app.Told())[^2..], Is.EqualTo(new[] { "user.updated", "user.deleted" }));
        await app.AssertMirrored();
        Assert.That(await _server.Imported(app, """{"uid":"app-1","status":"active"}"""), Is.EqualTo((0, 0, 0)), "who was merged stays so");
        Assert.That(await _server.Audited("directory.user_merged"), Has.Member(imported));
    }

    [Test]
    public async Task A_user_who_comes_with_the_uid_of_somebody_who_was_merged_is_a_new_person()
    {
        var (app, received, imported) = await TwiceAsync("\"userName\":\"ella\"", uid: Uid);
        await Merge(imported, received);

        await app.Directory.Create("/Users", $$"""{"userName":"other","externalId":"{{Uid}}"}""");
        await app.Settle();

        var other = await app.User("other");
        Assert.That((string)other["id"]!, Is.Not.EqualTo(imported).And.Not.EqualTo(received));
        Assert.That((string?)other["uid"], Is.EqualTo(Uid));
        var (_, gone) = await _server.Send(HttpMethod.Get, $"/users/{imported}");
        Assert.That((string?)gone!["status"], Is.EqualTo("deleted"));
        Assert.That(
            await _server.Imported(app, $$"""{"uid":"{{Uid}}","appUserId":"4712"}"""),
            Is.EqualTo((0, 1, 0)),
            "the row is of the new person"
        );
        await app.AssertMirrored();
    }

    [Test]
    public async Task Who_has_a_live_user_cannot_be_merged_nor_who_was_merged_nor_somebody_into_himself()
    {
        var (_, received, imported) = await TwiceAsync("\"userName\":\"ella\"");

        Assert.That((await Merge(received, imported)).Status, Is.EqualTo(409));
        Assert.That((await Merge(imported, imported)).Status, Is.EqualTo(409));
        Assert.That((await Merge(imported, received)).Status, Is.EqualTo(200));
        Assert.That((await Merge(imported, received)).Status, Is.EqualTo(409));
        Assert.That((await Merge(imported, "00000000-0000-7000-8000-000000000009")).Status, Is.EqualTo(404));
    }

    Task<(int Status, JsonNode? Body)> Merge(string from, string into) =>
        _server.Send(HttpMethod.Post, $"/users/{from}/merge", $$"""{"into":"{{into}}"}""");

    /// <summary>Ella as she was received, and as she was imported with another uid: the ids of both people.</summary>
    async Task<(AppView App, string Received, string Imported)> TwiceAsync(string members, string uid = "app-1")
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.Create(
            "/Users",
            """
            {"userName":"ella","emails":[{"type":"work","value":"ella@contoso.com"}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7"}}
            """
        );
        await app.Settle();
        var received = (string)(await _server.Person(app))["id"]!;
        Assert.That(await _server.Imported(app, $$"""{"uid":"{{uid}}",{{members}}}"""), Is.EqualTo((1, 0, 0)));
        return (app, received, (string)(await _server.Person(app, $"&uid={uid}"))["id"]!);
    }
}
