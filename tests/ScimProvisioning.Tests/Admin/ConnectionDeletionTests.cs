using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;
using ScimProvisioning.Tests.Schemas;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Deleting a connection, and what happens to its directory.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionDeletionTests
{
    /// <summary>The row of a user without its name, its id and its times, so that two users can be compared.</summary>
    const string Row = """
        SELECT (to_jsonb(r) - '{id,user_name,attributes,terms,created_at,modified_at}'::text[]
            || jsonb_build_object(
                'attributes', attributes - 'userName', 'terms', (SELECT jsonb_agg(t ORDER BY t) FROM unnest(terms) t)))::text
        FROM resources r WHERE connection_id = $1 AND user_name =
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("")]
    [TestCase("?users=keep")]
    public async Task It_is_gone_and_its_directory_stays_as_it_is(string query)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Group("Team", await directory.User("ada"));
        var before = await Resources(directory);

        await Delete(directory, query);

        var (read, problem) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}");
        Assert.That((read, (string?)problem!["code"]), Is.EqualTo((404, "not_found")));
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(401));
        Assert.That(await Resources(directory), Is.EqualTo(before));
    }

    [TestCase("", "keep")]
    [TestCase("?users=deactivate", "deactivate")]
    [TestCase("?users=remove", "remove")]
    public async Task The_change_log_and_the_audit_log_each_say_once_what_became_of_the_users(string query, string users)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada");

        await Delete(directory, query);

        var audit = await AdminCalls.Audit(directory.Connection.Id);
        Assert.That(await AdminCalls.Told(directory.Connection.Id), Is.EqualTo(new[] { "connection.created", "connection.deleted" }));
        Assert.That(audit.Select(entry => (string?)entry["action"]), Is.EqualTo(new[] { "connection.created", "connection.deleted" }));
        Assert.That((audit[1]["before"]!["name"]!.ToString(), audit[1]["after"]!["users"]!.ToString()), Is.EqualTo(("Test", users)));
    }

    [TestCase("?users=")]
    [TestCase("?users=Remove")]
    [TestCase("?users=delete")]
    [TestCase("?users=keep&users=remove")]
    public async Task Any_other_word_deletes_nothing(string query)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var (status, problem) = await _server.Send(HttpMethod.Delete, $"/connections/{directory.Connection.Id}{query}");

        Assert.That((status, problem!["errors"]!["users"]!.AsArray().Count), Is.EqualTo((400, 1)));
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_user_deactivated_with_the_connection_is_stored_as_one_that_was_patched()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        const string rest = "\"title\":\"Dr.\",\"emails\":[{\"value\":\"a@x\",\"type\":\"work\"}]";
        var patched = await directory.Create("/Users", $$"""{"userName":"patched",{{rest}}}""");
        var left = await directory.Create("/Users", $$"""{"userName":"left",{{rest}}}""");
        await directory.Patch($"/Users/{patched}", """{"op":"replace","path":"active","value":false}""");

        await Delete(directory, "?users=deactivate");

        Assert.That(await directory.Ask<string>(Row + " 'left'"), Is.EqualTo(await directory.Ask<string>(Row + " 'patched'")));
        var (one, other) = ((await directory.Changes(patched))[^1], (await directory.Changes(left))[^1]);
        foreach (var name in new[] { "type", "resource_type", "version", "changes" })
            Assert.That(JsonNode.DeepEquals(one[name], other[name]), $"{one[name]} {other[name]}");
        Assert.That((string?)other["actor"], Is.EqualTo("admin-key:00000000-0000-7000-8000-000000000002"));
    }

    [Test]
    public async Task Only_active_users_are_deactivated_each_logged_once()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(4);
        var group = await directory.Group("Team", users);
        await directory.Patch($"/Users/{users[0]}", """{"op":"replace","path":"active","value":false}""");
        await directory.Send("DELETE", $"/Users/{users[2]}");
        var told = await directory.Changes();

        await Delete(directory, "?users=deactivate");

        var after = (await directory.Changes())[told.Length..];
        Assert.That(
            after.Select(e => ((string?)e["type"], (string?)e["resource_id"], e["changes"]!.ToJsonString())),
            Is.EquivalentTo(
                new[]
                {
                    ("user.updated", users[1], """[{"new":false,"old":true,"path":"active"}]"""),
                    ("user.updated", users[3], """[{"new":false,"old":true,"path":"active"}]"""),
                }
            )
        );
        Assert.That(
            await directory.Ask<long>(
                """
                SELECT count(*) FROM resources
                WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL
                    AND NOT active AND attributes -> 'active' = 'false'
                """
            ),
            Is.EqualTo(3)
        );
        Assert.That((await directory.Changes(group)).Length, Is.EqualTo(2));
    }

    [Test]
    public async Task Removed_users_and_groups_are_stored_as_those_that_were_deleted()
    {
        var directory = await Devices.CreateAsync(_server);
        var users = await directory.Users(3);
        var groups = new[] { await directory.Group("Team", users), await directory.Group("Gone", users) };
        await directory.Create("/Devices", """{"serial":"1"}""");
        await directory.Send("DELETE", $"/Users/{users[0]}");
        await directory.Send("DELETE", $"/Groups/{groups[1]}");
        var told = await directory.Changes();

        await Delete(directory, "?users=remove");

        var after = (await directory.Changes())[told.Length..];
        Assert.That(
            after.Select(e => ((string?)e["type"], (string?)e["resource_type"], (int)e["version"]!, e["changes"]!.ToJsonString())),
            Is.EquivalentTo(
                new[]
                {
                    ("user.deleted", "User", 2, "[]"),
                    ("user.deleted", "User", 2, "[]"),
                    ("group.deleted", "Group", 3, "[]"),
                    ("device.deleted", "Device", 2, "[]"),
                }
            )
        );
        Assert.That(
            await directory.Ask<long>(
                "SELECT count(*) FROM resources WHERE connection_id = $1 AND (deleted_at IS NULL OR modified_at <> deleted_at)"
            ),
            Is.Zero
        );
        foreach (var table in new[] { "group_members", "unique_values" })
            Assert.That(await directory.Ask<long>($"SELECT count(*) FROM {table} WHERE connection_id = $1"), Is.Zero, table);
        Assert.That(
            await directory.Ask<string>(
                """
                SELECT string_agg(n::text, ' ')
                FROM (SELECT sum(count) AS n FROM resource_counts WHERE connection_id = $1 GROUP BY resource_type) c
                """
            ),
            Is.EqualTo("0 0 0")
        );
    }

    [TestCase("deactivate")]
    [TestCase("remove")]
    public async Task The_directories_of_others_stay(string users)
    {
        var (ours, theirs) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        foreach (var directory in (TestDirectory[])[ours, theirs])
            await directory.Group("Team", await directory.User("ada"));
        var before = await theirs.Everything();

        await Delete(ours, $"?users={users}");

        Assert.That(await theirs.Everything(), Is.EqualTo(before));
        Assert.That((await theirs.Get("/Users")).Resources.Single()["active"]!.GetValue<bool>(), Is.True);
    }

    async Task Delete(TestDirectory directory, string query)
    {
        var (status, body) = await _server.Send(HttpMethod.Delete, $"/connections/{directory.Connection.Id}{query}");
        Assert.That(status, Is.EqualTo(204), $"{body}");
        await AppView.Settle(directory);
    }

    static Task<string> Resources(TestDirectory directory) =>
        directory.Ask<string>(
            """
            SELECT jsonb_build_array(
                (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM resources r WHERE connection_id = $1),
                (SELECT jsonb_agg(to_jsonb(m)) FROM group_members m WHERE connection_id = $1))::text
            """
        );
}
