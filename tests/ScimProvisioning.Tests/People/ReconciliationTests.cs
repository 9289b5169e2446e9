using System.Text.Json;
using System.Text.Json.Nodes;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;
using ClientMirror = ScimProvisioning.Client.Mirror;

namespace ScimProvisioning.Tests.People;

/// <summary>Whether the application has the users that it should have.</summary>
[TestFixture, Parallelizable]
sealed class ReconciliationTests
{
    const string HoldsWithoutEmail = """
        {"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"displayName","paths":["displayName"]},
            {"name":"email","paths":["emails.value"],"whenMissing":"hold"}]}
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_list_of_which_no_row_can_be_read_is_compared_with_nobody()
    {
        var app = await Prepared();
        await Receive(app, "ella", hasEmail: true);
        await app.Settle();

        // A CSV file that is sent as NDJSON.
        var (_, found) = await _server.Reconcile(app, "uid,userName\n1,ella\n2,nils\n");

        Assert.That(((string?)found["state"], (long)found["failed"]!, found["counts"]), Is.EqualTo(("failed", 3, (JsonNode?)null)));
        Assert.That(found["errors"]!.AsArray(), Has.Count.EqualTo(3));
    }

    [TestCase("application/x-ndjson", "")]
    [TestCase("application/x-ndjson", "\n")]
    [TestCase("text/csv", "uid\r\n")]
    public async Task In_an_empty_list_everybody_is_missing(string type, string list)
    {
        var app = await Prepared();
        await Receive(app, "ella", hasEmail: true);
        await app.Settle();

        var (_, found) = await _server.Reconcile(app, list, type);

        Assert.That(
            ((bool)found["hasList"]!, (long)found["rowsRead"]!, (long?)found["counts"]?["missing"]),
            Is.EqualTo((true, 0, (long?)1)),
            $"{found}"
        );
    }

    [Test]
    public async Task A_CSV_file_may_end_its_lines_with_CR_alone()
    {
        var app = await Prepared();
        var id = await Receive(app, "ella", hasEmail: true);
        await app.Settle();

        var (_, found) = await _server.Reconcile(app, $"uid,userName\r{id},\"ella\"\r{id}7,nils\r", "text/csv");

        Assert.That(((long)found["rowsRead"]!, (long)found["counts"]!["assigned"]!), Is.EqualTo((2, 1)), $"{found}");
        Assert.That((await app.Differences(found)).Select(d => (int?)d["line"]), Is.EqualTo(new int?[] { 3 }));
    }

    [Test]
    public async Task All_rows_about_somebody_who_is_there_already_are_counted()
    {
        var app = await Prepared();
        var id = await Receive(app, "ella", hasEmail: true);
        await app.Settle();

        var row = $$"""{"uid":"{{id}}"}""";
        var (_, found) = await _server.Reconcile(app, string.Join('\n', Enumerable.Repeat(row, 131)));

        Assert.That(((long)found["failed"]!, found["errors"]!.AsArray().Count), Is.EqualTo((130, 100)));
    }

    [TestCase("""{"uid":["1"]}""", "'uid' must be a text")]
    [TestCase("""{"uid":{"a":1},"appUserId":"7"}""", "'uid' must be a text")]
    [TestCase("""{"userName":"ella"}""", "A row needs a 'uid' or an 'appUserId'.")]
    public async Task What_is_wrong_with_a_row_is_said(string row, string says)
    {
        var app = await Prepared();

        var (_, found) = await _server.Reconcile(app, row);

        var error = found["errors"]!.AsArray().Single()!;
        Assert.That(((string?)error["field"], (string)error["message"]!), Is.EqualTo(("uid", (string)error["message"]!)));
        Assert.That((string)error["message"]!, Does.StartWith(says));
    }

    [TestCase("", "the list is empty")]
    [TestCase("{}\n", "1 rows are wrong")]
    public async Task The_command_applies_nothing_of_a_list_that_is_empty_or_has_errors_unless_it_is_told_to(string rest, string says)
    {
        var app = await Prepared();
        var id = await Receive(app, "ella", hasEmail: true);
        var other = await Receive(app, "nils", hasEmail: true);
        await app.Settle();
        var before = (await app.Events("directory.")).Count;
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rest.Length == 0 ? "" : $$"""{"uid":"{{id}}"}""" + "\n" + rest);

        var refused = await Run($"reconcile {app.Connection} {file} --apply");
        var after = (await app.Events("directory.")).Count;
        var anyway = await Run($"reconcile {app.Connection} {file} --apply --anyway");
        File.Delete(file);

        Assert.That((refused.ExitCode, after), Is.EqualTo((1, before)));
        Assert.That(refused.Error, Does.Contain("Nothing was applied").And.Contain(says));
        Assert.That(System.Text.Json.Nodes.JsonNode.Parse(refused.Output)!["applied"], Is.Null);
        Assert.That((anyway.ExitCode, (long)anyway.Answer["applied"]!["told"]!), Is.EqualTo((0, rest.Length == 0 ? 2 : 1)));

        static Task<CommandOutcome> Run(string command) =>
            CommandOutcome.RunAsync(command, ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString));
    }

    [Test]
    public async Task It_finds_seeded_differences_of_each_class_and_a_mirror_is_right_after_they_were_applied()
    {
        var app = await Prepared();
        var ids = new Dictionary<string, string>();
        foreach (var name in (string[])["ella", "nils", "max", "anna", "dora", "held"])
            ids[name] = await Receive(app, name, hasEmail: name != "held");
        await app.Settle();
        var group = await app.Directory.Group("Design", ids["max"], ids["nils"]);
        await app.Directory.Patch($"/Users/{ids["anna"]}", """{"op":"Replace","path":"active","value":"False"}""");
        await app.Directory.Send("DELETE", $"/Users/{ids["dora"]}");
        await app.Settle();
        using var mirror = new MemoryMirror();
        await Apply(mirror, await app.Events("directory."));
        var before = await Rows(app);

        // What the app has lost, or has otherwise.
        var people = (await app.Users()).Values.ToDictionary(row => (string)row["user_name"]!);
        await ((IMirrorRows)mirror).RemoveUserAsync((Guid)people["max"]["id"]!, default);
        await Spoil(mirror, people["nils"], user => user with { DisplayName = "Nobody" });
        await Spoil(mirror, people["anna"], user => user with { Status = "active" });
        await Spoil(mirror, people["dora"], user => user with { Status = "active" });
        var list = $$"""
            {"uid":"{{ids["ella"]}}","userName":"ELLA","displayName":"ella","email":"ella@contoso.com"}
            {"uid":"{{ids["nils"]}}","displayName":"Nobody"}
            {"uid":"{{ids["anna"]}}","status":"active"}
            {"uid":"{{ids["dora"]}}"}
            {"uid":"{{ids["held"]}}"}
            {"appUserId":"4711","userName":"stranger"}
            {"uid":"{{ids["ella"]}}","appUserId":"twice"}
            {"userName":"nobody"}
            """;
        var (status, found) = await _server.Reconcile(app, list);

        Assert.That(
            (status, (string?)found["state"], (long)found["rowsRead"]!, (long)found["failed"]!),
            Is.EqualTo((201, "completed", 8, 2))
        );
        Assert.That(
            found["counts"]!.ToJsonString(),
            Is.EqualTo("""{"local":1,"unassigned":3,"assigned":2,"inactive":0,"missing":1,"differing":1,"stale":0,"notLogged":0}""")
        );
        var differences = await app.Differences(found);
        Assert.That(
            differences.Select(d => $"{d["class"]} {d["name"]} {d["reason"]} {d["line"]}"),
            Is.EqualTo(
                new[]
                {
                    "local stranger  6",
                    "unassigned anna identity_provider 3",
                    "unassigned dora deleted_by_identity_provider 4",
                    "unassigned  not_released 5",
                    "missing max  ",
                    "differing nils  2",
                }
            )
        );
        Assert.That(differences[^1]["attributes"]!.ToJsonString(), Is.EqualTo("""{"displayName":{"ours":"nils","theirs":"Nobody"}}"""));
        Assert.That(differences.Select(d => (string)d["repair"]!), Has.All.Length.GreaterThan(40));
        Assert.That(await app.Events("directory."), Has.Count.EqualTo(before.Events), "it is dry");

        var applied = await app.Admin(
            HttpMethod.Post,
            $"/reconciliations/{found["id"]}/apply",
            """{"classes":["unassigned","missing","differing"]}"""
        );

        Assert.That(applied!.ToJsonString(), Is.EqualTo("""{"told":4,"skipped":1}"""));
        var events = (await app.Events("directory.")).Skip(before.Events).ToList();
        Assert.That(events.Select(e => (string)e["cause"]!["kind"]!), Is.All.EqualTo("reconciliation"));
        await Apply(mirror, events);
        foreach (var row in people.Values)
        {
            var (_, shown) = await _server.Send(HttpMethod.Get, $"/users/{row["id"]}");
            var kept = JsonSerializer.SerializeToNode(mirror.FindUser((Guid)row["id"]!), JsonSerializerOptions.Web)!;
            foreach (var name in (string[])["status", "userName", "displayName", "email", "uid", "version"])
                Assert.That($"{kept[name]}", Is.EqualTo($"{shown![name]}"), $"{name} of {row["user_name"]}");
        }
        Assert.That(mirror.MembersOf(Guid.Parse(group)), Has.Member((Guid)people["max"]["id"]!));
        Assert.That((await Rows(app)).Rows, Is.EqualTo(before.Rows), "what is released stays as it was");
        Assert.That((await app.Differences(found)).Count(d => d["toldAt"] is not null), Is.EqualTo(4));
        var again = await app.Admin(HttpMethod.Post, $"/reconciliations/{found["id"]}/apply", """{"classes":["missing"],"ids":[2,6]}""");
        Assert.That(again!.ToJsonString(), Is.EqualTo("""{"told":0,"skipped":3}"""));
        Assert.That(await _server.Audited("directory.reconciliation_applied"), Has.Member((string)found["id"]!));
    }

    [Test]
    public async Task Without_a_list_it_finds_who_was_not_asked_for_in_the_last_full_run()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var users = await app.Directory.Users(6);
        await _server.EndRun(app.Directory, 6);
        Assert.That((long)(await _server.Reconcile(app)).Body["counts"]!["stale"]!, Is.Zero, "there was no full run yet");
        for (var i = 0; i < 5; i++)
            await app.Directory.Find("/Users", $"userName eq \"u{i}\"");
        Assert.That((string?)(await _server.EndRun(app.Directory, 11))["kind"], Is.EqualTo("full"));
        await app.Directory.Ask<long>(
            """
            WITH old AS (UPDATE resources SET modified_at = modified_at - interval '1 hour' WHERE connection_id = $1 RETURNING 1)
            SELECT count(*) FROM old
            """
        );
        await app.Settle();

        var (_, found) = await _server.Reconcile(app);

        Assert.That(((bool)found["hasList"]!, (long)found["counts"]!["stale"]!), Is.EqualTo((false, 1L)), $"{found}");
        var stale = (await app.Differences(found)).Single();
        Assert.That(((string?)stale["name"], (string?)stale["resourceId"]), Is.EqualTo(("u5", users[5])));
        Assert.That((string?)found["fullRunId"], Is.EqualTo((string?)(await _server.Runs(app.Directory))[0]["id"]));
        var (_, list) = await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/reconciliations");
        Assert.That((string?)list!["data"]![0]!["id"], Is.EqualTo((string?)found["id"]));

        // Who differs and is stale is told once.
        var (_, both) = await _server.Reconcile(app, $$"""{"uid":"{{users[5]}}","displayName":"Other"}""");
        var apply = $"/reconciliations/{both["id"]}/apply";
        Assert.That((await app.Differences(both)).Count(d => (string?)d["name"] == "u5"), Is.EqualTo(2), $"{both}");
        Assert.That((long)(await app.Admin(HttpMethod.Post, apply, """{"classes":["differing"]}"""))!["told"]!, Is.EqualTo(1));
        Assert.That((long)(await app.Admin(HttpMethod.Post, apply, """{"classes":["stale"]}"""))!["told"]!, Is.Zero);
    }

    [Test]
    public async Task One_runs_at_a_time_and_shows_nothing_before_its_end()
    {
        var app = await Prepared();
        var running = Guid.CreateVersion7(_server.Clock.GetUtcNow());
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO reconciliations (connection_id, id, organization_id, request_id, state, has_list, created_at)
            SELECT id, '{running}', organization_id, 'r', 'running', true, now() FROM connections WHERE id = '{app.Connection}';
            INSERT INTO reconciliation_differences (connection_id, reconciliation_id, number, organization_id, class)
            SELECT connection_id, id, 1, organization_id, 'local' FROM reconciliations WHERE id = '{running}'
            """,
            PostgresFixture.ConnectionString
        );

        var (status, problem) = await _server.Reconcile(app);

        Assert.That((status, (string?)problem["code"]), Is.EqualTo((409, "reconciliation_running")), $"{problem}");
        var found = await app.Admin(HttpMethod.Get, $"/reconciliations/{running}/differences");
        Assert.That(found!["data"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Imported_people_are_local_until_the_identity_provider_sends_them()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await _server.Imported(app, """{"uid":"1","appUserId":"a1","userName":"ella"}""" + "\n" + """{"uid":"2","userName":"nils"}""");

        var (_, found) = await _server.Reconcile(app, "appUserId,status\na1,inactive\n", "text/csv");

        var differences = await app.Differences(found);
        Assert.That(
            differences.Select(d => $"{d["class"]} {d["name"]} {d["reason"]}"),
            Is.EqualTo(new[] { "local ella imported", "missing nils imported" })
        );
    }

    [Test]
    public async Task An_id_or_a_status_that_the_application_has_otherwise_is_a_difference()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        await app.Settle();

        var (_, found) = await _server.Reconcile(app, $"uid,appUserId,status\n{ella},4711,inactive\n", "text/csv");

        Assert.That(
            (await app.Differences(found, "?class=differing")).Single()["attributes"]!.ToJsonString(),
            Is.EqualTo("""{"status":{"ours":"active","theirs":"inactive"},"appUserId":{"ours":null,"theirs":"4711"}}""")
        );
    }

    [TestCase("""{"classes":[]}""", "classes")]
    [TestCase("""{}""", "classes")]
    [TestCase("""{"classes":["local"]}""", "classes")]
    [TestCase("""{"classes":["everything"]}""", "classes")]
    public async Task An_application_that_names_nothing_or_what_cannot_be_told_is_refused(string body, string field)
    {
        var app = await AppView.CreateAsync(_server);
        var (_, found) = await _server.Reconcile(app);

        var path = $"/connections/{app.Connection}/reconciliations/{found["id"]}/apply";
        var (status, problem) = await _server.Send(HttpMethod.Post, path, body);

        Assert.That(status, Is.EqualTo(400), $"{problem}");
        Assert.That(problem!["errors"]![field], Is.Not.Null, $"{problem}");
    }

    [TestCase("name\nella", "text/csv", 201, "one of them uid or appUserId")]
    [TestCase("[]", "application/json", 415, "Send application/x-ndjson or text/csv")]
    public async Task A_list_that_cannot_be_read_compares_nothing(string list, string type, int expected, string says)
    {
        var app = await AppView.CreateAsync(_server);

        var (status, answer) = await _server.Reconcile(app, list, type);

        Assert.That(status, Is.EqualTo(expected));
        Assert.That(answer.ToJsonString(), Does.Contain(says));
        Assert.That(answer["counts"], Is.Null);
        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM reconciliation_rows WHERE connection_id = $1"), Is.Zero);
    }

    [Test]
    public async Task Nothing_of_it_is_there_for_the_keys_of_other_organizations_and_of_applications()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var id = await _server.Create($"/organizations/{ours}/connections", """{"name":"Test"}""");
        using var stranger = await _server.AdminOf(theirs);
        using var app = await _server.App(ours);
        var (status, found) = await _server.Send(HttpMethod.Post, $"/connections/{id}/reconciliations");
        Assert.That(status, Is.EqualTo(201), $"{found}");

        var one = $"/connections/{id}/reconciliations/{found!["id"]}";
        foreach (
            var (method, path) in ((string, string)[])
                [
                    ("POST", $"/connections/{id}/reconciliations"),
                    ("GET", $"/connections/{id}/reconciliations"),
                    ("GET", one),
                    ("GET", one + "/differences"),
                    ("POST", one + "/apply"),
                ]
        )
        {
            var json = path.EndsWith("apply", StringComparison.Ordinal) ? """{"classes":["missing"]}""" : null;
            Assert.That((await stranger.Call(method, path, json)).Status, Is.EqualTo(404), path);
            Assert.That((await app.Call(method, path, json)).Status, Is.EqualTo(403), path);
        }
        // Of another connection it is not there either.
        var (_, other) = await _server.Send(HttpMethod.Post, "/connections", """{"name":"Other"}""");
        var (missing, _) = await _server.Send(HttpMethod.Get, $"/connections/{other!["id"]}/reconciliations/{found["id"]}");
        Assert.That(missing, Is.EqualTo(404));
    }

    async Task<AppView> Prepared()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", HoldsWithoutEmail);
        await app.Enable();
        return app;
    }

    static Task<string> Receive(AppView app, string name, bool hasEmail) =>
        app.Directory.Create("/Users", $$"""{"userName":"{{name}}","displayName":"{{name}}"{{(hasEmail ? Emails(name) : "")}}}""");

    static string Emails(string name) => $$""","emails":[{"value":"{{name}}@contoso.com"}]""";

    static async Task<(int Events, string Rows)> Rows(AppView app) =>
        (
            (await app.Events("directory.")).Count,
            await app.Directory.Ask<string>("SELECT jsonb_agg(u ORDER BY id)::text FROM directory_users u WHERE connection_id = $1")
        );

    static async Task Apply(MemoryMirror mirror, IEnumerable<JsonObject> events)
    {
        foreach (var e in events)
            await ClientMirror.ApplyAsync(mirror, e.Deserialize<DirectoryEvent>(JsonSerializerOptions.Web)!, default);
    }

    static async Task Spoil(IMirrorRows mirror, JsonObject row, Func<DirectoryUser, DirectoryUser> change)
    {
        var kept = (await mirror.FindUserAsync((Guid)row["id"]!, default))!;
        await mirror.PutAsync(kept with { Json = JsonSerializer.Serialize(change(kept.ToUser()), JsonSerializerOptions.Web) }, default);
    }
}
