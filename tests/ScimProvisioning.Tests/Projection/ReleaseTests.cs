namespace ScimProvisioning.Tests.Projection;

/// <summary>From what a connection has received to what the application is told.</summary>
[TestFixture, Parallelizable]
sealed class ReleaseTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_pending_connection_tells_only_of_itself()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.User("ella");
        await app.Directory.Group("Team");
        await app.Settle();

        Assert.That(await app.Users(), Is.Empty);
        Assert.That(
            (await app.Events()).Select(e => (string)e["type"]!),
            Is.EqualTo(new[] { "connection.created", "connection.token_created" })
        );
    }

    [Test]
    public async Task Enabling_releases_what_was_received_as_an_initial_load()
    {
        var app = await AppView.CreateAsync(_server);
        var ella = await app.Directory.User("ella");
        await app.Directory.Group("Team", ella);

        await app.Enable();

        Assert.That(await app.Told(), Is.EqualTo(new[] { "group.created", "user.created", "group.members_changed" }));
        Assert.That((await app.Events("directory.")).All(e => (bool)e["initialLoad"]!));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Afterwards_each_change_is_one_event_that_is_no_initial_load()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        await app.Settle();

        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Settle();

        var told = await app.Events("directory.");
        Assert.That(told.Select(e => (string)e["type"]!), Is.EqualTo(new[] { "directory.user.created", "directory.user.updated" }));
        Assert.That(told.Any(e => (bool)e["initialLoad"]!), Is.False);
        Assert.That(told[1]["data"]!["changes"]!.ToJsonString(), Is.EqualTo("""["jobTitle"]"""));
        Assert.That((string?)told[1]["data"]!["previous"]!["jobTitle"], Is.EqualTo("Engineer"));
        Assert.That((string?)told[1]["cause"]!["kind"], Is.EqualTo("scim"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task What_is_not_mapped_is_not_told()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        await app.Settle();

        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"nickName","value":"El"}""");
        await app.Settle();

        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created" }));
    }

    [TestCase("""{"op":"replace","path":"active","value":"False"}""", "user.deactivated", "identity_provider")]
    [TestCase("""{"op":"replace","value":{"active":false}}""", "user.deactivated", "identity_provider")]
    public async Task A_disabled_user_is_deactivated(string operation, string type, string reason)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        await app.Directory.Patch($"/Users/{ella}", operation);
        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"active","value":true}""");
        await app.Settle();
        await app.Directory.Patch($"/Users/{ella}", operation);
        await app.Settle();

        var last = (await app.Events("directory."))[^1];
        Assert.That((string)last["type"]!, Is.EqualTo($"directory.{type}"));
        Assert.That((string?)last["data"]!["user"]!["statusReason"], Is.EqualTo(reason));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_deleted_user_who_comes_back_is_the_same_person()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Ella = """{"userName":"ella","externalId":"7c3e1b52-0d6f-4f0e-9a43-0f2c5a1f9b11"}""";
        var first = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var id = (string)(await app.User("ella"))["id"]!;

        await app.Directory.Send("DELETE", $"/Users/{first}");
        await app.Settle();
        Assert.That((string)(await app.User("ella"))["status"]!, Is.EqualTo("deleted"));
        await app.Directory.Create("/Users", Ella);
        await app.Settle();

        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created", "user.deleted", "user.reactivated" }));
        Assert.That((string)(await app.User("ella"))["id"]!, Is.EqualTo(id));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_user_who_is_deleted_and_created_again_before_a_look_keeps_the_person()
    {
        var app = await AppView.CreateAsync(_server);
        const string Ella = """{"userName":"ella","externalId":"7c3e1b52-0d6f-4f0e-9a43-0f2c5a1f9b11"}""";
        await app.Enable();
        var first = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var before = await app.User("ella");

        await using (await app.HoldHorizon())
        {
            await app.Directory.Send("DELETE", $"/Users/{first}");
            await app.Directory.Create("/Users", Ella);
        }
        await app.Settle();

        Assert.That((await app.User("ella"))["id"]!.ToString(), Is.EqualTo(before["id"]!.ToString()));
        Assert.That((string)(await app.User("ella"))["status"]!, Is.EqualTo("active"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Who_is_deleted_and_purged_before_a_look_is_gone_for_the_application()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        var team = await app.Directory.Group("Team", ella);
        await app.Settle();

        await using (await app.HoldHorizon())
            foreach (var (collection, id) in new[] { ("Users", ella), ("Groups", team) })
            {
                await app.Directory.Send("DELETE", $"/{collection}/{id}");
                await app.Admin(HttpMethod.Post, $"/resources/{id}/purge");
            }
        await app.Settle();

        Assert.That(await app.Users(), Is.Empty);
        Assert.That((await app.Told()), Does.Contain("user.purged").And.Contain("group.deleted"));
        await app.AssertMirrored();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_group_that_is_deleted_and_restored_has_no_members(bool together)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var users = await app.Directory.Users(3);
        var team = await app.Directory.Group("Team", users);
        await app.Settle();

        await using (together ? await app.HoldHorizon() : null)
        {
            await app.Directory.Send("DELETE", $"/Groups/{team}");
            if (!together)
                await app.Settle();
            await app.Admin(HttpMethod.Post, $"/resources/{team}/restore");
        }
        await app.Settle();

        Assert.That(await app.Members(), Is.Empty);
        Assert.That((long)(await app.Groups())[team]["member_count"]!, Is.Zero);
        await app.AssertMirrored();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_is_deleted_and_comes_back_is_only_in_the_groups_of_the_new_user(bool together)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Ella = """{"userName":"ella","externalId":"11111111-0000-4000-8000-000000000001"}""";
        var former = await app.Directory.Create("/Users", Ella);
        var (design, staff) = (await app.Directory.Group("Design", former), await app.Directory.Group("Staff", former));
        await app.Settle();
        var id = (string)(await app.User("ella"))["id"]!;

        await using (together ? await app.HoldHorizon() : null)
        {
            await app.Directory.Send("DELETE", $"/Users/{former}");
            if (!together)
                await app.Settle();
            var user = await app.Directory.Create("/Users", Ella);
            await app.Directory.Patch($"/Groups/{staff}", $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""");
        }
        await app.Settle();

        Assert.That((string?)(await app.User("ella"))["id"], Is.EqualTo(id));
        Assert.That(await app.Members(), Is.EqualTo(new[] { $"{staff} {id}" }));
        Assert.That((long)(await app.Groups())[design]["member_count"]!, Is.Zero);
        await app.AssertMirrored();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Two_users_who_swap_their_uids_keep_both(bool together)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var (a, b) = ("11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002");
        var first = await app.Directory.Create("/Users", $$"""{"userName":"a","externalId":"{{a}}"}""");
        var second = await app.Directory.Create("/Users", $$"""{"userName":"b","externalId":"{{b}}"}""");
        await app.Settle();

        await using (together ? await app.HoldHorizon() : null)
        {
            await app.Directory.Patch($"/Users/{first}", $$"""{"op":"replace","path":"externalId","value":"{{b}}"}""");
            if (!together)
                await app.Settle();
            await app.Directory.Patch($"/Users/{second}", $$"""{"op":"replace","path":"externalId","value":"{{a}}"}""");
        }
        await app.Settle();

        Assert.That(((string)(await app.User("a"))["uid"]!, (string)(await app.User("b"))["uid"]!), Is.EqualTo((b, a)));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Of_two_users_with_one_uid_the_second_is_held_until_it_is_free()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Uid = "11111111-0000-4000-8000-000000000001";
        var first = await app.Directory.Create("/Users", $$"""{"userName":"a","externalId":"{{Uid}}"}""");
        await app.Settle();
        await app.Directory.Create("/Users", $$"""{"userName":"b","externalId":"{{Uid}}"}""");
        await app.Settle();
        Assert.That((await app.Users()).Values.Select(user => (string)user["user_name"]!), Is.EqualTo(new[] { "a" }));
        Assert.That((await app.Rows("directory_problems", "kind")).Keys, Is.EqualTo(new[] { "duplicate_uid" }));

        await app.Directory.Patch(
            $"/Users/{first}",
            """{"op":"replace","path":"externalId","value":"11111111-0000-4000-8000-000000000009"}"""
        );
        await app.Settle();

        Assert.That((await app.Users()).Values.Select(user => (string)user["user_name"]!), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(await app.Rows("directory_problems", "kind"), Is.Empty.Or.ContainKey("uid_changed"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_report_learns_of_a_manager_who_is_released_later()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var boss = "01990000-0000-7000-8000-000000000001";
        await app.Directory.Create(
            "/Users",
            """
            {"userName":"report","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"BOSS"} } }
            """.Replace("BOSS", boss, StringComparison.Ordinal)
        );
        await app.Settle();
        Assert.That((await app.User("report"))["manager_id"], Is.Null);

        boss = await app.Directory.User("boss");
        await app.Directory.Patch(
            $"/Users/{(await app.User("report"))["resource_id"]}",
            $$"""{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"{{boss}}"}"""
        );
        await app.Settle();

        Assert.That((string?)(await app.User("report"))["manager_id"], Is.EqualTo((string)(await app.User("boss"))["id"]!));
        await app.AssertMirrored();
    }

    [TestCase(false)]
    [TestCase(true, Description = "in one batch")]
    public async Task A_manager_who_is_deleted_and_created_again_manages_nobody_of_before(bool together)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Boss = """{"userName":"boss","externalId":"11111111-0000-4000-8000-000000000001"}""";
        var boss = await app.Directory.Create("/Users", Boss);
        await app.Directory.Create(
            "/Users",
            $$"""
            {"userName":"report","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"{{boss}}"} } }
            """
        );
        await app.Settle();
        Assert.That((await app.User("report"))["manager_id"], Is.Not.Null);

        await using (together ? await app.HoldHorizon() : null)
        {
            await app.Directory.Send("DELETE", $"/Users/{boss}");
            if (!together)
                await app.Settle();
            await app.Directory.Create("/Users", Boss);
        }
        await app.Settle();

        Assert.That((await app.User("report"))["manager_id"], Is.Null);
        await app.AssertMirrored();
    }

    [Test]
    public async Task Memberships_come_and_go_with_people_and_groups()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var users = await app.Directory.Users(5);
        var (team, other) = (await app.Directory.Group("Team", users), await app.Directory.Group("Other", users[0], users[1]));
        await app.Settle();
        Assert.That(await app.Members(), Has.Count.EqualTo(7));

        await app.Directory.Patch($"/Groups/{team}", $$"""{"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}""");
        await app.Directory.Send("DELETE", $"/Users/{users[1]}");
        await app.Directory.Send("DELETE", $"/Groups/{other}");
        await app.Settle();

        Assert.That(await app.Members(), Has.Count.EqualTo(3));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_group_of_thousands_is_told_in_parts()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(1_201);
        var team = await app.Directory.Group("Team", users);
        await app.Enable();
        await app.Directory.Patch($"/Groups/{team}", """{"op":"remove","path":"members"}""");
        await app.Settle();

        var parts = (await app.Events("directory.group.members_changed"))
            .Select(e => (e["data"]!["added"]!.AsArray().Count, e["data"]!["removed"]!.AsArray().Count))
            .ToList();
        Assert.That(parts.Sum(part => part.Item1), Is.EqualTo(1_201));
        Assert.That(parts.Sum(part => part.Item2), Is.EqualTo(1_201));
        Assert.That(parts.Max(part => part.Item1 + part.Item2), Is.LessThanOrEqualTo(500));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Nothing_is_told_of_what_comes_after_a_disconnect()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.User("ella");
        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();

        Assert.That(
            (await app.Events()).Select(e => (string)e["type"]!).TakeLast(2),
            Is.EqualTo(new[] { "directory.user.created", "connection.disconnected" })
        );
        await app.AssertMirrored();
    }
}
