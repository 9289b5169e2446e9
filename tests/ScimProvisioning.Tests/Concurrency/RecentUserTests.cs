using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Concurrency;

/// <summary>
/// A user that was just looked up is changed in one round trip. What another server has done meanwhile is seen and kept.
/// </summary>
[TestFixture, Parallelizable]
sealed class RecentUserTests
{
    const string Deactivate = """{"op":"Replace","path":"active","value":false}""";

    readonly ScimServer _server = new();
    readonly ScimServer _other = new();

    [OneTimeTearDown]
    public void Stop()
    {
        _server.Dispose();
        _other.Dispose();
    }

    [TestCase("/Users/{id}")]
    [TestCase("/Users?filter=userName eq \"ada\"")]
    public async Task It_is_changed_as_any_other_and_shows_the_groups_of_now(string lookUp)
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Get(lookUp.Replace("{id}", user, StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal));
        await there.Group("Team", user);

        var answer = await here.Patch($"/Users/{user}", Title("Countess"));

        var read = await here.Get($"/Users/{user}");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That((string?)answer["groups"]![0]!["display"], Is.EqualTo("Team"));
        Assert.That(answer.ETag, Is.EqualTo("W/\"2\"").And.EqualTo(read.ETag));
        Assert.That(JsonNode.DeepEquals(answer.Body, read.Body), Is.True, "what it shows is what others read");
        var change = (await here.Changes(user))[^1];
        Assert.That(
            ((long)change["version"]!, change["changes"]!.ToJsonString()),
            Is.EqualTo((2L, """[{"new":"Countess","path":"title"}]"""))
        );
    }

    [Test]
    public async Task What_another_server_has_changed_meanwhile_stays()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        await there.Patch($"/Users/{user}", """{"op":"Replace","path":"nickName","value":"Ada"}""");

        var answer = await here.Patch($"/Users/{user}", Title("Countess"));

        Assert.That(((string?)answer["nickName"], (string?)answer["title"], answer.ETag), Is.EqualTo(("Ada", "Countess", "W/\"3\"")));
        Assert.That((await here.Changes(user)).Select(change => (long)change["version"]!), Is.EqualTo((long[])[1, 2, 3]));
    }

    [Test]
    public async Task A_change_that_was_made_before_and_undone_meanwhile_is_made_again()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Patch($"/Users/{user}", Deactivate);
        await here.Get($"/Users/{user}");
        await there.Patch($"/Users/{user}", """{"op":"Replace","path":"active","value":true}""");

        var answer = await here.Patch($"/Users/{user}", Deactivate);

        Assert.That(((bool?)answer["active"], answer.ETag), Is.EqualTo((false, "W/\"4\"")));
        Assert.That((bool?)(await there.Get($"/Users/{user}"))["active"], Is.False);
    }

    [Test]
    public async Task Deleted_meanwhile_it_is_not_found()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        await there.Send("DELETE", $"/Users/{user}");
        var before = await here.Everything();

        var answer = await here.Patch($"/Users/{user}", Title("Countess"));

        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(await here.Everything(), Is.EqualTo(before));
    }

    [TestCase("W/\"1\"", 412)]
    [TestCase("W/\"2\"", 200)]
    public async Task A_precondition_is_held_against_the_version_of_now(string version, int status)
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        await there.Patch($"/Users/{user}", """{"op":"Replace","path":"nickName","value":"Ada"}""");

        var answer = await here.Patch($"/Users/{user}", Title("Countess"), ("If-Match", version));

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_name_that_another_user_has_is_refused()
    {
        var (here, _) = await BothAsync();
        var taken = await here.User("grace");
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        var before = await here.Everything();

        var answer = await here.Patch($"/Users/{user}", """{"op":"Replace","path":"userName","value":"Grace"}""");

        Assert.That((answer.Status, (string?)answer["detail"]), Is.EqualTo((409, Refusal(taken))));
        Assert.That(await here.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_replacement_after_a_look_up_keeps_nothing_that_was_seen()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await there.Patch($"/Users/{user}", Title("Countess"));
        await here.Get($"/Users/{user}");

        var answer = await here.Send("PUT", $"/Users/{user}", """{"userName":"ada","nickName":"Ada"}""");

        Assert.That(((string?)answer["nickName"], answer["title"], answer.ETag), Is.EqualTo(("Ada", (JsonNode?)null, "W/\"3\"")));
    }

    [TestCase("id", 200)]
    [TestCase("another", 400)]
    public async Task A_patch_may_repeat_the_id_after_a_look_up_but_change_it_never(string value, int status)
    {
        var (here, _) = await BothAsync();
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");

        var id = value == "id" ? user : value;
        var answer = await here.Patch($"/Users/{user}", $$$"""{"op":"Replace","value":{"id":"{{{id}}}","title":"Countess"}}""");

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [TestCase(3_000)]
    [TestCase(6_000)]
    public async Task A_long_document_is_changed_as_a_short_one(int length)
    {
        var (here, there) = await BothAsync();
        var user = await here.Create("/Users", $$$"""{"userName":"ada","urn:acme:Notes":{"text":"{{{new string('x', length)}}}"}}""");
        await here.Get($"/Users/{user}");

        var answer = await here.Patch($"/Users/{user}", Title("Countess"));

        Assert.That((answer.Status, answer.ETag), Is.EqualTo((200, "W/\"2\"")));
        Assert.That(((string)(await there.Get($"/Users/{user}"))["urn:acme:Notes"]!["text"]!).Length, Is.EqualTo(length));
    }

    [Test]
    public async Task Looked_up_long_ago_it_is_read_again()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        await there.Patch($"/Users/{user}", """{"op":"Replace","path":"nickName","value":"Ada"}""");

        var answer = await here.Patch($"/Users/{user}", Title("Countess"));

        Assert.That(((string?)answer["nickName"], (string?)answer["title"]), Is.EqualTo(("Ada", "Countess")));
    }

    [Test]
    public async Task Another_connection_changes_nothing_of_it()
    {
        var (here, _) = await BothAsync();
        var stranger = await TestDirectory.CreateAsync(_server);
        var user = await here.User("ada");
        await here.Get($"/Users/{user}");
        var before = await here.Everything();

        var answer = await stranger.Patch($"/Users/{user}", Title("Countess"));

        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(await here.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task Of_many_who_look_it_up_and_change_it_at_both_servers_none_is_lost()
    {
        var (here, there) = await BothAsync();
        var user = await here.User("ada");

        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 24)
                .Select(async i =>
                {
                    var at = i % 2 == 0 ? here : there;
                    await at.Get($"/Users/{user}");
                    var mail = $$"""[{"type":"other","value":"ada{{i}}@example.com"}]""";
                    return (await at.Patch($"/Users/{user}", $$"""{"op":"Add","path":"emails","value":{{mail}}}""")).Status;
                })
        );

        var read = await here.Get($"/Users/{user}");
        Assert.That(statuses, Has.All.EqualTo(200));
        Assert.That(read["emails"]!.AsArray(), Has.Count.EqualTo(24));
        Assert.That(read.ETag, Is.EqualTo("W/\"25\""));
        Assert.That((await here.Changes(user)).Select(change => (long)change["version"]!), Is.EqualTo(Enumerable.Range(1, 25)));
    }

    static string Title(string title) => $$"""{"op":"Replace","path":"title","value":"{{title}}"}""";

    static string Refusal(string id) =>
        $"A User with userName 'Grace' exists already in this connection with the id {id}. Match it, or change the source attribute.";

    /// <summary>A connection at two servers.</summary>
    async Task<(TestDirectory Here, TestDirectory There)> BothAsync()
    {
        var here = await TestDirectory.CreateAsync(_server);
        _other.StartServer();
        return (here, here.At(_other.Address));
    }
}
