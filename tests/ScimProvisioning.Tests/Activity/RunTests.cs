using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Tests.Events;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Activity;

/// <summary>Requests become runs, which are counted, shown and told once.</summary>
[TestFixture, Parallelizable]
sealed class RunTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [SetUp]
    public void CatchUp() => _server.CatchUp();

    [Test]
    public async Task A_run_is_counted_live_and_told_when_it_is_over_with_the_same_numbers()
    {
        var app = await AppView.CreateAsync(_server);
        var directory = app.Directory;
        _server.CatchUp();
        await app.Enable();
        var users = await directory.Users(20);
        var group = await directory.Group("Design", users[0]);
        await directory.Send("POST", "/Users", """{"userName":"U1"}""");
        await _server.EndRun(directory, 22);

        _server.CatchUp();
        await directory.Get($"/Users/{users[0]}");
        await directory.Patch($"/Users/{users[1]}", """{"op":"Replace","path":"title","value":"Engineer"}""");
        await directory.Patch($"/Users/{users[1]}", """{"op":"Replace","path":"title","value":"Editor"}""");
        await directory.Patch($"/Users/{users[2]}", """{"op":"Replace","path":"nickName","value":"Ann"}""");
        await directory.Patch($"/Users/{users[3]}", """{"op":"Replace","path":"active","value":"False"}""");
        await directory.Send("DELETE", $"/Users/{users[4]}");
        await directory.User("new");
        await directory.Patch($"/Users/{users[5]}", """{"op":"Replace","path":"userName","value":"u6"}""");
        await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"Add","path":"members","value":{{TestDirectory.Members(users[1], users[2])}}}"""
        );
        await directory.Patch($"/Groups/{group}", $$"""{"op":"Remove","path":"members","value":{{TestDirectory.Members(users[0])}}}""");
        await ActivityCalls.UntilLogged(directory, 32);
        await app.Settle();

        var live = (await _server.Runs(directory))[0];
        var closed = await _server.EndRun(directory, 32);

        Assert.That((live.Counts(), live.Counts("groups")), Is.EqualTo(("1/2/2/0/1/1", "0/0/0/0/1/0")), $"{live}");
        Assert.That(
            ((long)live["requests"]!, (long)live["memberships"]!["added"]!, (long)live["memberships"]!["removed"]!, live["endedAt"]),
            Is.EqualTo((10L, 2L, 1L, (JsonNode?)null))
        );
        Assert.That(
            (live.Counts("seenUsers"), (string?)closed["kind"]),
            Is.EqualTo(("1/1/2/0/2", "incremental")),
            $"nickName is not mapped: {live}"
        );
        foreach (var name in (string[])["kind", "requests", "users", "groups", "memberships", "seenUsers"])
            Assert.That($"{closed[name]}", Is.EqualTo($"{live[name]}"), name);
        var told = (await _server.Admin.FeedAll($"connectionId={app.Connection}&types=sync.run.completed")).Events;
        Assert.That(
            told.Select(e => (Guid?)e["id"]),
            Is.EqualTo((await _server.Runs(directory)).Select(run => (Guid?)run["id"]).Reverse())
        );
        Assert.That($"{told[^1]["data"]!["run"]!["users"]}", Is.EqualTo($"{live["users"]}"));
        Assert.That(EventCheck.Fault(told[^1].ToJsonString()), Is.Null);
        var requests = await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/runs/{closed["id"]}/requests");
        Assert.That(requests.Body!["data"]!.AsArray(), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task A_run_is_told_once_whoever_closes_it()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await using var other = new ScimServer();
        other.StartServer();
        await directory.User("ada");
        await ActivityCalls.UntilLogged(directory, 1);
        await directory.Ask<DateTime>("UPDATE runs SET ended_at = last_at WHERE connection_id = $1 RETURNING ended_at");

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => (i % 2 == 0 ? _server : other).Services.GetRequiredService<RunCloser>().CloseAsync(CancellationToken.None))
        );

        await _server.EndRun(directory);
        Assert.That(
            await directory.Ask<long>("SELECT count(*) FROM events WHERE connection_id = $1 AND type = 'sync.run.completed'"),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task A_run_is_not_closed_before_the_one_that_began_earlier()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada");
        await ActivityCalls.UntilLogged(directory, 1);
        await Wait.UntilAsync(async () => (await _server.Runs(directory)).Count > 0, "there is a run");
        await directory.Ask<Guid>(
            """
            WITH later AS (UPDATE runs SET ended_at = last_at WHERE connection_id = $1 RETURNING organization_id)
            INSERT INTO runs (connection_id, organization_id, id, started_at, last_at)
            SELECT $1, organization_id, gen_random_uuid(), now() - interval '1 hour', now() + interval '1 hour' FROM later RETURNING id
            """
        );

        await _server.Services.GetRequiredService<RunCloser>().CloseAsync(CancellationToken.None);
        var closed = await directory.Ask<long>("SELECT count(*) FROM runs WHERE connection_id = $1 AND closed_at IS NOT NULL");
        await directory.Ask<Guid>("UPDATE runs SET last_at = started_at WHERE connection_id = $1 AND ended_at IS NULL RETURNING id");
        await _server.EndRun(directory);

        Assert.That(closed, Is.Zero);
        var counts = (await _server.Runs(directory)).Select(run => run.Counts());
        Assert.That(counts, Is.EquivalentTo(new[] { "1/0/0/0/0/0", "0/0/0/0/0/0" }));
    }

    [Test]
    public async Task Requests_after_a_long_gap_are_another_run()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada");
        await ActivityCalls.UntilLogged(directory, 1);
        await directory.Ask<DateTime>(
            """
            UPDATE runs SET started_at = started_at - interval '200 seconds', last_at = last_at - interval '200 seconds'
            WHERE connection_id = $1 RETURNING last_at
            """
        );

        await directory.User("bob");
        await directory.User("eve");
        await ActivityCalls.UntilLogged(directory, 3);

        var runs = await _server.Runs(directory);
        Assert.That(runs, Has.Count.EqualTo(2));
        Assert.That((runs[0]["endedAt"], runs[1]["endedAt"] is null), Is.EqualTo(((JsonNode?)null, false)));
        Assert.That((long)runs[0]["requests"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task What_a_killed_server_has_not_logged_becomes_a_run_by_the_change_log()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        _server.CatchUp();
        var ada = await directory.User("ada");
        await directory.Patch($"/Users/{ada}", """{"op":"Replace","path":"title","value":"Engineer"}""");
        await ActivityCalls.UntilLogged(directory, 2);
        // As if it had been killed, a minute ago.
        await directory.Ask<long>(
            """
            WITH r AS (DELETE FROM requests WHERE connection_id = $1), n AS (DELETE FROM runs WHERE connection_id = $1),
                c AS (UPDATE changes SET occurred_at = occurred_at - interval '1 minute' WHERE connection_id = $1 RETURNING 1)
            SELECT count(*) FROM c
            """
        );
        var closer = _server.Services.GetRequiredService<RunCloser>();

        await Wait.UntilAsync(
            async () =>
            {
                // A transaction that runs elsewhere holds the horizon for a moment.
                await closer.OpenForLostAsync(CancellationToken.None);
                return (await _server.Runs(directory)).Count > 0;
            },
            "the changes have a run"
        );
        await closer.OpenForLostAsync(CancellationToken.None);
        await directory.Ask<DateTime>("UPDATE runs SET ended_at = last_at WHERE connection_id = $1 RETURNING ended_at");
        await Wait.UntilAsync(
            async () =>
            {
                await closer.CloseAsync(CancellationToken.None);
                return (await _server.Runs(directory))[0]["endedAt"] is not null
                    && await directory.Ask<bool>("SELECT bool_and(closed_at IS NOT NULL) FROM runs WHERE connection_id = $1");
            },
            "the run is closed"
        );
        await closer.OpenForLostAsync(CancellationToken.None);

        Assert.That((await _server.Runs(directory)).Single().Counts(), Is.EqualTo("1/0/0/0/0/0"));
    }

    [Test]
    public async Task What_could_not_be_logged_is_counted_in_the_run()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(server, database);
        await PostgresFixture.ExecuteAsync("ALTER TABLE requests RENAME TO away", database);
        await directory.User("ada");
        var log = server.Services.GetRequiredService<ScimProvisioning.Activity.Requests.RequestLog>();
        await Wait.UntilAsync(() => log.Dropped > 0, "the batch is dropped");
        await PostgresFixture.ExecuteAsync("ALTER TABLE away RENAME TO requests", database);

        await directory.User("bob");
        await ActivityCalls.UntilLogged(directory, 1);

        var run = (await server.Runs(directory)).Single();
        Assert.That(((long)run["requests"]!, (long)run["notLogged"]!), Is.EqualTo((1L, 1L)));
    }
}
