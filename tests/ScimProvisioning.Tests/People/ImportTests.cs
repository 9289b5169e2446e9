extern alias compliance;
using System.Text;
using System.Text.Json.Nodes;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Compliance;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>The application's own users as files.</summary>
[TestFixture, Parallelizable]
sealed class ImportTests
{
    const string Csv = "text/csv";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T19_of_100_imported_people_100_are_linked_and_none_is_created()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", """{"uid":["userName"]}""");
        using var entra = Play.Against(app.Directory, size: new(110, 4, 100));
        // Those who are disabled go first, since Entra creates none of them.
        foreach (var surplus in entra.Tenant.Users.Values.OrderBy(user => !user.IsSoftDeleted).SkipLast(100).ToList())
            entra.Tenant.Purge(surplus);
        var names = entra.Tenant.Users.Values.Select(user => AttributeMapping.UserName(user.UserPrincipalName));
        var rows = names.Select((name, i) => $"\"{name.ToUpperInvariant()}\",{i},old{i}");
        Assert.That(await _server.Imported(app, "uid,appUserId,userName\n" + string.Join('\n', rows), Csv), Is.EqualTo((100, 0, 0)));
        var before = (await app.Users()).Keys.ToHashSet();
        await entra.Simulation.ProvisionAsync(CancellationToken.None);
        Assert.That(entra.Simulation.Job.Figures[Count.UsersCreated], Is.EqualTo(100));

        var counts = (await app.Admin(HttpMethod.Post, "/preview"))!["counts"]!;
        await app.Enable();

        Assert.That(((int)counts["created"]!, (int)counts["linked"]!), Is.EqualTo((0, 100)));
        var after = await app.Users();
        Assert.That(after.Keys, Is.EquivalentTo(before));
        Assert.That(after.Values.Select(user => (bool)user["is_linked"]!), Is.All.True);
        Assert.That(after.Values.Select(user => (string?)user["app_user_id"]), Has.None.Null);
        Assert.That(await app.Events("directory.user.created"), Has.Count.EqualTo(100));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_csv_file_sets_attributes_and_local_data()
    {
        var app = await AppView.CreateAsync(_server);

        var counts = await _server.Imported(
            app,
            "\ufeffuid,appUserId,userName,displayName,status,localAttributes.shoeSize\r\n"
                + "1,a1,ella,\"Berg, \"\"El\"\"\nElla\",inactive,38\r\n\r\n2,,nils,,,\r\n",
            Csv
        );

        Assert.That(counts, Is.EqualTo((2, 0, 0)));
        var ella = await _server.Person(app, "&uid=1");
        Assert.That(((string?)ella["displayName"], (string?)ella["status"]), Is.EqualTo(("Berg, \"El\"\nElla", "inactive")));
        Assert.That(ella["localAttributes"]!.ToJsonString(), Is.EqualTo("""{"shoeSize":"38"}"""));
        Assert.That(ella["managedAttributes"]!.AsArray(), Is.Empty);
        await app.AssertMirrored();
    }

    [TestCase("users.csv", "uid,userName\n1,ella\n,nils\n", 0, "")]
    [TestCase("users.csv", "uid,shoe\n1,38\n", 1, "No row was imported")]
    [TestCase("users.csv", "uid;userName\n1;ella\n", 1, "No row was imported")]
    [TestCase("users.txt", "uid,userName\n1,ella\n", 1, "only a file whose name ends with .csv is read as CSV")]
    [TestCase("users.csv", "uid,userName\n1,ella\n2,\"nils\n", 1, "No row was imported")]
    public async Task The_command_ends_with_1_when_the_import_has_failed_or_no_row_was_imported(
        string name,
        string file,
        int exitCode,
        string error
    )
    {
        var app = await AppView.CreateAsync(_server);
        var folder = System.IO.Directory.CreateTempSubdirectory("import").FullName;
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, file);

        var outcome = await CommandOutcome.RunAsync(
            $"import {app.Connection} {path}",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString)
        );

        System.IO.Directory.Delete(folder, recursive: true);
        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.Error + outcome.Output);
        Assert.That(outcome.Error, Does.Contain(error));
        Assert.That(JsonNode.Parse(outcome.Output)!["errors"]!.AsArray(), Is.Not.Empty);
    }

    [TestCase("uid;userName\n1;ella", "Found ';': save the file with commas.")]
    [TestCase("id,userName,ella@contoso.com\n1,ella,x", "Found: id, userName.")]
    public async Task A_header_without_a_uid_is_answered_with_what_was_found(string file, string found)
    {
        var (_, import) = await _server.Import(await AppView.CreateAsync(_server), file, Csv);

        Assert.That((string?)import["errors"]![0]!["message"], Does.EndWith(found));
    }

    [Test]
    public async Task Of_an_import_whose_server_was_killed_the_rest_is_imported_when_the_file_is_sent_again()
    {
        const int Rows = 20_000;
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Enable();
        var file = string.Join('\n', Enumerable.Range(0, Rows).Select(i => $$"""{"uid":"{{Uid(i)}}","userName":"user{{i}}"}"""));

        using (var killed = ServerProcess.StartOn(database))
        {
            using var admin = new HttpClient { BaseAddress = await killed.ListensOnAsync() };
            admin.DefaultRequestHeaders.Authorization = new("Bearer", ScimServer.AdminKey);
            using var body = new StringContent(file, Encoding.UTF8, "application/x-ndjson");
            var import = admin.PostAsync(new Uri($"/api/v1/connections/{app.Connection}/imports", UriKind.Relative), body);
            await Wait.UntilAsync(
                () => app.Directory.Ask<bool>("SELECT EXISTS (SELECT FROM directory_imports WHERE connection_id = $1 AND rows_read > 0)"),
                "the first rows are imported"
            );
            await killed.KillAsync();
            Assert.That(async () => await import, Throws.InstanceOf<HttpRequestException>());
        }
        await PostgresFixture.ExecuteAsync("UPDATE directory_imports SET saved_at = saved_at - interval '6 minutes'", database);
        var stopped = (await app.Admin(HttpMethod.Get, "/imports"))!["data"]![0]!;
        var already = (int)stopped["created"]!;
        var counts = await here.Imported(app, file);

        Assert.That((string?)stopped["state"], Is.EqualTo("failed"));
        Assert.That((string?)stopped["errors"]![0]!["message"], Does.StartWith("The server was stopped"));
        Assert.That(counts, Is.EqualTo((Rows - already, 0, 0)));
        Assert.That(await app.Events("directory.user.created"), Has.Count.EqualTo(Rows));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_row_that_fails_is_reported_with_its_line_and_the_others_are_imported()
    {
        var app = await AppView.CreateAsync(_server);

        var (status, import) = await _server.Import(
            app,
            """
            {"uid":"1","userName":"ella"}
            {"userName":"nobody"}

