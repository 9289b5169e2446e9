using static ScimProvisioning.Tests.Bulk.BulkClient;

namespace ScimProvisioning.Tests.Bulk;

/// <summary>RFC 7644 §3.7.1, §3.7.2: an operation can refer by bulkId to a resource that an earlier or a later operation creates.</summary>
[TestFixture, Parallelizable]
sealed class BulkReferenceTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [SetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Members_are_found_before_and_after_their_group(bool forward)
    {
        string[] operations = [PostUser("u", "ada"), PostGroup("inner", "Inner", "u"), PostGroup("outer", "Outer", "u", "inner")];

        var outcomes = await _directory.Outcomes(string.Join(',', forward ? operations.Reverse() : operations));

        Assert.That(outcomes.Select(o => (string?)o["status"]), Is.All.EqualTo("201"));
        Assert.That(
            outcomes.Select(o => (string?)o["bulkId"]),
            Is.EqualTo(forward ? new[] { "outer", "inner", "u" } : ["u", "inner", "outer"])
        );
        var ids = outcomes.ToDictionary(o => (string)o["bulkId"]!, o => o.Id());
        Assert.That(await _directory.MembersOf(ids["outer"]), Is.EquivalentTo(new[] { ids["u"], ids["inner"] }));
        Assert.That(await _directory.MembersOf(ids["inner"]), Is.EqualTo(new[] { ids["u"] }));
        Assert.That(await _directory.Changes(), Has.Length.EqualTo(3));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Managers_are_found_before_and_after_their_people(bool forward)
    {
        string[] operations = [PostUser("boss", "ada"), UserWithManager("u", "eva", "boss")];

        var outcomes = await _directory.Outcomes(string.Join(',', forward ? operations.Reverse() : operations));

        var ids = outcomes.ToDictionary(o => (string)o["bulkId"]!, o => o.Id());
        Assert.That(await ManagerOf(ids["u"]), Is.EqualTo(ids["boss"]));
    }

    [Test]
    public async Task A_later_PATCH_or_PUT_refers_to_new_resources_in_path_and_data()
    {
        var group = await _directory.Group("Old");

        var outcomes = await _directory.Outcomes(
            $$"""
            {{Patch($"/Groups/{group}", """{"op":"add","path":"members","value":[{"value":"bulkId:b"}]}""")}},
            {{Patch("/Groups/bulkId:g", """{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}""")}},
            {{Patch(
                "/Users/bulkId:a",
                """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"bulkId:b"}"""
            )}},
            {"method":"PUT","path":"/Groups/bulkId:g2","data":{"displayName":"Second","members":[{"value":"bulkId:g"}]} },
            {{PostUser("a", "ada")}}, {{PostUser("b", "eva")}}, {{PostGroup("g", "First")}}, {{PostGroup("g2", "2")}}
            """
        );

        Assert.That(outcomes.Select(o => (string?)o["status"]), Is.EqualTo("200 200 200 200 201 201 201 201".Split(' ')));
        Assert.That(await _directory.MembersOf(group), Is.EqualTo(new[] { outcomes[5].Id() }));
        Assert.That(await _directory.MembersOf(outcomes[6].Id()), Is.EqualTo(new[] { outcomes[4].Id() }));
        Assert.That(await _directory.MembersOf(outcomes[7].Id()), Is.EqualTo(new[] { outcomes[6].Id() }));
        Assert.That(await ManagerOf(outcomes[4].Id()), Is.EqualTo(outcomes[5].Id()));
    }

    // Each group and its members; u is a user that the last operation creates.
    [TestCase("a:b b:a")]
    [TestCase("a:a")]
    [TestCase("a:b b:c c:a")]
    [TestCase("a:bc b:ac c:ab")]
    [TestCase("d:a a:bu b:a")]
    [TestCase("a:abcd b:c c:bu d:a")]
    public async Task Groups_may_be_members_of_each_other(string groups) // §3.7.1
    {
        var given = groups
            .Split(' ')
            .Select(group => group.Split(':'))
            .ToDictionary(group => group[0], group => group[1].Select(m => $"{m}").ToArray());

        var outcomes = await _directory.Outcomes(
            string.Join(',', given.Select(group => PostGroup(group.Key, group.Key, group.Value)).Append(PostUser("u", "ada")))
        );

        Assert.That(outcomes.Select(o => (string?)o["status"]), Is.All.EqualTo("201"));
        var ids = outcomes.ToDictionary(o => (string)o["bulkId"]!, o => o.Id());
        foreach (var (group, members) in given)
            Assert.That(await _directory.MembersOf(ids[group]), Is.EquivalentTo(members.Select(m => ids[m])), group);
        foreach (var outcome in outcomes)
            Assert.That(
                (await _directory.Get(((string)outcome["location"]!)[_directory.Url.Length..])).ETag,
                Is.EqualTo((string?)outcome["version"])
            );
    }

    [Test]
    public async Task A_circle_of_two_groups_costs_one_change_more()
    {
        await _directory.Outcomes($"{PostGroup("a", "A", "b")}, {PostGroup("b", "B", "a")}");

        Assert.That(
            (await _directory.Changes()).Select(e => (string?)e["type"]),
            Is.EqualTo(new[] { "group.created", "group.created", "group.updated" })
        );
    }

    [Test]
    public async Task Users_may_be_managers_of_each_other()
    {
        var outcomes = await _directory.Outcomes(
            $"{UserWithManager("a", "ada", "b")}, {UserWithManager("b", "eva", "a")}, {UserWithManager("c", "ida", "c")}"
        );

        Assert.That(
            (await ManagerOf(outcomes[0].Id()), await ManagerOf(outcomes[1].Id()), await ManagerOf(outcomes[2].Id())),
            Is.EqualTo((outcomes[1].Id(), outcomes[0].Id(), outcomes[2].Id()))
        );
        Assert.That(await _directory.Changes(), Has.Length.EqualTo(3));
    }

    // x is a displayName that exists already; u is a bulkId that no operation has.
    [TestCase("a:u b", "400 201")]
    [TestCase("x:a a", "409 201")]
    [TestCase("a:x x b", "409 409 201")]
    [TestCase("b:a a:x x", "409 409 409")]
    [TestCase("a:x x:a b", "409 409 201")]
    [TestCase("a:b b:cx c:a x d", "409 409 409 409 201")]
    [TestCase("a:b b:au d", "409 400 201")]
    [TestCase("a:bu b:a d", "400 409 201")]
    [TestCase("c:a a:b b:ax x d", "409 409 409 409 201")]
    public async Task An_operation_that_refers_to_a_failed_creation_fails_and_leaves_nothing(string groups, string statuses)
    {
        await _directory.Group("x");
        var given = groups.Split(' ').Select(group => group.Split(':')).ToList();

        var outcomes = await _directory.Outcomes(
            string.Join(',', given.Select(g => PostGroup(g[0], g[0], [.. (g.Length > 1 ? g[1] : "").Select(m => $"{m}")])))
        );

        Assert.That(outcomes.Select(o => (string?)o["status"]), Is.EqualTo(statuses.Split(' ')));
        Assert.That(outcomes.Select(o => o["location"] is null), Is.EqualTo(statuses.Split(' ').Select(status => status != "201")));
        Assert.That((await _directory.Get("/Groups")).Ids, Has.Count.EqualTo(1 + statuses.Split(' ').Count(status => status == "201")));
    }

    [Test]
    public async Task When_a_manager_cannot_be_created_the_whole_circle_fails()
    {
        await _directory.User("eva");

        Assert.That(
            await _directory.Statuses($"{UserWithManager("a", "ada", "b")}, {UserWithManager("b", "eva", "a")}"),
            Is.EqualTo("409 409")
        );
        Assert.That((await _directory.Get("/Users")).Ids, Has.Count.EqualTo(1));
    }

    [TestCase("/Groups/bulkId:u", "409")]
    [TestCase("/Groups/bulkId:nothing", "400")]
    public async Task The_error_for_a_target_that_was_not_created_names_it_as_the_client_wrote_it(string path, string status)
    {
        var outcome = (
            await _directory.Outcomes(
                $$"""{"method":"POST","path":"/Groups","bulkId":"u","data":{ } }, {"method":"DELETE","path":"{{path}}"}"""
            )
        )[1];

        Assert.That((string?)outcome["status"], Is.EqualTo(status));
        Assert.That((string?)outcome["response"]!["detail"], Does.Contain($"'{path.Split('/')[^1]}'"));
    }

    [Test]
    public async Task A_circle_that_failOnErrors_interrupts_is_undone()
    {
        await _directory.Group("x");

        // c is created first, because it is at the end of the circle.
        var outcomes = await _directory.Outcomes(
            $"{PostGroup("a", "A", "b")}, {PostGroup("b", "x", "c")}, {PostGroup("c", "C", "a")}, {PostGroup("d", "D")}",
            "\"failOnErrors\":1,"
        );

        Assert.That(outcomes.Select(o => ((string?)o["bulkId"], (string?)o["status"])), Is.EqualTo(new[] { ("b", "409"), ("c", "409") }));
        Assert.That((await _directory.Get("/Groups")).Resources.Select(g => (string?)g["displayName"]), Is.EqualTo(new[] { "x" }));
    }

    async Task<string?> ManagerOf(string user) =>
        (string?)
            (await _directory.Get($"/Users/{user}"))["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]?["manager"]?["value"];
}
