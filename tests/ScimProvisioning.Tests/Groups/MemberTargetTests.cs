namespace ScimProvisioning.Tests.Groups;

/// <summary>A change of members alone, at what is no group, and of few and many members at once.</summary>
[TestFixture, Parallelizable]
sealed class MemberTargetTests
{
    const string Nowhere = "00000000-0000-7000-8000-000000000001";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("add")]
    [TestCase("replace")]
    [TestCase("remove")]
    public async Task What_is_no_group_is_not_found_and_nothing_changes(string op)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var stranger = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(2);
        var deleted = await directory.Group("Old", users[0]);
        await directory.Send("DELETE", $"/Groups/{deleted}");
        var theirs = await stranger.Group("Theirs");
        var (before, beforeThere) = (await directory.Everything(), await stranger.Everything());
        var operation = $$"""{"op":"{{op}}","path":"members","value":{{TestDirectory.Members(users[1])}}}""";

        foreach (var id in (string[])[users[0], deleted, theirs, Nowhere])
            Assert.That((await directory.Patch($"/Groups/{id}", operation)).Status, Is.EqualTo(404), id);

        Assert.That(await directory.Everything(), Is.EqualTo(before));
        Assert.That(await stranger.Everything(), Is.EqualTo(beforeThere));
    }

    [Test]
    public async Task A_member_of_another_connection_is_unknown_and_nothing_changes()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var stranger = await TestDirectory.CreateAsync(_server);
        var (ours, theirs) = (await directory.User("ours"), await stranger.User("theirs"));
        var group = await directory.Group("Team");
        var before = await directory.Everything();

        var answer = await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"add","path":"members","value":{{TestDirectory.Members(ours, theirs)}}}"""
        );

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(100)]
    [TestCase(101)]
    public async Task Few_and_many_come_and_go_in_one_version_each(int count)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(count);
        var group = await directory.Group("Team");
        var members = TestDirectory.Members(users);

        var added = await directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":{{members}}}""");
        var again = await directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":{{members}}}""");
        var present = await directory.MembersOf(group);
        var removed = await directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members","value":{{members}}}""");

        Assert.That((added.ETag, again.ETag, removed.ETag), Is.EqualTo(("W/\"2\"", "W/\"2\"", "W/\"3\"")));
        Assert.That(present, Is.EquivalentTo(users));
        Assert.That(await directory.Changes(group), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Names_are_shown_as_they_are_by_each_way_to_read_them()
    {
        const string Name = "Line\\nbreak \\\"quoted\\\" \\u00e9 \\\\ {a} ,";
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.Create("/Users", $$"""{"userName":"u","displayName":"{{Name}}"}""");
        await directory.User("other");
        var inner = await directory.Group(Name, user);
        var outer = await directory.Group("Outer", inner);

        var shown = (string?)(await directory.Get($"/Users/{user}"))["displayName"];
        var answers = new[]
        {
            (await directory.Get($"/Users/{user}"))["groups"]![0],
            (await directory.Get("/Users")).Resources.Single(one => (string?)one["id"] == user)["groups"]![0],
            (await directory.Get($"/Groups/{inner}"))["members"]![0],
            (await directory.Get($"/Groups/{outer}"))["members"]![0],
        };

        Assert.That(answers.Select(one => (string?)one!["display"]), Has.All.EqualTo(shown));
        Assert.That(answers.Select(one => (string?)one!["value"]), Is.EqualTo((string[])[inner, inner, user, inner]));
        Assert.That(answers.Select(one => (string?)one!["type"]), Is.EqualTo((string[])["direct", "direct", "User", "Group"]));
        Assert.That(
            answers.Select(one => (string?)one!["$ref"]),
            Is.EqualTo(
                (string[])
                    [
                        $"{directory.Url}/Groups/{inner}",
                        $"{directory.Url}/Groups/{inner}",
                        $"{directory.Url}/Users/{user}",
                        $"{directory.Url}/Groups/{inner}",
                    ]
            )
        );
    }
}