            no json
            {"uid":"2","shoeSize":3}
            {"uid":"3","userName":"nils"}
            """
        );

        Assert.That((status, (string?)import["state"]), Is.EqualTo((201, "completed")));
        Assert.That(((long)import["rowsRead"]!, (long)import["created"]!, (long)import["failed"]!), Is.EqualTo((5, 2, 3)));
        Assert.That(
            import["errors"]!.AsArray().Select(error => ((long)error!["line"]!, (string?)error["field"])),
            Is.EqualTo(new (long, string?)[] { (2, "uid"), (4, null), (5, "shoeSize") })
        );
        var read = await app.Admin(HttpMethod.Get, $"/imports/{import["id"]}");
        Assert.That(read!.ToJsonString(), Is.EqualTo(import.ToJsonString()));
    }

    [TestCase(5_000)]
    [TestCase(100_000, Explicit = true, Reason = "Takes half a minute.")]
    public async Task A_long_file_is_imported_in_batches(int rows)
    {
        var app = await AppView.CreateAsync(_server);
        var file = new System.Text.StringBuilder("uid,appUserId,userName,email,displayName\n");
        for (var i = 0; i < rows; i++)
            file.Append($"{Uid(i)},{i},user{i},user{i}@contoso.com,\"User, number {i}\"\n");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.That(await _server.Imported(app, file.ToString(), Csv), Is.EqualTo((rows, 0, 0)));

        await TestContext.Out.WriteLineAsync($"{rows} rows: {watch.Elapsed}; {Environment.WorkingSet / 1024 / 1024} MB in the process");
        Assert.That(
            (await _server.Person(app, $"&appUserId={rows - 1}"))["displayName"]!.ToString(),
            Is.EqualTo($"User, number {rows - 1}")
        );
    }

    [Test]
    public async Task With_all_or_nothing_one_wrong_row_keeps_everything_out()
    {
        var app = await AppView.CreateAsync(_server);
        var good = string.Join('\n', Enumerable.Range(0, 1_200).Select(i => $$"""{"uid":"{{i}}"}"""));

        var (_, refused) = await _server.Import(app, good + "\n{}", query: "?allOrNothing=true");
        Assert.That(((string?)refused["state"], (long)refused["failed"]!, (long)refused["created"]!), Is.EqualTo(("failed", 1, 0)));
        Assert.That(await app.Users(), Is.Empty);

        var (_, taken) = await _server.Import(app, good, query: "?allOrNothing=true");
        Assert.That(((string?)taken["state"], (long)taken["created"]!), Is.EqualTo(("completed", 1_200)));
        Assert.That(await app.Users(), Has.Count.EqualTo(1_200));
    }

    [Test]
    public async Task A_file_that_is_sent_again_changes_nothing_twice()
    {
        var app = await AppView.CreateAsync(_server);
        var file = string.Join('\n', Enumerable.Range(0, 1_100).Select(i => $$"""{"uid":"{{i % 1_000}}","appUserId":"a{{i % 1_000}}"}"""));

        Assert.That(await _server.Imported(app, file), Is.EqualTo((1_000, 0, 0)));
        Assert.That(await _server.Imported(app, file), Is.EqualTo((0, 0, 0)));

        Assert.That(await app.Events("directory."), Has.Count.EqualTo(1_000));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_row_of_a_synced_person_changes_what_is_not_managed_alone()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        await app.Settle();

        Assert.That(
            await _server.Imported(app, $$"""{"uid":"{{ella}}","appUserId":"4711","userName":"other","status":"inactive"}"""),
            Is.EqualTo((0, 1, 0))
        );

        var shown = await _server.Person(app);
        Assert.That(
            ((string?)shown["userName"], (string?)shown["status"], (string?)shown["appUserId"]),
            Is.EqualTo(("ella", "active", "4711"))
        );
        await app.AssertMirrored();
    }

    [TestCase("", "empty")]
    [TestCase("name,mail\n1,2", "uid")]
    [TestCase("uid,uid\n1,2", "twice")]
    [TestCase("uid,\n1,2", "no name")]
    [TestCase("uid,userName\n1,\"ella", "no closing quotation mark")]
    [TestCase("uid,userName\n1,el\"la", "quotation mark within")]
    [TestCase("uid,userName\n1,\"el\"la", "comma or a new line")]
    public async Task A_csv_file_that_cannot_be_read_fails_and_says_where(string file, string says)
    {
        var app = await AppView.CreateAsync(_server);

        var (status, import) = await _server.Import(app, file, Csv);

        Assert.That((status, (string?)import["state"]), Is.EqualTo((201, "failed")));
        Assert.That((string?)import["errors"]![0]!["message"], Does.Contain(says));
        Assert.That(await app.Users(), Is.Empty);
    }

    [Test]
    public async Task A_row_that_is_too_long_fails_and_the_next_one_is_read()
    {
        var app = await AppView.CreateAsync(_server);
        var longest = $$"""{"uid":"1","displayName":"{{new string('x', 300_000)}}"}""";

        Assert.That(await _server.Imported(app, longest + "\n{\"uid\":\"2\"}"), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public async Task A_file_of_another_type_is_refused()
    {
        var app = await AppView.CreateAsync(_server);

        var (status, problem) = await _server.Import(app, "[]", "application/json");

        Assert.That((status, (string?)problem["detail"]), Is.EqualTo((415, "Send application/x-ndjson or text/csv, in UTF-8.")));
    }

    [Test]
    public async Task Imports_are_listed_and_stand_in_the_audit_log()
    {
        var app = await AppView.CreateAsync(_server);
        var (_, import) = await _server.Import(app, """{"uid":"1"}""");

        var list = await app.Admin(HttpMethod.Get, "/imports");

        Assert.That(list!["data"]!.AsArray().Select(item => (string)item!["id"]!), Is.EqualTo(new[] { (string)import["id"]! }));
        Assert.That(await _server.Audited("directory.import_started"), Has.Member((string)import["id"]!));
    }

    static string Uid(int i) => $"00000000-0000-7000-8000-{i:D12}";
}
