using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Changes;

/// <summary>Every change is logged once, in its own transaction; a request that changes nothing is not logged.</summary>
[TestFixture, Parallelizable]
sealed class ChangeLogTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_life_of_a_user_is_told_in_order()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        await directory.Patch($"/Users/{id}", """{"op":"replace","path":"title","value":"x"}""");
        await directory.Send("PUT", $"/Users/{id}", """{"userName":"ada"}""");
        await directory.Send("DELETE", $"/Users/{id}");

        var changes = await directory.Changes();

        Assert.That(
            changes.Select(e => ((string?)e["type"], (string?)e["resource_type"], (string?)e["resource_id"], (int)e["version"]!)),
            Is.EqualTo(
                new[]
                {
                    ("user.created", "User", id, 1),
                    ("user.updated", "User", id, 2),
                    ("user.updated", "User", id, 3),
                    ("user.deleted", "User", id, 4),
                }
            )
        );
    }

    [Test]
    public async Task An_entry_says_who_asked_and_in_which_request()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send("POST", "/Users", """{"userName":"ada"}""", ("X-Request-Id", "run-7:42"));

        var told = (await directory.Changes()).Single();
        Assert.That(
            ((string?)told["request_id"], (string?)told["actor"]),
            Is.EqualTo(("run-7:42", $"token:{directory.Connection.TokenId}"))
        );
        Assert.That(answer.Headers.GetValues("X-Request-Id"), Is.EqualTo(new[] { "run-7:42" }));
    }

    [TestCase("""{"op":"replace","path":"title","value":"Lady"}""", """[{"path":"title","old":"Countess","new":"Lady"}]""")]
    [TestCase("""{"op":"add","path":"nickName","value":"A"}""", """[{"path":"nickName","new":"A"}]""")]
    [TestCase("""{"op":"remove","path":"title"}""", """[{"path":"title","old":"Countess"}]""")]
    [TestCase("""{"op":"Replace","path":"active","value":"False"}""", """[{"path":"active","old":true,"new":false}]""")]
    [TestCase(
        """{"op":"replace","path":"name.givenName","value":"Augusta"}""",
        """[{"path":"name.givenName","old":"Ada","new":"Augusta"}]"""
    )]
    [TestCase(
        """{"op":"replace","path":"emails[type eq \"work\"].value","value":"b@x"}""",
        """[{"path":"emails","old":[{"type":"work","value":"a@x"}],"new":[{"type":"work","value":"b@x"}]}]"""
    )]
    [TestCase(
        """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"R"}""",
        """[{"path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","new":"R"}]"""
    )]
    [TestCase(
        """
            {"op":"replace","path":"title","value":"Lady"},{"op":"replace","path":"title","value":"Countess"},
            {"op":"add","path":"locale","value":"en"}
            """,
        """[{"path":"locale","new":"en"}]"""
    )]
    public async Task An_entry_holds_the_changed_paths_with_old_and_new_values(string operations, string changes)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send(
            "POST",
            "/Users",
            """{"userName":"ada","title":"Countess","name":{"givenName":"Ada"},"emails":[{"type":"work","value":"a@x"}]}"""
        );

        await directory.Patch($"/Users/{created["id"]}", operations);

        Assert.That(
            JsonNode.DeepEquals((await directory.Changes())[^1]["changes"], JsonNode.Parse(changes)),
            (await directory.Changes())[^1].ToJsonString()
        );
    }

    [Test]
    public async Task The_members_changed_by_one_request_are_one_entry_beside_the_rest()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(4);
        var group = await directory.Group("Team", users[0], users[1]);

        await directory.Patch(
            $"/Groups/{group}",
            $$"""
            {"op":"add","path":"members","value":{{TestDirectory.Members(
                users[1],
                users[2]
            )}}}, {"op":"add","path":"members","value":"{{users[3]}}"},
            {"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}, {"op":"replace","path":"displayName","value":"New"}
            """
        );

        var changes = (await directory.Changes(group))[1..].Single()["changes"]!.AsArray();
        Assert.That(changes[0]!.ToJsonString(), Is.EqualTo("""{"new":"New","old":"Team","path":"displayName"}"""));
        Assert.That(changes[1]!["added"]!.AsArray().Select(id => (string)id!), Is.EquivalentTo(users[2..]));
        Assert.That(changes[1]!["removed"]!.AsArray().Select(id => (string)id!), Is.EquivalentTo(users[..1]));
    }

    [Test]
    public async Task A_group_created_with_members_is_logged_once()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");

        var group = await directory.Group("Team", user);

        var told = (await directory.Changes(group)).Single();
        Assert.That(told["changes"]!.AsArray().Select(c => (string?)c!["path"]), Is.EqualTo(new[] { "displayName", "members" }));
        Assert.That((string?)told["changes"]![1]!["added"]![0], Is.EqualTo(user));
    }

    [Test]
    public async Task Deleting_a_member_tells_of_each_group_under_the_same_request()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        string[] groups = [await directory.Group("One", user), await directory.Group("Two", user)];

        await directory.Send("DELETE", $"/Users/{user}", null, ("X-Request-Id", "gone"));

        var told = (await directory.Changes()).Where(e => (string?)e["request_id"] == "gone").ToArray();
        Assert.That(
            told.Select(e => ((string?)e["type"], (string?)e["resource_id"])),
            Is.EquivalentTo(new[] { ("group.updated", groups[0]), ("group.updated", groups[1]), ("user.deleted", user) })
        );
        Assert.That(told.Select(e => (string?)e["transaction_id"]).Distinct(), Has.Exactly(1).Items);
    }
}
