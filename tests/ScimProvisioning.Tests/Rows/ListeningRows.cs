using System.Text.Json.Nodes;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rows;

/// <summary>What the application hears of a new connection, and of whom.</summary>
[TestFixture, Parallelizable]
sealed class ListeningRows
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("true", "active")]
    [TestCase("\"True\"", "active")]
    [TestCase("false", "inactive")]
    [TestCase("\"False\"", "inactive")]
    public async Task L3_each_shape_of_active_is_a_status_that_the_list_filters_by(string shape, string status)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var opposite = status == "active" ? "false" : "true";
        await app.Directory.Create("/Users", User("posted", shape));
        var put = await app.Directory.Create("/Users", User("put", opposite));
        var replaced = await app.Directory.Create("/Users", User("replaced", opposite));
        var merged = await app.Directory.Create("/Users", User("merged", opposite));
        await app.Directory.Create("/Users", User("other", opposite));
        await app.Settle();

        await app.Directory.Send("PUT", $"/Users/{put}", User("put", shape));
        await app.Directory.Patch($"/Users/{replaced}", $$"""{"op":"Replace","path":"active","value":{{shape}} }""");
        await app.Directory.Patch($"/Users/{merged}", $$"""{"op":"replace","value":{"active":{{shape}} } }""");
        await app.Settle();

        Assert.That(await Names(app, $"&status={status}"), Is.EquivalentTo(new[] { "posted", "put", "replaced", "merged" }));
        Assert.That(await Names(app, $"&status={(status == "active" ? "inactive" : "active")}"), Is.EqualTo(new[] { "other" }));

        static string User(string name, string active) => $$"""{"userName":"{{name}}","active":{{active}} }""";
    }

    [Test]
    public async Task L7_a_new_connection_stores_what_it_is_sent_and_tells_nothing_until_it_is_enabled_expressly()
    {
        var app = await AppView.CreateAsync(_server);

        var test = await app.Directory.Find("/Users", $"userName eq \"{Guid.CreateVersion7(_server.Clock.GetUtcNow())}\"");
        var ella = await app.Directory.User("ella");
        var team = await app.Directory.Group("Team", ella);
        await app.Admin(HttpMethod.Put, "/mapping", """{"uid":["userName"]}""");
        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"all"}""");
        await app.Admin(HttpMethod.Post, "/preview");
        var plan = await app.Admin(HttpMethod.Post, "/plans", """{"scope":{"mode":"all"} }""");
        await app.Admin(HttpMethod.Post, $"/plans/{plan!["id"]}/apply");
        await app.Admin(HttpMethod.Post, "/pause");
        await app.Admin(HttpMethod.Post, "/resume");
        await app.Settle();

        Assert.That((test.Status, (int)test["totalResults"]!, test.Resources.Count), Is.EqualTo((200, 0, 0)));
        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(200));
        Assert.That(await app.Directory.MembersOf(team), Is.EqualTo(new[] { ella }));
        Assert.That(await app.Events("directory."), Is.Empty);
        Assert.That(await _server.People(app), Is.Empty);
        Assert.That(await State(app), Is.EqualTo("pending"));

        await app.Enable();
        Assert.That(await State(app), Is.EqualTo("active"));
        Assert.That(await Names(app), Is.EqualTo(new[] { "ella" }));
        Assert.That(await app.Told(), Is.EqualTo(new[] { "group.created", "user.created", "group.members_changed" }));
    }

    [Test]
    public async Task L8_the_numbers_of_the_preview_are_those_of_the_events_of_the_one_initial_load()
    {
        var app = await AppView.CreateAsync(_server);
        await _server.Imported(
            app,
            string.Join('\n', Enumerable.Range(0, 3).Select(i => $$"""{"uid":"{{Uid(i)}}","userName":"old{{i}}"}"""))
        );
        for (var i = 0; i < 9; i++)
            await app.Directory.Create(
                "/Users",
                $$"""{"userName":"u{{i}}","externalId":"{{Uid(i)}}","active":{{(i == 5 ? "false" : "true")}} }"""
            );
        await app.Directory.Create("/Users", $$"""{"userName":"twin","externalId":"{{Uid(8)}}"}""");
        await app.Directory.Send("DELETE", $"/Users/{await app.Directory.User("gone")}");
        var before = (await app.Events("directory.")).Count;

        var preview = await app.Admin(HttpMethod.Post, "/preview");
        await app.Enable();

        var told = (await app.Events("directory.")).Skip(before).ToList();
        Assert.That(
            preview!["counts"]!.ToJsonString(),
            Is.EqualTo(
                """{"created":6,"createdInactive":1,"linked":3,"updated":0,"deactivated":0,"reactivated":0,"unchanged":0,"held":1}"""
            )
        );
        Assert.That(
            told.CountBy(e => (string)e["type"]!),
            Is.EquivalentTo(new Dictionary<string, int> { ["directory.user.created"] = 6, ["directory.user.updated"] = 3 })
        );
        Assert.That(told.Select(e => (string?)e["data"]!["user"]!["id"]), Is.Unique, "everybody once");
        Assert.That(
            preview["examples"]!["created"]!.AsArray().Select(e => (string?)e!["userName"]),
            Is.EquivalentTo(
                told.Where(e => (string?)e["type"] == "directory.user.created").Select(e => (string?)e["data"]!["user"]!["userName"])
            )
        );
        Assert.That(told.Select(e => (bool)e["initialLoad"]!), Is.All.True);

        await app.Directory.User("later");
        await app.Settle();
        Assert.That((bool)(await app.Events("directory."))[^1]["initialLoad"]!, Is.False);
    }

    [TestCase("id")]
    [TestCase("name")]
    [TestCase("externalId")]
    public async Task L10_only_members_of_an_included_group_are_released_and_come_back_as_the_same_person(string by)
    {
        var app = await AppView.CreateAsync(_server);
        const string Group = """{"displayName":"App users","externalId":"g-7"}""";
        // An id can be named only once the group is there; the others wait for it.
        var users = by == "id" ? await app.Directory.Create("/Groups", Group) : null;
        var value = by switch
        {
            "id" => users,
            "name" => "app USERS",
            _ => "g-7",
        };
        var scope = await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"{{by}}":"{{value}}"},{"name":"More"}]}""");
        await app.Enable();
        var ella = await app.Directory.User("ella");
        await app.Settle();

        Assert.That(scope!["groups"]!.AsArray().Select(group => (bool)group!["waits"]!), Is.EqualTo(new[] { by != "id", true }));
        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(200));
        var outside = (await app.Admin(HttpMethod.Get, "/people?standing=out_of_scope"))!["data"]!.AsArray().Single()!;
        Assert.That(((string?)outside["received"]!["userName"], outside["released"]), Is.EqualTo(("ella", (JsonNode?)null)));
        Assert.That(await Told(app), Is.Empty);

        users ??= await app.Directory.Create("/Groups", Group);
        var more = await app.Directory.Group("More");
        await Join(app, users, ella);
        var id = (string?)(await _server.Person(app, "&status=active"))["id"];
        await Join(app, more, ella);
        await Leave(app, users, ella);
        Assert.That(await Told(app), Is.EqualTo(new[] { "user.created" }));

        await Leave(app, more, ella);
        var left = (await app.Events("directory.user."))[^1];
        Assert.That(
            ((string?)left["type"], (string?)left["data"]!["user"]!["status"], (string?)left["data"]!["user"]!["statusReason"]),
            Is.EqualTo(("directory.user.deactivated", "inactive", "out_of_scope"))
        );

        await Join(app, users, ella);
        Assert.That(await Told(app), Is.EqualTo(new[] { "user.created", "user.deactivated", "user.reactivated" }));
        Assert.That((string?)(await _server.Person(app, "&status=active"))["id"], Is.EqualTo(id));
        await app.AssertMirrored();
    }

    [Test]
    public async Task L10_another_list_of_groups_shows_the_difference_first_and_is_then_carried_out()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(4);
        await app.Directory.Group("First", users[0], users[1]);
        await app.Directory.Group("Second", users[1], users[2]);
        const string Second = """{"mode":"groups","groups":[{"name":"Second"}]}""";
        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"groups","groups":[{"name":"First"}]}""");
        await app.Enable();
        var before = await Told(app);

        var preview = await app.Admin(HttpMethod.Post, "/preview", $$"""{"scope":{{Second}} }""");

        var counts = preview!["counts"]!;
        Assert.That(((int)counts["created"]!, (int)counts["deactivated"]!, (int)counts["unchanged"]!), Is.EqualTo((1, 1, 1)));
        Assert.That((string?)preview["examples"]!["deactivated"]![0]!["userName"], Is.EqualTo("u0"));
        Assert.That((string?)preview["examples"]!["created"]![0]!["userName"], Is.EqualTo("u2"));
        Assert.That((string?)(await app.Admin(HttpMethod.Get, "/scope"))!["groups"]![0]!["name"], Is.EqualTo("First"));
        Assert.That(await Told(app), Is.EqualTo(before));

        await app.Admin(HttpMethod.Put, "/scope", Second);
        await app.Settle();
        Assert.That((await Told(app))[before.Length..], Is.EquivalentTo(new[] { "user.created", "user.deactivated" }));
        Assert.That(await Names(app, "&status=active"), Is.EquivalentTo(new[] { "u1", "u2" }));
        await app.AssertMirrored();
    }

    static async Task Join(AppView app, string group, string user)
    {
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":{{TestDirectory.Members(user)}} }""");
        await app.Settle();
    }

    static async Task Leave(AppView app, string group, string user)
    {
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}""");
        await app.Settle();
    }

    async Task<string[]> Names(AppView app, string query = "") =>
        [.. (await _server.People(app, query)).Select(person => (string)person["userName"]!)];

    async Task<string> State(AppView app) => (string)(await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}")).Body!["state"]!;

    /// <summary>The types of the events about users, in order.</summary>
    static async Task<string[]> Told(AppView app) =>
        [.. (await app.Told()).Where(type => type.StartsWith("user.", StringComparison.Ordinal))];

    static string Uid(int i) => $"00000000-0000-7000-8000-{i:D12}";
}
