using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Groups;

/// <summary>What groups and users show of memberships, and what deleting and disabling do to them.</summary>
[TestFixture, Parallelizable]
sealed class GroupTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Members_are_shown_with_reference_type_and_name()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var inner = await directory.Group("Inner");
        var outer = await directory.Group("Outer", user, inner);

        var members = (await directory.Get($"/Groups/{outer}"))["members"]!.AsArray();

        Assert.That(
            members.Select(m => ((string?)m!["value"], (string?)m["type"], (string?)m["display"])),
            Is.EquivalentTo(new[] { (user, "User", "ada"), (inner, "Group", "Inner") })
        );
        Assert.That(
            members.Select(m => (string?)m!["$ref"]),
            Has.All.Match($"^http.*/scim/v2/{directory.Connection.Key}/(Users/{user}|Groups/{inner})$")
        );
    }

    [Test]
    public async Task A_user_shows_the_groups_it_is_in()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var inner = await directory.Group("Inner", user);
        await directory.Group("Outer", inner);

        var group = (JsonObject)(await directory.Get($"/Users/{user}"))["groups"]!.AsArray().Single()!;

        Assert.That(((string?)group["value"], (string?)group["display"], (string?)group["type"]), Is.EqualTo((inner, "Inner", "direct")));
        Assert.That((string?)group["$ref"], Does.EndWith($"/scim/v2/{directory.Connection.Key}/Groups/{inner}"));
    }

    [Test]
    public async Task A_PATCH_may_repeat_the_groups_of_a_user()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        await directory.Group("Team", user);
        var groups = (await directory.Get($"/Users/{user}"))["groups"]!.ToJsonString();

        var patched = await directory.Patch($"/Users/{user}", $$$"""{"op":"replace","value":{"groups":{{{groups}}},"title":"Boss"}}""");

        Assert.That((patched.Status, (string?)patched["title"]), Is.EqualTo((200, "Boss")));
    }

    [Test]
    public async Task The_groups_of_a_user_are_read_only()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var group = await directory.Group("Team");

        var patched = await directory.Patch($"/Users/{user}", $$"""{"op":"add","path":"groups","value":[{"value":"{{group}}"}]}""");
        var put = await directory.Send("PUT", $"/Users/{user}", $$"""{"userName":"ada","groups":[{"value":"{{group}}"}]}""");

        Assert.That((patched.Error, put.Status), Is.EqualTo(((400, "mutability"), 200)));
        Assert.That(await directory.MembersOf(group), Is.Empty);
    }

    [Test]
    public async Task The_answers_to_writes_on_a_user_show_its_groups_too()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        await directory.Group("Team", user);

        var patched = await directory.Patch($"/Users/{user}", """{"op":"replace","path":"title","value":"x"}""");
        var put = await directory.Send("PUT", $"/Users/{user}", """{"userName":"ada"}""");

        Assert.That(new[] { patched, put }.Select(a => (string?)a["groups"]?[0]?["display"]), Has.All.EqualTo("Team"));
    }

    [Test]
    public async Task A_change_of_membership_leaves_the_version_of_the_user_alone()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");

        await directory.Group("Team", user);

        Assert.That((await directory.Get($"/Users/{user}")).ETag, Is.EqualTo("W/\"1\""));
    }

    [Test]
    public async Task Deleting_a_user_takes_it_out_of_its_groups()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var (user, other) = (await directory.User("ada"), await directory.User("bob"));
        var group = await directory.Group("Team", user, other);

        await directory.Send("DELETE", $"/Users/{user}");

        var (body, last) = ((await directory.Get($"/Groups/{group}")).Body!, (await directory.Changes(group))[^1]);
        Assert.That(await directory.MembersOf(group), Is.EqualTo(new[] { other }));
        Assert.That((string?)body["meta"]!["version"], Is.EqualTo("W/\"2\""));
        Assert.That(
            ((string?)last["type"], (int)last["version"]!, last["changes"]!.ToJsonString()),
            Is.EqualTo(("group.updated", 2, $$"""[{"path":"members","added":[],"removed":["{{user}}"]}]"""))
        );
    }

    [Test]
    public async Task Deleting_a_group_takes_it_off_its_users_and_out_of_other_groups()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var inner = await directory.Group("Inner", user);
        var outer = await directory.Group("Outer", inner);

        await directory.Send("DELETE", $"/Groups/{inner}");

        Assert.That((await directory.Get($"/Users/{user}"))["groups"], Is.Null);
        Assert.That(await directory.MembersOf(outer), Is.Empty);
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM group_members WHERE connection_id = $1"), Is.Zero);
    }

    [Test]
    public async Task A_group_may_contain_itself_and_still_be_deleted()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var group = await directory.Group("Team");
        await directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":"{{group}}"}""");

        var answer = await directory.Send("DELETE", $"/Groups/{group}");

        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(
            (await directory.Changes(group)).Select(e => (string?)e["type"]),
            Is.EqualTo(new[] { "group.created", "group.updated", "group.deleted" })
        );
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM group_members WHERE connection_id = $1"), Is.Zero);
    }

    [Test]
    public async Task A_user_that_is_disabled_stays_a_member()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var group = await directory.Group("Team", user);

        await directory.Patch($"/Users/{user}", """{"op":"Replace","path":"active","value":"False"}""");

        Assert.That(await directory.MembersOf(group), Is.EqualTo(new[] { user }));
    }

    [TestCase("", 200, "displayName,id,members,meta,schemas")]
    [TestCase("?attributes=members", 200, "id,members,schemas")]
    [TestCase("?attributes=displayName", 200, "displayName,id,schemas")]
    [TestCase("?excludedAttributes=members", 200, "displayName,id,meta,schemas")]
    public async Task A_patched_group_comes_back_with_what_is_asked_for(string query, int status, string? names)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var group = await directory.Group("Team");

        var answer = await directory.Patch($"/Groups/{group}{query}", $$"""{"op":"Add","path":"members","value":"{{user}}"}""");

        Assert.That((answer.Status, answer.ETag), Is.EqualTo((status, "W/\"2\"")));
        Assert.That(
            answer.Body is null ? null : string.Join(',', answer.Body.Select(p => p.Key).Order(StringComparer.Ordinal)),
            Is.EqualTo(names)
        );
        if (answer.Body?["members"] is { } members)
            Assert.That((string?)members[0]!["value"], Is.EqualTo(user));
    }

    [Test]
    public async Task A_posted_group_shows_the_names_of_its_members()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");

        var answer = await directory.Send(
            "POST",
            "/Groups",
            $$"""{"displayName":"Team","members":{{TestDirectory.Members(user, user)}}}"""
        );

        Assert.That(
            (answer.Status, answer["members"]!.AsArray().Count, (string?)answer["members"]![0]!["display"]),
            Is.EqualTo((201, 1, "ada"))
        );
    }
}
