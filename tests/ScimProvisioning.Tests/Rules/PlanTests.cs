using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>What new rules would do is said first, and then exactly that is done.</summary>
[TestFixture, Parallelizable]
sealed class PlanTests
{
    const string Titles =
        """{"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"jobTitle","paths":["title"]}]}""";
    const string Required = """
        {"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"jobTitle","paths":["title"],"whenMissing":"hold"}]}
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_pending_connection_tells_nothing_and_the_preview_equals_the_events_that_follow_enabling()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(6);
        await app.Directory.Patch($"/Users/{users[0]}", """{"op":"replace","path":"active","value":false}""");
        await app.Directory.Send("DELETE", $"/Users/{users[1]}");
        await app.Settle();
        Assert.That(await app.Events("directory."), Is.Empty);

        var (status, plan) = await Plan(app, """{"enable":true}""");
        var (applied, after) = await Apply(app, plan);
        await app.Settle();

        Assert.That((status, applied, (string?)plan["state"], (string?)after!["state"]), Is.EqualTo((201, 200, "ready", "applied")));
        Assert.That(((long)plan["counts"]!["created"]!, (long)plan["counts"]!["createdInactive"]!), Is.EqualTo((5, 1)));
        Assert.That(await app.Told(), Is.EqualTo(Enumerable.Repeat("user.created", 5)));
        Assert.That((await app.Events("directory.")).All(e => (bool)e["initialLoad"]!));
        Assert.That((string?)(await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}")).Body!["state"], Is.EqualTo("active"));
    }

    [TestCase("""{"uid":["id"]}""", "there is no 'uid'. The file may have mode, groups, as the API takes them.")]
    [TestCase("""{"mode":""", "the file is not JSON")]
    public async Task The_command_names_the_option_and_the_file_that_is_wrong(string json, string error)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, json);

        var outcome = await CommandOutcome.RunAsync(
            $"connection plan {Guid.CreateVersion7(TimeProvider.System.GetUtcNow())} --scope {file}"
        );

        File.Delete(file);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.StartWith($"--scope {file}: ").And.Contain(error));
    }

    [Test]
    public async Task A_plan_sets_the_rules_that_it_names_and_counts_the_events_that_follow()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        var rest = await app.Directory.Users(3);
        var staff = await app.Directory.Group("Staff", rest[0], rest[1]);
        await app.Enable();
        var before = (await app.Events("directory.")).Count;

        var (_, plan) = await Plan(app, $$"""{"mapping":{{Titles}},"scope":{"mode":"groups","groups":[{"id":"{{staff}}"}]} }""");
        await Apply(app, plan);
        await app.Settle();

        var told = (await app.Events("directory.user.")).Skip(before - 2).Select(e => (string)e["type"]!).ToList();
        Assert.That((long)plan["losses"]!["deactivated"]!, Is.EqualTo(2));
        Assert.That(told.Count(type => type == "directory.user.deactivated"), Is.EqualTo(2));
        Assert.That((long)plan["counts"]!["updated"]!, Is.EqualTo(told.Count(type => type == "directory.user.updated")));
        Assert.That((string?)(await app.Admin(HttpMethod.Get, "/scope"))!["groups"]![0]!["name"], Is.EqualTo("Staff"));
        Assert.That((await app.Admin(HttpMethod.Get, "/mapping"))!["uid"]!.ToJsonString(), Is.EqualTo("""["id"]"""));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_plan_whose_losses_have_grown_is_outdated_and_nothing_is_set()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        await app.Enable();
        var (_, plan) = await Plan(app, $$"""{"mapping":{{Required}} }""");
        await app.Directory.User("untitled");
        await app.Settle();

        var (status, problem) = await Apply(app, plan);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "plan_outdated")));
        Assert.That((string?)problem["detail"], Does.Contain("0 held; now it would be 1"));
        Assert.That((await app.Admin(HttpMethod.Get, "/mapping"))!["uid"]!.ToJsonString(), Is.EqualTo("""["externalId","id"]"""));
    }

    [Test]
    public async Task Who_comes_in_inactive_is_counted_apart()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Users(2);
        await app.Directory.Create("/Users", """{"userName":"off","active":false}""");

        var (_, plan) = await Plan(app, """{"enable":true}""");

        var counts = plan["counts"]!;
        Assert.That(((long)counts["created"]!, (long)counts["createdInactive"]!), Is.EqualTo((3, 1)));
        Assert.That((string?)plan["effect"]!["examples"]!["createdInactive"]![0]!["userName"], Is.EqualTo("off"));
        Assert.That((await Apply(app, plan)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_plan_is_applied_once()
    {
        var app = await AppView.CreateAsync(_server);
        var (_, plan) = await Plan(app, $$"""{"mapping":{{Titles}} }""");

        var first = await Apply(app, plan);
        var second = await Apply(app, plan);

        Assert.That((first.Status, second.Status, (string?)second.Body!["code"]), Is.EqualTo((200, 409, "plan_applied")));
    }

    [Test]
    public async Task T17_duplicates_are_listed_before_enabling_and_an_id_that_is_reused_is_warned_of()
    {
        var app = await AppView.CreateAsync(_server);
        foreach (var name in (string[])["a", "b"])
            await app.Directory.Create(
                "/Users",
                $$"""
                {"userName":"{{name}}","externalId":"same",
                 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7"} }
                """
            );

        var asItStands = await app.Admin(HttpMethod.Post, "/preview");
        var byNumber = await app.Admin(
            HttpMethod.Post,
            "/preview",
            """{"mapping":{"uid":["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"]} }"""
        );

        Assert.That((string?)asItStands!["warnings"]![0], Does.StartWith("2 users").And.Contain("objectId"));
        Assert.That(((long)byNumber!["counts"]!["created"]!, (long)byNumber["counts"]!["held"]!), Is.EqualTo((1, 1)));
        Assert.That((string?)byNumber["examples"]!["held"]![0]!["problems"]![0], Does.Contain("has the uid '7' already"));
        Assert.That(
            byNumber["examples"]!["held"]![0]!["causes"]!.ToJsonString(),
            Is.EqualTo("""[{"kind":"duplicate_uid","attribute":null}]""")
        );
        Assert.That(byNumber["warnings"]!.AsArray(), Is.Empty);
        Assert.That((long)(await app.Admin(HttpMethod.Get, "/mapping/suggestions"))!["usersWithoutObjectId"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task Of_wrong_rules_each_field_is_named_with_its_part()
    {
        var app = await AppView.CreateAsync(_server);

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{app.Connection}/plans",
            """{"mapping":{"uid":["nope["]},"scope":{"mode":"some"} }"""
        );
        var (_, both) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{app.Connection}/preview",
            """{"mapping":{"uid":["nope["]},"roleMappings":{"default":"emperor"} }"""
        );

        Assert.That((status, problem!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, "scope.mode")));
        Assert.That(both!["errors"]!.AsObject().Select(e => e.Key), Is.EquivalentTo(new[] { "mapping.uid[0]", "roleMappings.default" }));
    }

    [Test]
    public async Task A_plan_of_more_than_ten_thousand_users_is_computed_in_the_background()
    {
        var app = await AppView.CreateAsync(_server);
        await Many.UsersAsync(app, 10_500);

        var (status, plan) = await Plan(app, """{"enable":true}""");
        var early = await Apply(app, plan);
        JsonNode? ready = null;
        await Wait.UntilAsync(
            async () => (string?)(ready = await app.Admin(HttpMethod.Get, $"/plans/{plan["id"]}"))!["state"] is not "computing",
            "the plan is not computed"
        );

        Assert.That((status, (string?)plan["state"], early.Status), Is.EqualTo((202, "computing", 409)));
        Assert.That(((string?)ready!["state"], (long?)ready["counts"]?["created"]), Is.EqualTo(("ready", 10_500L)));
    }

    [Test]
    public async Task A_plan_that_a_killed_server_was_computing_is_computed_again()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Users(2);
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await PostgresFixture.ExecuteAsync(
            $$"""
            INSERT INTO directory_plans (connection_id, id, organization_id, request, state, result, created_at, expires_at, taken_until)
            SELECT id, '{{id}}', organization_id, '{"enable": true}', 'computing', '{"done": 1, "total": 2}', now(), now(),
                now() - interval '1 second' FROM connections WHERE id = '{{app.Connection}}'
            """,
            PostgresFixture.ConnectionString
        );

        await Wait.UntilAsync(
            async () => (string?)(await app.Admin(HttpMethod.Get, $"/plans/{id}"))!["state"] == "ready",
            "the plan is not computed again"
        );
    }

    async Task<(int Status, JsonNode Body)> Plan(AppView app, string json)
    {
        var (status, body) = await _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/plans", json);
        Assert.That(status, Is.AnyOf(201, 202), body?.ToJsonString());
        return (status, body!);
    }

    Task<(int Status, JsonNode? Body)> Apply(AppView app, JsonNode plan) =>
        _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/plans/{plan["id"]}/apply");
}
