namespace ScimProvisioning.Tests.Concurrency;

/// <summary>Concurrent PATCHes of single members, as Entra sends them, also while users and groups are deleted.</summary>
[TestFixture, Parallelizable]
sealed class MembershipRaceTests
{
    const string Dangling = """
        SELECT count(*) FROM group_members m WHERE connection_id = $1 AND (
            SELECT count(*) FROM resources r WHERE r.connection_id = $1 AND r.id IN (m.group_id, m.member_id) AND r.deleted_at IS NULL) < 2
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Parallel_adds_and_removes_in_both_dialects_end_in_the_exact_set()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(50);
        var group = await directory.Group("Team", users[..25]);

        var statuses = await Task.WhenAll(
            users.Select(async (user, i) => (await directory.Patch($"/Groups/{group}", Operation(i, user))).Status)
        );

        Assert.That(statuses, Has.All.EqualTo(200));
        Assert.That(await directory.MembersOf(group), Is.EquivalentTo(users[25..]));
        Assert.That((await directory.Changes(group)).Select(e => (long)e["version"]!), Is.EqualTo(Enumerable.Range(1, 51)));
    }

    [Test]
    public async Task Parallel_changes_of_the_same_member_keep_row_and_version_true()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("u");
        var group = await directory.Group("Team");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => directory.Patch($"/Groups/{group}", i % 2 == 0 ? Add(user) : Remove(user))));

        var changes = await directory.Changes(group);
        var added = changes.Sum(e => e["changes"]!.AsArray().Sum(c => c!["added"]?.AsArray().Count - c["removed"]?.AsArray().Count ?? 0));
        Assert.That(await directory.MembersOf(group), Has.Length.EqualTo(added));
        Assert.That((await directory.Get($"/Groups/{group}")).ETag, Is.EqualTo($"W/\"{changes.Length}\""));
    }

    [Test]
    public async Task Of_many_requests_for_one_group_each_has_its_own_outcome_version_and_entry()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(24);
        var group = await directory.Group("Team", users[..4]);
        var unknown = Enumerable.Range(1, 4).Select(i => $"00000000-0000-7000-8000-00000000000{i}").ToArray();
        string[] all = [.. users, .. unknown];

        var answers = await Task.WhenAll(all.Select(member => directory.Patch($"/Groups/{group}", Add(member))));

        Assert.That(answers[..24].Select(answer => answer.Status), Has.All.EqualTo(200));
        Assert.That(
            answers[24..].Select(answer => (answer.Status, (string?)answer["detail"])),
            Is.EqualTo(
                unknown.Select(id => (400, $"'{id}' is no user or group of this connection, so it cannot be a member. Provision it first."))
            )
        );
        var entries = (await directory.Changes(group))[1..];
        var told = entries.Select(entry => ($"W/\"{entry["version"]}\"", (string?)entry["request_id"]));
        var answered = answers[4..24].Select(answer => (answer.ETag!, answer.Headers.GetValues("X-Request-Id").Single()));
        Assert.That(told, Is.EquivalentTo(answered));
        Assert.That(await directory.MembersOf(group), Is.EquivalentTo(users));
    }

    [Test]
    public async Task A_user_deleted_while_being_added_leaves_no_membership_behind()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(12);
        var groups = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => directory.Group($"g{i}")));

        var answers = await Task.WhenAll(
            users.SelectMany(user =>
                groups.Select(group => directory.Patch($"/Groups/{group}", Add(user))).Append(directory.Send("DELETE", $"/Users/{user}"))
            )
        );

        Assert.That(answers.Select(a => a.Status), Has.All.AnyOf(200, 204, 400));
        Assert.That(await directory.Ask<long>(Dangling), Is.Zero);
    }

    [Test]
    public async Task A_group_deleted_while_members_come_go_and_are_deleted_leaves_no_membership_behind()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(15);
        var group = await directory.Group("Team", users[..10]);

        var requests = users.Select(
            (user, i) =>
                i < 5 ? directory.Send("DELETE", $"/Users/{user}") : directory.Patch($"/Groups/{group}", i < 10 ? Remove(user) : Add(user))
        );
        var answers = await Task.WhenAll([.. requests, directory.Send("DELETE", $"/Groups/{group}")]);

        Assert.That(answers.Select(a => a.Status), Has.All.AnyOf(200, 204, 404));
        Assert.That(await directory.Ask<long>(Dangling), Is.Zero);
    }

    [Test]
    public async Task Groups_added_to_each_other_do_not_fail()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var groups = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => directory.Group($"g{i}")));

        var statuses = await Task.WhenAll(
            groups.SelectMany(group =>
                groups.Where(other => other != group).Select(async other => (await directory.Patch($"/Groups/{group}", Add(other))).Status)
            )
        );

        Assert.That(statuses, Has.All.EqualTo(200));
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM group_members WHERE connection_id = $1"), Is.EqualTo(20));
    }

    [Test]
    public async Task Groups_that_contain_each_other_can_be_deleted_at_once()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var groups = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => directory.Group($"g{i}")));
        foreach (var group in groups)
            await directory.Patch($"/Groups/{group}", Add(groups));

        var statuses = await Task.WhenAll(groups.Select(async group => (await directory.Send("DELETE", $"/Groups/{group}")).Status));

        Assert.That(statuses, Has.All.EqualTo(204));
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM group_members WHERE connection_id = $1"), Is.Zero);
    }

    // Even numbers use the dialect of Entra's flag aadOptscim062020, odd numbers the default one.
    // The first 25 users are members and are removed, the others are added.
    static string Operation(int i, string user) =>
        (i < 25, i % 2 == 0) switch
        {
            (true, true) => $$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}""",
            (true, false) => Remove(user),
            (false, true) => $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""",
            _ => Add(user),
        };

    static string Add(params string[] ids) => $$"""{"op":"Add","path":"members","value":{{TestDirectory.Members(ids)}}}""";

    static string Remove(string id) => $$"""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{id}}"}]}""";
}
