using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Events;

/// <summary>Everything of a connection is told again.</summary>
[TestFixture, Parallelizable]
sealed class SnapshotTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task It_tells_people_groups_and_memberships_deleted_ones_too_each_once_as_they_are()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var users = await app.Directory.Users(3);
        await app.Directory.Group("Design", users);
        var gone = await app.Directory.Group("Gone", users[0]);
        await app.Settle();
        await app.Directory.Send("DELETE", $"/Users/{users[2]}");
        await app.Directory.Send("DELETE", $"/Groups/{gone}");
        await app.Settle();
        var position = await _server.Admin.EventsPosition();

        var snapshot = await app.Snapshot();

        var (events, _) = await _server.Admin.FeedAll($"connectionId={app.Connection}", position);
        // People of one batch have ids in any order.
        string[] types = [.. events.Select(e => e.Type()["directory.".Length..])];
        Assert.That(types[1..4], Is.EquivalentTo(new[] { "user.updated", "user.updated", "user.deleted" }));
        Assert.That(
            types[..1].Concat(types[4..]),
            Is.EqualTo(new[] { "snapshot.started", "group.updated", "group.deleted", "group.members_changed", "snapshot.finished" })
        );
        Assert.That(events.Select(e => (string?)e["snapshotId"]), Is.All.EqualTo((string?)snapshot["id"]));
        Assert.That(events.Select(e => (string?)e["cause"]!["kind"]), Is.All.EqualTo("snapshot"));
        Assert.That(((long)snapshot["users"]!, (long)snapshot["groups"]!, (long)snapshot["memberships"]!), Is.EqualTo((3L, 2L, 2L)));
        Assert.That(
            ((long)events[^1]["data"]!["snapshot"]!["users"]!, (long)events[^1]["data"]!["snapshot"]!["memberships"]!),
            Is.EqualTo((3L, 2L))
        );
        foreach (var told in events.Where(e => e["data"]!["user"] is not null))
        {
            var (_, shown) = await _server.Send(HttpMethod.Get, $"/users/{told["data"]!["user"]!["id"]}");
            Assert.That(JsonNode.DeepEquals(told["data"]!["user"], shown), $"{told} is not {shown}");
        }
        await app.AssertMirrored(Mirror.OfSnapshot(events));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_connection_without_anything_is_told_in_two_events()
    {
        var app = await AppView.CreateAsync(_server);

        await app.Snapshot();

        Assert.That(await app.Told(), Is.EqualTo(new[] { "snapshot.started", "snapshot.finished" }));
    }

    [Test]
    public async Task One_at_a_time_runs_for_a_connection()
    {
        var app = await AppView.CreateAsync(_server);
        await using (await Held(app))
        {
            var first = await app.Admin(HttpMethod.Post, "/snapshots");

            var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/snapshots");

            Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "snapshot_running")));
            Assert.That((string?)first!["stage"], Is.EqualTo("waiting"));
        }
        await Wait.UntilAsync(
            async () => (await _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/snapshots")).Status == 202,
            "the next one begins when the first has ended"
        );
        Assert.That(await _server.Audited("directory.snapshot_started"), Is.Not.Empty);
    }

    [Test]
    public async Task One_that_is_asked_for_while_another_runs_begins_before_that_has_ended()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var (first, second) = (await AppView.CreateAsync(server, database), await AppView.CreateAsync(server, database));
        await PostgresFixture.ExecuteAsync(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
            CREATE TRIGGER hold BEFORE UPDATE ON directory_snapshots FOR EACH ROW WHEN (NEW.stage = 'groups') EXECUTE FUNCTION hold();
            """,
            database
        );
        (string First, string Second) ids;
        await using (var session = new Npgsql.NpgsqlConnection(database))
        {
            await session.OpenAsync();
            await using var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(1)", session);
            await hold.ExecuteNonQueryAsync();
            ids.First = (string)(await first.Admin(HttpMethod.Post, "/snapshots"))!["id"]!;
            await PostgresFixture.UntilAsync(
                database,
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')"
            );

            ids.Second = (string)(await second.Admin(HttpMethod.Post, "/snapshots"))!["id"]!;
            await using var release = new Npgsql.NpgsqlCommand("SELECT pg_advisory_unlock(1)", session);
            await release.ExecuteNonQueryAsync();
        }

        var (ended, begun) = (await first.SnapshotEnds(ids.First), await second.SnapshotEnds(ids.Second));
        Assert.That((DateTime)begun["startedAt"]!, Is.LessThan((DateTime)ended["finishedAt"]!));
    }

    [Test]
    public async Task It_is_there_for_the_keys_of_its_organization_and_for_applications()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var id = await _server.Create($"/organizations/{ours}/connections", """{"name":"Test"}""");
        using var app = await _server.App(ours);
        using var strangeApp = await _server.App(theirs);
        using var stranger = await _server.AdminOf(theirs);

        var (status, snapshot) = await app.Call("POST", $"/connections/{id}/snapshots");

        Assert.That(status, Is.EqualTo(202), $"{snapshot}");
        Assert.That((await app.Call("GET", $"/connections/{id}/snapshots/{snapshot!["id"]}")).Status, Is.EqualTo(200));
        foreach (var client in (HttpClient[])[strangeApp, stranger])
        {
            Assert.That((await client.Call("POST", $"/connections/{id}/snapshots")).Status, Is.EqualTo(404));
            Assert.That((await client.Call("GET", $"/connections/{id}/snapshots/{snapshot["id"]}")).Status, Is.EqualTo(404));
        }
        Assert.That((await app.Call("GET", $"/connections/{id}/snapshots/{Guid.Empty}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task While_servers_are_killed_and_clients_write_it_tells_each_object_once_and_a_mirror_of_it_is_right()
    {
        const int people = 2_500;
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Enable();
        var rows = Enumerable.Range(0, people).Select(i => $$"""{"uid":"x{{i}}","userName":"x{{i}}"}""");
        Assert.That(await here.Imported(app, string.Join('\n', rows)), Is.EqualTo(((long)people, 0L, 0L)));
        var directory = new RandomDirectory(new Random(20_261_129));
        for (var i = 0; i < 40; i++)
            await directory.ChangeAsync(app.Directory);
        await app.Settle();

        for (var round = 0; round < 4; round++)
        {
            using var other = ServerProcess.StartOn(database);
            var there = app.Directory.At(await other.ListensOnAsync());
            var position = await here.Admin.EventsPosition();
            var id = (string)(await app.Admin(HttpMethod.Post, "/snapshots"))!["id"]!;
            using var stop = new CancellationTokenSource();
            var writers = new[] { WriteAsync(there, stop.Token), WriteAsync(app.Directory, stop.Token) };
            await Task.Delay(300 + (400 * round));
            await other.KillAsync();
            await app.SnapshotEnds(id);
            await stop.CancelAsync();
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
            await app.Settle();

            var (events, _) = await here.Admin.FeedAll($"connectionId={app.Connection}&limit=1000", position);
            var told = events.Where(e => (string?)e["snapshotId"] == id).ToList();
            var objects = told.Select(e =>
                e["data"]!["user"] ?? (e.Type().EndsWith("members_changed", StringComparison.Ordinal) ? null : e["data"]!["group"])
            );
            Assert.That(objects.OfType<JsonNode>().Select(shown => (string?)shown["id"]), Is.Unique, $"round {round}");
            var members = told.SelectMany(e =>
                (e["data"]!["added"]?.AsArray() ?? []).Select(person => $"{e["data"]!["group"]!["id"]} {person}")
            );
            Assert.That(members, Is.Unique, $"round {round}");
            await app.AssertMirrored(Mirror.OfSnapshot(events));
        }
        await app.AssertMirrored();

        async Task WriteAsync(TestDirectory at, CancellationToken ct)
        {
            while (!ct.IsCancellationRequested)
                try
                {
                    await directory.ChangeAsync(at);
                }
                catch (HttpRequestException)
                {
                    // The server was killed, as the test wants.
                    await Task.Delay(20, CancellationToken.None);
                }
        }
    }

    /// <summary>Until it is disposed, nothing of the connection is released or told.</summary>
    static async Task<IAsyncDisposable> Held(AppView app)
    {
        await app.Settle();
        var session = new Npgsql.NpgsqlConnection(PostgresFixture.ConnectionString);
        await session.OpenAsync();
        await using var hold = new Npgsql.NpgsqlCommand(
            $"BEGIN; SELECT FROM projections WHERE connection_id = '{app.Connection}' FOR UPDATE",
            session
        );
        await hold.ExecuteNonQueryAsync();
        return session;
    }
}
