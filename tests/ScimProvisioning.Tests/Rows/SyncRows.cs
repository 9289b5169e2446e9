using System.Text.Json.Nodes;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rows;

/// <summary>Settings that can be changed at any time, and who is who.</summary>
[TestFixture, Parallelizable]
sealed class SyncRows
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const string Oid = "7c3e1b52-0d6f-4f0e-9a43-0f2c5a1f9b11";

    const string Ella = $$"""
        {"userName":"ella@contoso.com","externalId":"{{Oid}}","title":"Engineer",
         "emails":[{"type":"work","value":"ella.berg@contoso.com","primary":true}],"{{Enterprise}}":{"employeeNumber":"1234"} }
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T10_settings_can_be_changed_before_and_after_the_first_data_and_after_it_the_effect_is_shown_first()
    {
        const string Upper = """{"uid":["id"],"attributes":[{"name":"userName","paths":["userName"],"transform":"upper"}]}""";
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", """{"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]}]}""");
        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"all"}""");
        await app.Admin(HttpMethod.Patch, "/settings", """{"uniqueGroupNames":false}""");
        await app.Directory.Users(3);
        await app.Enable();
        var before = (await app.Events()).Count;

        var preview = await app.Admin(HttpMethod.Post, "/preview", $$"""{"mapping":{{Upper}} }""");
        var plan = await app.Admin(HttpMethod.Post, "/plans", $$"""{"mapping":{{Upper}} }""");
        await app.Settle();

        Assert.That(((int)preview!["counts"]!["updated"]!, (int)plan!["counts"]!["updated"]!), Is.EqualTo((3, 3)));
        Assert.That(preview["examples"]!["updated"]![0]!["changes"]!.ToJsonString(), Is.EqualTo("""["userName"]"""));
        Assert.That(await app.Events(), Has.Count.EqualTo(before), "a preview and a plan tell nothing");

        await app.Admin(HttpMethod.Post, $"/plans/{plan["id"]}/apply");
        await app.Admin(HttpMethod.Patch, "", """{"name":"Renamed"}""");
        await app.Admin(HttpMethod.Patch, "/settings", """{"uniqueGroupNames":true}""");
        await app.Settle();
        Assert.That(
            (await app.Events("directory.")).TakeLast(3).Select(e => ((string?)e["type"], (string?)e["data"]!["user"]!["userName"])),
            Is.EquivalentTo(new[] { ("directory.user.updated", "U0"), ("directory.user.updated", "U1"), ("directory.user.updated", "U2") })
        );
        Assert.That(await app.Events("directory."), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task T11_the_members_of_a_group_are_counted_and_a_switch_shows_who_comes_and_goes_before_it_is_saved()
    {
        const string OfStaff = """{"mode":"groups","groups":[{"name":"Staff"}]}""";
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(5);
        var staff = await app.Directory.Group("Staff", users[0], users[1]);
        Assert.That(await Counts("""{"mode":"all"}"""), Is.EqualTo((5, 0, 0)), "before anybody is released");
        Assert.That(await Counts(OfStaff), Is.EqualTo((2, 0, 0)), "before anybody is released");
        await app.Enable();

        Assert.That(await Counts(OfStaff), Is.EqualTo((0, 3, 0)));
        Assert.That((string?)(await app.Admin(HttpMethod.Get, "/scope"))!["mode"], Is.EqualTo("all"));
        var saved = await app.Admin(HttpMethod.Put, "/scope", OfStaff);
        await app.Settle();
        Assert.That(await Counts("""{"mode":"all"}"""), Is.EqualTo((0, 0, 3)));

        var (_, group) = await _server.Send(HttpMethod.Get, $"/groups/{staff}");
        var (_, members) = await _server.Send(HttpMethod.Get, $"/groups/{staff}/members");
        Assert.That((long)group!["memberCount"]!, Is.EqualTo(2));
        Assert.That(members!["data"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That((long)saved!["groups"]![0]!["memberCount"]!, Is.EqualTo(2));
        Assert.That(
            (await _server.Send(HttpMethod.Get, $"/groups?connectionId={app.Connection}&name=staff")).Body!["data"]![0]![
                "memberCount"
            ]!.GetValue<long>(),
            Is.EqualTo(2)
        );
        Assert.That((await app.Told()).Count(type => type == "user.deactivated"), Is.EqualTo(3));

        // Created, deactivated, reactivated.
        async Task<(int, int, int)> Counts(string scope)
        {
            var counts = (await app.Admin(HttpMethod.Post, "/preview", $$"""{"scope":{{scope}} }"""))!["counts"]!;
            return ((int)counts["created"]!, (int)counts["deactivated"]!, (int)counts["reactivated"]!);
        }
    }

    [TestCase("externalId", Oid)]
    [TestCase($"{Enterprise}:employeeNumber", "1234")]
    [TestCase("userName", "ella@contoso.com")]
    [TestCase("""emails[type eq "work"].value""", "ella.berg@contoso.com")]
    public async Task T17_the_chosen_attribute_says_who_somebody_is_and_is_unique_among_those_who_are_there(string path, string uid)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", new JsonObject { ["uid"] = new JsonArray(path) }.ToJsonString());
        await app.Enable();
        var first = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var person = await _server.Person(app);
        Assert.That((string?)person["uid"], Is.EqualTo(uid));
        // The userName is refused by SCIM already.
        if (path != "userName")
        {
            var twin = await app.Directory.Create("/Users", Ella.Replace("ella@contoso.com", "twin", StringComparison.Ordinal));
            await app.Settle();
            Assert.That(await _server.People(app), Has.Count.EqualTo(1));
            var problem = (await app.Admin(HttpMethod.Get, "/problems"))!["data"]!.AsArray().Single()!;
            Assert.That(((string?)problem["kind"], (string?)problem["resourceId"]), Is.EqualTo(("duplicate_uid", twin)));
            await app.Directory.Send("DELETE", $"/Users/{twin}");
        }

        await app.Directory.Send("DELETE", $"/Users/{first}");
        await app.Settle();
        var second = await app.Directory.Create("/Users", Ella);
        await app.Settle();

        var again = await _server.Person(app);
        Assert.That(((string?)again["id"], (string?)again["resourceId"]), Is.EqualTo(((string?)person["id"], second)));
        await app.AssertMirrored();
    }

    [Test]
    public async Task T18_a_changed_uid_of_the_same_user_is_an_update_with_the_previous_one_and_a_warning()
    {
        const string Other = "11111111-0000-4000-8000-000000000009";
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var before = await _server.Person(app);

        await app.Directory.Patch($"/Users/{ella}", $$"""{"op":"replace","path":"externalId","value":"{{Other}}"}""");
        await app.Settle();

        var after = await _server.Person(app);
        Assert.That(((string?)after["id"], (string?)after["uid"]), Is.EqualTo(((string?)before["id"], Other)));
        var last = (await app.Events("directory."))[^1];
        Assert.That(((string?)last["type"], (string?)last["data"]!["previous"]!["uid"]), Is.EqualTo(("directory.user.updated", Oid)));
        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created", "user.updated" }));
        var problems = (await app.Admin(HttpMethod.Get, "/problems?kind=uid_changed"))!["data"]!.AsArray();
        Assert.That(
            problems.Select(p => ((string?)p!["userName"], (bool)p["holds"]!)),
            Is.EqualTo(new[] { ("ella@contoso.com", false) }).AsCollection
        );
        await app.AssertMirrored();
    }

    [Test]
    public async Task T18_a_user_who_is_created_with_another_uid_is_a_new_person()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.Send("DELETE", $"/Users/{await app.Directory.Create("/Users", Ella)}");
        await app.Settle();

        await app.Directory.Create("/Users", Ella.Replace(Oid, "11111111-0000-4000-8000-000000000009", StringComparison.Ordinal));
        await app.Settle();

        var people = await _server.People(app);
        Assert.That(
            people.Select(person => ((string?)person["uid"], (string?)person["status"])),
            Does.Contain(("11111111-0000-4000-8000-000000000009", "active"))
        );
        Assert.That(people.Count(person => (string?)person["status"] == "active"), Is.EqualTo(1));
        Assert.That((await app.Told())[^1], Is.EqualTo("user.created"));
        await app.AssertMirrored();
    }

    [TestCase("deleted", "user.reactivated")]
    [TestCase("imported", "user.updated")]
    [TestCase("imported and inactive", "user.reactivated")]
    public async Task T19_a_new_user_is_the_person_of_that_uid_who_has_no_user(string who, string told)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        if (who == "deleted")
        {
            var former = await app.Directory.Create("/Users", Ella);
            await app.Settle();
            await app.Directory.Send("DELETE", $"/Users/{former}");
        }
        else
            await _server.Imported(app, $$"""{"uid":"{{Oid}}","status":"{{(who == "imported" ? "active" : "inactive")}}"}""");
        await app.Settle();
        var before = await _server.Person(app);

        var ella = await app.Directory.Send("POST", "/Users", Ella);
        await app.Settle();

        var after = await _server.Person(app);
        Assert.That(
            (ella.Status, (string?)after["id"], (string?)after["resourceId"], (string?)after["status"]),
            Is.EqualTo((201, (string?)before["id"], (string?)ella["id"], "active"))
        );
        Assert.That((await app.Told())[^1], Is.EqualTo(told));
        Assert.That((await app.Told()).Count(type => type == "user.created"), Is.EqualTo(1));
        await app.AssertMirrored();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task T19_a_user_who_is_there_is_refused_with_the_id_by_which_he_is_changed(bool active)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", Ella.Insert(Ella.IndexOf('{') + 1, $"\"active\":{(active ? "true" : "false")},"));
        await app.Settle();
        var before = (string?)(await _server.Person(app))["id"];

        var refused = await app.Directory.Send("POST", "/Users", Ella);

        Assert.That((refused.Status, refused.ScimType), Is.EqualTo((409, "uniqueness")));
        Assert.That(refused.Detail, Does.Contain(ella));
        Assert.That((await app.Directory.Find("/Users", "userName eq \"ELLA@contoso.com\"")).Ids, Is.EqualTo(new[] { ella }));
        await app.Directory.Patch($"/Users/{ella}", """{"op":"Replace","path":"active","value":"True"}""");
        await app.Settle();
        var after = await _server.Person(app);
        Assert.That(((string?)after["id"], (string?)after["status"]), Is.EqualTo((before, "active")));
    }
}
