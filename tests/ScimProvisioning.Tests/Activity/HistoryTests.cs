using System.Globalization;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Activity;

/// <summary>What has happened to a person or a group, and how they were at a moment.</summary>
[TestFixture, Parallelizable]
sealed class HistoryTests
{
    const string Department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

    string _database = null!;
    ScimServer _server = null!;

    /// <summary>In a database of their own: here no other server, whose clock is another one, releases what was received.</summary>
    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task What_was_received_told_and_edited_is_one_list_the_newest_first()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        await app.Settle();
        var changed = await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Settle();
        var person = (string)(await app.User("ella"))["id"]!;
        await _server.Send(HttpMethod.Patch, $"/users/{person}", """{"appUserId":"4711"}""");
        await ScimServer.Send(await _server.App(), HttpMethod.Patch, $"/users/{person}", """{"appUserId":"4712"}""");

        var history = await app.Admin(HttpMethod.Get, $"/users/{person}/history");

        var entries = history!["data"]!.AsArray();
        Assert.That(
            entries.Select(entry => $"{entry!["kind"]} {entry["type"]}"),
            Is.EqualTo(
                new[]
                {
                    "app directory.user.updated",
                    "admin directory.user.updated",
                    "released directory.user.updated",
                    "received user.updated",
                    "released directory.user.created",
                    "received user.created",
                }
            )
        );
        foreach (var (entry, path) in new[] { (entries[2]!, "jobTitle"), (entries[3]!, "title") })
        {
            var change = entry["changes"]!.AsArray().Single()!;
            Assert.That(
                ((string?)change["path"], (string?)change["old"], (string?)change["new"], (string?)entry["requestId"]),
                Is.EqualTo((path, "Engineer", "Lead", RequestId(changed)))
            );
        }
        Assert.That((string?)entries[3]!["actor"], Is.EqualTo($"token:{app.Directory.Connection.TokenId}"));
        Assert.That((string?)history["fields"]!["title"]!["requestId"], Is.EqualTo(RequestId(changed)));
        Assert.That((string?)history["fields"]!["userName"]!["requestId"], Is.Not.EqualTo(RequestId(changed)).And.Not.Null);
        Assert.That((string?)history["seenFields"]!["jobTitle"]!["requestId"], Is.EqualTo(RequestId(changed)));
        Assert.That((string?)history["seenFields"]!["appUserId"]!["actor"], Is.EqualTo("app"));
    }

    [Test]
    public async Task A_change_names_its_run_also_when_it_is_the_last_one()
    {
        await using var server = new ScimServer();
        var app = await AppView.CreateAsync(server);
        server.CatchUp();
        var ella = await app.Directory.User("ella");
        await ActivityCalls.UntilLogged(app.Directory, 1);

        var entries = (await app.Admin(HttpMethod.Get, $"/users/{ella}/history"))!["data"]!.AsArray();

        var run = (await server.Runs(app.Directory)).Single();
        Assert.That(entries.Select(entry => (string?)entry!["runId"]), Is.EqualTo(new[] { (string?)run["id"] }));
    }

    [Test]
    public async Task Pages_have_each_entry_once_whatever_comes_meanwhile()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        for (var i = 0; i < 4; i++)
            await app.Directory.Patch($"/Users/{ella}", $$"""{"op":"replace","path":"title","value":"{{i}}"}""");
        await app.Settle();
        var all = (await app.Admin(HttpMethod.Get, $"/users/{ella}/history"))!["data"]!.ToJsonString();

        var (pages, next) = (new JsonArray(), "");
        while (next is not null)
        {
            var page = await app.Admin(HttpMethod.Get, $"/users/{ella}/history?limit=2&after={next}");
            foreach (var entry in page!["data"]!.AsArray())
                pages.Add(entry!.DeepClone());
            Assert.That(page["fields"] is null, Is.EqualTo(next != ""));
            next = (string?)page["next"];
            if (pages.Count == 2)
            {
                await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"later"}""");
                await app.Settle();
            }
        }

        Assert.That(pages.ToJsonString(), Is.EqualTo(all));
        foreach (var wrong in new[] { "after=x", "after=1--x", "limit=0" })
            Assert.That(
                (await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/users/{ella}/history?{wrong}")).Status,
                Is.EqualTo(400),
                wrong
            );
    }

    [Test]
    public async Task A_person_who_came_again_has_one_history()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        const string Ella = """{"userName":"ella","externalId":"5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34"}""";
        var first = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        await app.Directory.Send("DELETE", $"/Users/{first}");
        await app.Settle();
        var second = await app.Directory.Create("/Users", Ella);
        await app.Settle();

        foreach (var id in new[] { second, (string)(await app.User("ella"))["id"]! })
        {
            var history = await app.Admin(HttpMethod.Get, $"/users/{id}/history");
            Assert.That(
                history!["data"]!.AsArray().Where(entry => (string?)entry!["kind"] == "received").Select(entry => (string?)entry!["type"]),
                Is.EqualTo(new[] { "user.created", "user.deleted", "user.created" }),
                id
            );
        }
    }

    [Test]
    public async Task A_user_whom_nobody_was_told_of_has_a_history_too()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var ella = await app.Directory.User("ella");
        await app.Directory.Send("DELETE", $"/Users/{ella}");

        var history = await app.Admin(HttpMethod.Get, $"/users/{ella}/history");

        Assert.That(
            history!["data"]!.AsArray().Select(entry => (string?)entry!["type"]),
            Is.EqualTo(new[] { "user.deleted", "user.created" })
        );
    }

    [Test]
    public async Task A_group_has_when_its_members_changed_last_and_a_hint_when_it_has_none()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var users = await app.Directory.Users(2);
        var group = await app.Directory.Group("Staff", users);
        var removed = await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}""");
        await app.Settle();
        var some = await app.Admin(HttpMethod.Get, $"/groups/{group}/history");
        var emptied = await app.Directory.Patch($"/Groups/{group}", """{"op":"remove","path":"members"}""");
        await app.Settle();
        var none = await app.Admin(HttpMethod.Get, $"/groups/{group}/history");
        var listed = await app.Admin(HttpMethod.Get, "/received-groups");

        Assert.That(
            ((string?)some!["hint"], (string?)some["fields"]!["members"]!["requestId"]),
            Is.EqualTo(((string?)null, RequestId(removed)))
        );
        Assert.That((string?)none!["hint"], Does.Contain("nested or a dynamic group?"));
        Assert.That((string?)none["fields"]!["members"]!["requestId"], Is.EqualTo(RequestId(emptied)));
        Assert.That((string?)listed!["data"]![0]!["hint"], Is.EqualTo((string?)none["hint"]));
        var last = none["data"]!.AsArray().First(entry => (string?)entry!["kind"] == "received")!["changes"]![0]!;
        Assert.That(((long)last["added"]!, (long)last["removed"]!, (string?)last["removedIds"]![0]), Is.EqualTo((0, 1, users[1])));
    }

    [Test]
    public async Task The_state_at_each_moment_is_what_was_there()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var ella = await app.Directory.Create(
            "/Users",
            $$"""
            {"userName":"ella","password":"hush","name":{"givenName":"Ella"},"{{Department[..^11]}}":{"department":"Sales"},
             "emails":[{"value":"ella@example.com","type":"work"}]}
            """
        );
        await app.Settle();
        await app.Directory.Patch(
            $"/Users/{ella}",
            $$"""
            {"op":"replace","path":"{{Department}}","value":"R&D"},{"op":"add","path":"name.familyName","value":"Berg"},
            {"op":"remove","path":"emails"}
            """
        );
        await app.Settle();
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await app.Settle();
        var times = await Times(app, ella);

        var created = await State(app, $"/users/{ella}", times[0]);
        var changed = await State(app, $"/users/{ella}", times[1]);
        var deleted = await State(app, $"/users/{ella}", times[2]);
        var before = await State(app, $"/users/{ella}", times[0].AddMilliseconds(-1));

        Assert.That(
            created["received"]!.ToJsonString(),
            Does.Contain("\"department\":\"Sales\"").And.Contain("ella@example.com").And.Not.Contain("Berg").And.Not.Contain("hush")
        );
        Assert.That(changed["received"]!.ToJsonString(), Does.Contain("Berg").And.Contain("D\"").And.Not.Contain("ella@example.com"));
        Assert.That(new[] { deleted["received"], before["received"], before["released"], before["lastChange"] }, Is.All.Null);
        Assert.That((bool)before["isReleasedKnown"]!, Is.True);
        Assert.That((string?)deleted["released"]?["status"], Is.EqualTo("active"));
    }

    [Test]
    public async Task What_the_application_saw_at_a_moment_is_told_too()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        await app.Settle();
        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Settle();
        var told = (await app.Events("directory.user.")).ConvertAll(e => (DateTimeOffset)e["timestamp"]!);

        var first = await State(app, $"/users/{ella}", told[0]);
        var second = await State(app, $"/users/{ella}", told[1]);
        await app.Directory.Ask<long>("WITH gone AS (DELETE FROM events WHERE connection_id = $1 RETURNING 1) SELECT count(*) FROM gone");
        var now = await State(app, $"/users/{ella}", told[1].AddMinutes(1));
        var lost = await State(app, $"/users/{ella}", told[0]);

        Assert.That(((string?)first["released"]!["jobTitle"], (string?)second["released"]!["jobTitle"]), Is.EqualTo(("Engineer", "Lead")));
        Assert.That(((string?)now["released"]!["jobTitle"], (bool)now["isReleasedKnown"]!), Is.EqualTo(("Lead", true)));
        Assert.That((lost["released"], (bool)lost["isReleasedKnown"]!), Is.EqualTo(((JsonNode?)null, false)));
    }

    [TestCase(true, Description = "all changes are kept")]
    [TestCase(false, Description = "the first ones are not kept any more")]
    public async Task The_members_of_a_group_at_a_moment_are_known(bool isComplete)
    {
        var app = await AppView.CreateAsync(_server, _database);
        var users = await app.Directory.Users(3);
        var group = await app.Directory.Group("Staff", users[0], users[1]);
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":[{"value":"{{users[2]}}"}]}""");
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}""");
        var times = await Times(app, group);
        if (!isComplete)
            await app.Directory.Ask<long>(Forget("group.created"));

        string[][] expected =
        [
            [users[0], users[1]],
            users,
            [users[1], users[2]],
        ];
        for (var i = 0; i < 3; i++)
        {
            var members = (await State(app, $"/groups/{group}", times[i]))["members"]!;
            Assert.That(members["ids"]!.AsArray().Select(id => (string?)id), Is.EquivalentTo(expected[i]), $"{i}");
            Assert.That((long)members["count"]!, Is.EqualTo(expected[i].Length));
        }
    }

    [Test]
    public async Task The_members_of_a_group_before_it_was_deleted_are_known()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var users = await app.Directory.Users(2);
        var group = await app.Directory.Group("Staff", users);
        await app.Directory.Send("DELETE", $"/Groups/{group}");
        var times = await Times(app, group);

        var before = await State(app, $"/groups/{group}", times[0]);
        var after = await State(app, $"/groups/{group}", times[1]);

        Assert.That((long)before["members"]!["count"]!, Is.EqualTo(2));
        Assert.That((after["received"], after["members"]), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
    }

    [Test]
    public async Task What_is_older_than_what_is_kept_is_refused_with_the_time_from_which_on_it_is_known()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var ella = await app.Directory.User("ella");
        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Directory.Ask<long>(Forget("user.created"));

        var (status, problem) = await _server.Send(
            HttpMethod.Get,
            $"/connections/{app.Connection}/users/{ella}/state?at=2020-01-01T00:00:00Z"
        );
        var kept = await State(app, $"/users/{ella}", TimeProvider.System.GetUtcNow().AddDays(-300));

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((410, "history_expired")));
        Assert.That((string?)problem["detail"], Does.Match(@"^Changes before \d{4}-.*Z are not kept: ask for that time or later\.$"));
        Assert.That((string?)kept["received"]!["userName"], Is.EqualTo("ella"));
        Assert.That(
            (await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/users/{ella}/state?at=yesterday")).Status,
            Is.EqualTo(400)
        );
    }

    [Test]
    public async Task Nobody_of_another_connection_or_organization_is_shown()
    {
        var one = await AppView.CreateAsync(_server, _database);
        var other = await AppView.CreateAsync(_server, _database);
        await one.Enable();
        var ella = await one.Directory.User("ella");
        var group = await one.Directory.Group("Staff", ella);
        await one.Settle();
        var person = (string)(await one.User("ella"))["id"]!;
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Customer"}""");
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"customer","organizationId":"{{organization!["id"]}}"}"""
        );
        var (customer, reader) = (_server.ClientWith((string)key!["key"]!), await _server.App());

        foreach (var path in new[] { $"/users/{ella}", $"/users/{person}", $"/groups/{group}" })
        foreach (var what in new[] { "/history", "/state" })
        {
            Assert.That(
                (await _server.Send(HttpMethod.Get, $"/connections/{one.Connection}{path}{what}")).Status,
                Is.EqualTo(200),
                path + what
            );
            Assert.That(
                (await _server.Send(HttpMethod.Get, $"/connections/{other.Connection}{path}{what}")).Status,
                Is.EqualTo(404),
                path + what
            );
            Assert.That(
                (await ScimServer.Send(customer, HttpMethod.Get, $"/connections/{one.Connection}{path}{what}")).Status,
                Is.EqualTo(404)
            );
            Assert.That(
                (await ScimServer.Send(reader, HttpMethod.Get, $"/connections/{one.Connection}{path}{what}")).Status,
                Is.EqualTo(403)
            );
        }
    }

    async Task<JsonNode> State(AppView app, string path, DateTimeOffset at) =>
        (
            await app.Admin(
                HttpMethod.Get,
                $"{path}/state?at={Uri.EscapeDataString(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}"
            )
        )!;

    /// <summary>The times of the changes of a resource, the oldest first.</summary>
    static async Task<List<DateTimeOffset>> Times(AppView app, string resource) =>
        [.. (await app.Directory.Changes(resource)).Select(change => (DateTimeOffset)change["occurred_at"]!)];

    /// <summary>Deletes changes of that type, as if they were too old to be kept.</summary>
    static string Forget(string type) =>
        $"WITH gone AS (DELETE FROM changes WHERE connection_id = $1 AND type = '{type}' RETURNING 1) SELECT count(*) FROM gone";

    static string RequestId(Answer answer) => answer.Headers.GetValues("X-Request-Id").Single();
}
