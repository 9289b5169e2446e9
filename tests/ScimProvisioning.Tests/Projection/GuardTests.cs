using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Tests.Faults;
using ScimProvisioning.Tests.Rules;

namespace ScimProvisioning.Tests.Projection;

/// <summary>When very many people leave at once, the guard holds them until somebody decides.</summary>
[TestFixture, Parallelizable]
sealed class GuardTests
{
    const string Inactive = """{"op":"replace","path":"active","value":false}""";
    const string Active = """{"op":"replace","path":"active","value":true}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Of_20_people_8_who_leave_at_once_are_held_and_it_is_told_once()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        Assert.That(await Told(app), Is.EqualTo(new[] { "connection.guard_triggered" }));
        Assert.That((await app.Users()).Values.Select(user => (string?)user["status"]), Is.All.EqualTo("active"));
        var guard = await Guard(app);
        Assert.That(
            (
                (string?)guard["state"],
                (long)guard["held"]!,
                (long)guard["heldInWindow"]!,
                (long)guard["leftInWindow"]!,
                (long)guard["active"]!
            ),
            Is.EqualTo(("holding", 8, 8, 0, 20))
        );
        Assert.That((DateTimeOffset?)guard["since"], Is.Not.Null);
        var told = (await app.Events("connection.guard_"))[^1]["data"]!["guard"]!;
        Assert.That(((long)told["leaving"]!, (long)told["active"]!, (bool)told["isReminder"]!), Is.EqualTo((8, 20, false)));
        // A transaction of another test may have let through one of them first.
        Assert.That((long)told["held"]!, Is.InRange(1, 8));
    }

    [Test]
    public async Task Whoever_is_held_signs_in_is_listed_as_a_problem_and_found_by_a_preview()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        var (_, resolved) = await _server.Send(HttpMethod.Get, $"/resolve?connectionId={app.Connection}&userName=u0");
        var problems = (await app.Admin(HttpMethod.Get, "/problems?kind=held_by_guard"))!["data"]!.AsArray();
        var people = (await app.Admin(HttpMethod.Get, "/people?standing=held"))!["data"]!.AsArray();
        var preview = (await app.Admin(HttpMethod.Post, "/preview"))!["counts"]!;

        Assert.That(((string?)resolved!["user"]!["status"], (string?)resolved["reason"]), Is.EqualTo(("active", (string?)null)));
        Assert.That(problems.Select(problem => (string?)problem!["resourceId"]), Is.EquivalentTo(users[..8]));
        Assert.That(people.Select(person => (string?)person!["received"]!["id"]), Is.EquivalentTo(users[..8]));
        Assert.That(((int)preview["held"]!, (int)preview["deactivated"]!), Is.EqualTo((8, 0)));
    }

    [Test]
    public async Task Whom_the_identity_provider_brings_back_is_free_and_the_application_hears_nothing()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        await Task.WhenAll(users[..8].Select(user => app.Directory.Patch($"/Users/{user}", Active)));
        await app.Settle();

        Assert.That(await Told(app), Is.EqualTo(new[] { "connection.guard_triggered" }));
        Assert.That(((string?)(await Guard(app))["state"], (long)(await Guard(app))["held"]!), Is.EqualTo(("watching", 0)));
        Assert.That((await app.Admin(HttpMethod.Get, "/problems"))!["data"]!.AsArray(), Is.Empty);
        await AssertAsWithoutGuard(app);
    }

    [Test]
    public async Task Once_approved_each_is_told_once_and_who_leaves_later_is_counted_anew()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        var approved = await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();
        var again = await app.Admin(HttpMethod.Post, "/guard/approve");

        Assert.That(((long)approved!["approved"]!, (long)again!["approved"]!), Is.EqualTo((8, 0)));
        Assert.That((await Told(app)).Count(type => type == "directory.user.deactivated"), Is.EqualTo(8));
        Assert.That((await app.Events("directory.user.deactivated")).Select(e => (string?)e["cause"]!["kind"]), Is.All.EqualTo("admin"));
        await AssertAsWithoutGuard(app);

        await Leave(app, users[8..9]);
        Assert.That((await Told(app)).Count(type => type == "directory.user.deactivated"), Is.EqualTo(9));
        await Leave(app, users[9..15]);
        Assert.That((await Told(app)).Count(type => type == "directory.user.deactivated"), Is.EqualTo(9));
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(6));
    }

    [Test]
    public async Task Whom_it_would_begin_to_hold_a_preview_counts_as_held()
    {
        var (app, users) = await Team();
        await using (await app.HoldHorizon())
        {
            foreach (var user in users[..3])
                await app.Directory.Patch($"/Users/{user}", Inactive);
            Assert.That(await Preview(), Is.EqualTo((0, 3)));
            foreach (var user in users[3..8])
                await app.Directory.Patch($"/Users/{user}", Inactive);
            Assert.That(await Preview(), Is.EqualTo((8, 0)));
        }
        await app.Settle();
        Assert.That(await Preview(), Is.EqualTo((8, 0)));

        async Task<(int Held, int Deactivated)> Preview()
        {
            var counts = (await app.Admin(HttpMethod.Post, "/preview"))!["counts"]!;
            return ((int)counts["held"]!, (int)counts["deactivated"]!);
        }
    }

    [Test]
    public async Task An_approval_of_very_many_lets_all_of_them_go()
    {
        var app = await HoldsVeryMany();

        Assert.That((long)(await app.Admin(HttpMethod.Post, "/guard/approve"))!["approved"]!, Is.EqualTo(GuardHolds.AtOnce + 5));
        Assert.That(((string?)(await Guard(app))["state"], (long)(await Guard(app))["held"]!), Is.EqualTo(("watching", 0)));
        Assert.That((long)(await app.Admin(HttpMethod.Post, "/guard/approve"))!["approved"]!, Is.Zero);
        Assert.That((await Admin.AdminCalls.Told(app.Connection)).Count(type => type == "connection.guard_approved"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_approval_that_breaks_off_half_way_is_finished_by_another()
    {
        var app = await HoldsVeryMany();
        await using var last = new Npgsql.NpgsqlConnection(PostgresFixture.ConnectionString);
        await last.OpenAsync();
        await using (
            var hold = new Npgsql.NpgsqlCommand(
                $"""
                BEGIN; SELECT FROM guard_holds WHERE connection_id = '{app.Connection}' ORDER BY since DESC LIMIT 1 FOR UPDATE
                """,
                last
            )
        )
            await hold.ExecuteNonQueryAsync();

        // It waits ten seconds for the row of the second part.
        var (status, _) = await _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/guard/approve");
        var between = await Guard(app);
        await last.CloseAsync();

        Assert.That(status, Is.EqualTo(503));
        Assert.That(((string?)between["state"], (long)between["held"]!), Is.EqualTo(("holding", 5)));
        Assert.That((long)(await app.Admin(HttpMethod.Post, "/guard/approve"))!["approved"]!, Is.EqualTo(5));
        Assert.That(((string?)(await Guard(app))["state"], (long)(await Guard(app))["held"]!), Is.EqualTo(("watching", 0)));
    }

    [Test]
    public async Task Those_who_would_leave_are_listed_and_among_them_whom_the_identity_provider_has_deleted()
    {
        var (app, users) = await Team();
        await using (await app.HoldHorizon())
        {
            foreach (var user in users[..4])
                await app.Directory.Patch($"/Users/{user}", Inactive);
            foreach (var user in users[4..8])
                await app.Directory.Send("DELETE", $"/Users/{user}");
        }
        await app.Settle();

        var leaving = await Leaving("");
        var some = await Leaving("&q=u3");
        var own = (await Guard(app))["held"]!;
        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();

        Assert.That((leaving.Length, (long)own), Is.EqualTo((8, 8)));
        Assert.That(leaving, Is.EquivalentTo(Enumerable.Range(0, 8).Select(i => $"u{i}")));
        Assert.That(some, Is.EqualTo(new[] { "u3" }));
        Assert.That(await Leaving(""), Is.Empty);

        async Task<string[]> Leaving(string more)
        {
            var (_, page) = await _server.Send(HttpMethod.Get, $"/users?connectionId={app.Connection}&heldByGuard=true{more}");
            return [.. page!["data"]!.AsArray().Select(user => (string)user!["userName"]!)];
        }
    }

    [Test]
    public async Task The_history_of_a_person_says_that_the_guard_holds_him()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);
        var held = await app.Admin(HttpMethod.Get, $"/users/{users[0]}/history");
        var free = await app.Admin(HttpMethod.Get, $"/users/{users[9]}/history");
        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();
        var gone = await app.Admin(HttpMethod.Get, $"/users/{users[0]}/history");

        Assert.That((held!["heldSince"] is null, free!["heldSince"] is null, gone!["heldSince"] is null), Is.EqualTo((false, true, true)));
    }

    [Test]
    public async Task Everything_else_goes_on_and_nothing_of_those_who_are_held()
    {
        var (app, users) = await Team();
        var group = await app.Directory.Group("Team", users[0], users[19]);
        await app.Settle();
        await Leave(app, users[..8]);
        var before = (await Told(app)).Length;

        await app.Directory.User("nils");
        await app.Directory.Patch($"/Users/{users[19]}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Directory.Patch($"/Users/{users[0]}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}""");
        await app.Settle();

        Assert.That((await Told(app))[before..], Is.EquivalentTo(new[] { "directory.user.created", "directory.user.updated" }));
        await app.AssertMirrored();
        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();
        await AssertAsWithoutGuard(app);
    }

    [Test]
    public async Task One_after_the_other_as_many_leave_as_the_guard_allows()
    {
        var (app, users) = await Team();
        foreach (var user in users[..8])
            await Leave(app, [user]);

        // A fifth of 20 is 4: the fifth would be more.
        Assert.That((await Told(app)).Count(type => type == "directory.user.deactivated"), Is.EqualTo(4));
        var guard = await Guard(app);
        Assert.That(((long)guard["leftInWindow"]!, (long)guard["heldInWindow"]!), Is.EqualTo((4, 4)));
    }

    [Test]
    public async Task Those_who_wait_in_the_queue_are_counted_before_the_first_is_let_go()
    {
        const int All = 1_200;
        var app = await AppView.CreateAsync(_server);
        await Many.UsersAsync(app, All);
        await app.Admin(HttpMethod.Put, "/guard", """{"share":0.5,"count":3}""");
        var users = await app.Directory.Ask<Guid[]>("SELECT array_agg(id ORDER BY id) FROM resources WHERE connection_id = $1");
        var group = await app.Directory.Group("Staff", [.. users.Select(id => id.ToString())]);
        await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"id":"{{group}}"}]}""");
        await app.Enable();

        // 700 leave, of whom one batch has 500: fewer than the half.
        var members = TestDirectory.Members([.. users[700..].Select(id => id.ToString())]);
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"replace","path":"members","value":{{members}}}""");
        await app.Settle();

        Assert.That(await app.Events("directory.user.deactivated"), Is.Empty);
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(700));
        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();
        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(700));
        await AssertAsWithoutGuard(app);
    }

    [Test]
    public async Task A_deletion_by_SCIM_is_held_and_a_user_who_is_created_again_is_the_same_person()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":3}""");
        await app.Enable();
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Create(app, i)));
        await app.Settle();
        var before = (await app.Users()).Keys.ToHashSet();
        await using (await app.HoldHorizon())
            foreach (var user in users[..8])
                await app.Directory.Send("DELETE", $"/Users/{user}");
        await app.Settle();
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(8));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Create(app, i)));
        await app.Settle();

        Assert.That((await app.Users()).Keys, Is.EquivalentTo(before));
        Assert.That((long)(await Guard(app))["held"]!, Is.Zero);
        Assert.That(await app.Events("directory.user.deleted"), Is.Empty);
        await AssertAsWithoutGuard(app);

        static Task<string> Create(AppView app, int i) =>
            app.Directory.Create("/Users", $$"""{"userName":"u{{i}}","externalId":"11111111-0000-4000-8000-{{i:d12}}"}""");
    }

    [Test]
    public async Task Once_the_last_of_those_whom_it_holds_is_purged_it_is_calm()
    {
        var (app, users) = await Team();
        await using (await app.HoldHorizon())
            foreach (var user in users[..6])
                await app.Directory.Send("DELETE", $"/Users/{user}");
        await app.Settle();
        Assert.That((string?)(await Guard(app))["state"], Is.EqualTo("holding"));

        foreach (var user in users[..6])
            await app.Admin(HttpMethod.Post, $"/resources/{user}/purge");

        Assert.That(await app.Directory.Ask<long>("SELECT count(triggered_at) FROM guards WHERE connection_id = $1"), Is.Zero);
    }

    [Test]
    public async Task A_rebuild_with_the_same_rules_lets_nobody_go()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        await app.Admin(HttpMethod.Post, "/disable");
        await app.Enable();
        await app.Admin(HttpMethod.Put, "/guard", """{"enabled":false}""");
        await app.Admin(HttpMethod.Post, "/disable");
        await app.Enable();

        Assert.That(await app.Events("directory.user.deactivated"), Is.Empty);
        Assert.That(((string?)(await Guard(app))["state"], (long)(await Guard(app))["held"]!), Is.EqualTo(("holding", 8)));
    }

    [Test]
    public async Task A_guard_that_is_switched_off_holds_nobody()
    {
        var (app, users) = await Team();
        await app.Admin(HttpMethod.Put, "/guard", """{"enabled":false}""");
        await Leave(app, users);

        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(20));
        Assert.That((string?)(await Guard(app))["state"], Is.EqualTo("off"));
    }

    [Test]
    public async Task Another_scope_is_what_an_admin_wants_and_lets_go_whom_it_leaves_out()
    {
        var (app, users) = await Team();
        var group = await app.Directory.Group("Staff", users[12..]);
        await Leave(app, users[..6]);
        await Leave(app, users[13..14]);

        await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"id":"{{group}}"}]}""");
        await app.Settle();

        Assert.That(
            (await app.Events("directory.user.deactivated")).Select(e => (string?)e["data"]!["user"]!["statusReason"]),
            Is.EqualTo(Enumerable.Repeat("out_of_scope", 12))
        );
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(1), "the one who was disabled and is in scope");
    }

    [Test]
    public async Task Leaving_the_group_of_the_scope_is_held()
    {
        var (app, users) = await Team();
        var group = await app.Directory.Group("Staff", users);
        await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"id":"{{group}}"}]}""");
        await app.Settle();

        await app.Directory.Send("DELETE", $"/Groups/{group}");
        await app.Settle();

        Assert.That(await app.Events("directory.user.deactivated"), Is.Empty);
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(20));
    }

    [TestCase("/disconnect")]
    [TestCase("?users=deactivate")]
    public async Task After_the_end_of_a_connection_nobody_is_held(string end)
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        await app.Admin(end[0] == '?' ? HttpMethod.Delete : HttpMethod.Post, end);
        await app.Settle();

        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM guard_holds WHERE connection_id = $1"), Is.Zero);
        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(end[0] == '?' ? 20 : 0));
    }

    [Test]
    public async Task After_the_end_of_a_connection_very_many_are_forgotten_part_by_part()
    {
        var (app, _) = await Team();
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO guard_holds (connection_id, organization_id, person_id, resource_id, since)
            SELECT id, organization_id, gen_random_uuid(), gen_random_uuid(), now()
            FROM connections, generate_series(1, 10005) WHERE id = '{app.Connection}';
            INSERT INTO directory_problems (connection_id, organization_id, since, resource_id, kind, attribute, message, holds)
            SELECT connection_id, organization_id, since, resource_id, 'held_by_guard', '', '', true FROM guard_holds
            WHERE connection_id = '{app.Connection}'
            """,
            PostgresFixture.ConnectionString
        );

        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();

        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM guard_holds WHERE connection_id = $1"), Is.Zero);
        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM directory_problems WHERE connection_id = $1"), Is.Zero);
        Assert.That((await app.Events("connection.disconnected")).Count, Is.EqualTo(1));
        Assert.That(await app.Events("directory.user.deactivated"), Is.Empty);
    }

    [Test]
    public async Task The_first_load_is_not_held()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(10);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":1}""");
        foreach (var user in users[..6])
            await app.Directory.Patch($"/Users/{user}", Inactive);
        await People.AppCalls.Import(_server, app, string.Join('\n', users.Select(id => $$"""{"uid":"{{id}}"}""")));

        await app.Enable();

        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(6));
        Assert.That((long)(await Guard(app))["held"]!, Is.Zero);
    }

    [Test]
    public async Task Within_the_window_only_and_told_again_each_day()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var app = await AppView.CreateAsync(server, database);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":3}""");
        await app.Enable();
        var users = await app.Directory.Users(20);
        await app.Settle();
        foreach (var user in users[..8])
            await Leave(app, [user]);
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(4));
        var reminders = server.Services.GetRequiredService<GuardReminders>();
        await reminders.RunIfDueAsync(default);

        server.Clock.Advance(TimeSpan.FromMinutes(61));
        await Leave(app, users[8..9]);
        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(5));
        server.Clock.Advance(TimeSpan.FromHours(23));
        await reminders.RunIfDueAsync(default);
        await reminders.RunIfDueAsync(default);

        var told = await app.Events("connection.guard_triggered");
        Assert.That(told.Select(e => (bool)e["data"]!["guard"]!["isReminder"]!), Is.EqualTo(new[] { false, true }));
        Assert.That((long)told[1]["data"]!["guard"]!["held"]!, Is.EqualTo(4));
        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(5), "nobody is let go because time passes");
    }

    [Test]
    public async Task Whoever_is_held_keeps_the_uid_until_he_is_let_go()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", """{"uid":["externalId"],"attributes":[{"name":"userName","paths":["userName"]}]}""");
        await app.Admin(HttpMethod.Put, "/guard", """{"count":3}""");
        await app.Enable();
        var users = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => app.Directory.Create("/Users", $$"""{"userName":"u{{i}}","externalId":"e{{i}}"}"""))
        );
        await app.Settle();
        string newcomer;
        await using (await app.HoldHorizon())
        {
            foreach (var user in users[..8])
                await app.Directory.Patch($"/Users/{user}", Inactive);
            await app.Directory.Patch($"/Users/{users[0]}", """{"op":"replace","path":"externalId","value":"other"}""");
            newcomer = await app.Directory.Create("/Users", """{"userName":"newcomer","externalId":"e0"}""");
        }
        await app.Settle();

        var (_, resolved) = await _server.Send(HttpMethod.Get, $"/resolve?connectionId={app.Connection}&uid=e0");
        Assert.That((string?)resolved!["user"]!["userName"], Is.EqualTo("u0"));
        var problem = (await app.Admin(HttpMethod.Get, "/problems?kind=duplicate_uid"))!["data"]!.AsArray().Single()!;
        Assert.That((string?)problem["resourceId"], Is.EqualTo(newcomer));

        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();

        (_, resolved) = await _server.Send(HttpMethod.Get, $"/resolve?connectionId={app.Connection}&uid=e0");
        Assert.That((string?)resolved!["user"]!["userName"], Is.EqualTo("newcomer"));
        await AssertAsWithoutGuard(app);
    }

    [Test]
    public async Task Members_who_leave_the_group_of_the_scope_in_many_requests_are_counted_together()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":550}""");
        var users = await app.Directory.Users(620);
        var group = await app.Directory.Group("Staff", users);
        await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"id":"{{group}}"}]}""");
        await app.Enable();
        await app.Settle();
        await using (await app.HoldHorizon())
            foreach (var part in users[..600].Chunk(100))
            {
                var values = string.Join(',', part.Select(id => $$"""{"value":"{{id}}"}"""));
                await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members","value":[{{values}}]}""");
            }
        await app.Settle();

        // One batch alone would let 500 of them go.
        Assert.That(await app.Events("directory.user.deactivated"), Is.Empty);
        Assert.That((long)(await Guard(app))["held"]!, Is.EqualTo(600));
    }

    [Test]
    public async Task The_command_shows_whom_it_holds_and_lets_them_go()
    {
        var (app, users) = await Team();
        await Leave(app, users[..8]);

        var shown = await Run($"guard {app.Connection}");
        var approved = await Run($"guard {app.Connection} --approve");
        await app.Settle();

        Assert.That(((string?)shown["state"], (long)approved["approved"]!), Is.EqualTo(("holding", 8)));
        Assert.That(await app.Events("directory.user.deactivated"), Has.Count.EqualTo(8));
        Assert.That(
            (await Admin.AdminCalls.Told(app.Connection)).TakeLast(2),
            Is.EqualTo(new[] { "connection.enabled", "connection.guard_approved" })
        );

        static async Task<JsonNode> Run(string command) =>
            (await Admin.CommandOutcome.RunAsync(command, ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString))).Answer;
    }

    [TestCase("""{"share":1.5}""", "share")]
    [TestCase("""{"count":-1}""", "count")]
    [TestCase("""{"windowMinutes":0}""", "windowMinutes")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string json, string field)
    {
        var app = await AppView.CreateAsync(_server);
        var before = (await Guard(app)).ToJsonString();

        var (status, problem) = await _server.Send(HttpMethod.Put, $"/connections/{app.Connection}/guard", json);

        Assert.That((status, problem!["errors"]![field] is not null), Is.EqualTo((400, true)), $"{problem}");
        Assert.That((await Guard(app)).ToJsonString(), Is.EqualTo(before));
    }

    [Test]
    public async Task Whatever_comes_in_whatever_order_it_ends_as_without_a_guard()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":0,"share":0.05}""");
        await app.Enable();
        var random = FaultRounds.Random;
        var directory = new RandomDirectory(random);
        for (var i = 0; i < 250; i++)
        {
            await directory.ChangeAsync(app.Directory);
            if (random.Next(40) == 0)
                await app.Admin(HttpMethod.Post, "/guard/approve");
            if (random.Next(100) == 0)
                await app.Admin(HttpMethod.Post, "/disable");
            if (random.Next(10) == 0)
                await app.Admin(HttpMethod.Post, "/enable");
        }
        await app.Admin(HttpMethod.Post, "/enable");
        await app.Settle();
        await app.AssertMirrored();

        await app.Admin(HttpMethod.Post, "/guard/approve");
        await app.Settle();
        await AssertAsWithoutGuard(app);
    }

    /// <summary>20 people, of whom no more than 3 and a fifth may leave at once.</summary>
    async Task<(AppView App, string[] Users)> Team()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":3}""");
        await app.Enable();
        var users = await app.Directory.Users(20);
        await app.Settle();
        return (app, users);
    }

    /// <summary>More are held than are approved at once, one after the other; people of whom nobody knows more.</summary>
    async Task<AppView> HoldsVeryMany()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO guard_holds (connection_id, organization_id, person_id, resource_id, since)
            SELECT id, organization_id, gen_random_uuid(), gen_random_uuid(), now() - interval '1 day' + n * interval '1 second'
            FROM connections, generate_series(1, {GuardHolds.AtOnce + 5}) n WHERE id = '{app.Connection}'
            """,
            PostgresFixture.ConnectionString
        );
        return app;
    }

    /// <summary>The identity provider disables them, and the release sees all of it at once.</summary>
    static async Task Leave(AppView app, string[] users)
    {
        await using (await app.HoldHorizon())
            foreach (var user in users)
                await app.Directory.Patch($"/Users/{user}", Inactive);
        await app.Settle();
    }

    static async Task<JsonNode> Guard(AppView app) => (await app.Admin(HttpMethod.Get, "/guard"))!;

    /// <summary>The types of what was told after everybody had come.</summary>
    static async Task<string[]> Told(AppView app) =>
        [
            .. (await app.Events())
                .Select(e => (string)e["type"]!)
                .Where(type => type.StartsWith("directory.", StringComparison.Ordinal) || type == "connection.guard_triggered")
                .SkipWhile(type => type == "directory.user.created"),
        ];

    /// <summary>Nobody is held, the application knows what is released, and nobody should look otherwise.</summary>
    async Task AssertAsWithoutGuard(AppView app)
    {
        await app.AssertMirrored();
        Assert.That((long)(await Guard(app))["held"]!, Is.Zero);
        var preview = (await _server.Services.GetRequiredService<Preview>().RunAsync(app.Connection, rules => rules, default))!;
        foreach (var kind in Enum.GetValues<OutcomeKind>().Except([OutcomeKind.Unchanged, OutcomeKind.Held, OutcomeKind.Nothing]))
            Assert.That(preview.Of(kind), Is.Zero, $"{kind}");
        Assert.That(preview.Examples[OutcomeKind.Held].SelectMany(e => e.Problems), Has.None.EqualTo(Problem.OfGuard));
    }
}
