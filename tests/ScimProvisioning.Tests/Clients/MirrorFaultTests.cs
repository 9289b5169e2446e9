using System.Text;
using Microsoft.AspNetCore.Http;
using Npgsql;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Faults;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Projection;
using ScimProvisioning.Tests.Webhooks;
using ApplyEvent = ScimProvisioning.Client.Mirror;

namespace ScimProvisioning.Tests.Clients;

/// <summary>
/// Apps that keep mirrors from the feed alone, from webhooks alone, and from both, while everything is killed: two servers, the receivers,
/// the sessions of the database. <c>SCIM_FAULT_ROUNDS</c> says how often. A server that stands still for longer than its lease lasts takes
/// time: each fifth round has one.
/// </summary>
[TestFixture, Parallelizable]
sealed class MirrorFaultTests
{
    [Test]
    public async Task Mirrors_from_the_feed_from_webhooks_and_from_both_equal_what_is_released()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Enable();
        using var hooks = new NodeReceiver();
        await hooks.StartAsync(faults: false);
        foreach (var order in (string[])["connection", "object"])
            hooks.Secrets.Add(await HookAsync(here, app, $"{hooks.Url}/{order}", order));
        await hooks.KillAsync();
        using var ofFeed = new AppDatabase();
        using var ofBoth = new AppDatabase();
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (http, hook) => TakeAsync(ofBoth, http, hook, faults: true);
        await HookAsync(here, app, receiver.Url, "connection");
        var crashing = new CrashingPositions(ofFeed.Positions, CrashPoint.AfterCommit, new(7));
        await using var feed = await RunningFollower.StartAsync(here, app, ofFeed, crashing);
        await using var both = await RunningFollower.StartAsync(here, app, ofBoth, ofBoth.Positions);
        var random = new Random(20_261_129);
        var directory = new RandomDirectory(random);

        for (var round = 0; round < FaultRounds.Count; round++)
        {
            await hooks.StartAsync(faults: true);
            await EnableAllAsync(here);
            var servers = new[] { ServerProcess.StartOn(database), ServerProcess.StartOn(database) };
            var addresses = await Task.WhenAll(servers.Select(server => server.ListensOnAsync()));
            using var stop = new CancellationTokenSource();
            var writers = addresses.Select(address => WriteAsync(app.Directory.At(address), directory, stop.Token)).ToArray();
            await AnsweredAsync(directory, random.Next(10, 40));
            await hooks.KillAsync();
            await hooks.StartAsync(faults: true);
            // What a restart does to sessions, without what it would do to the other tests of this cluster.
            await PostgresFixture.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                database
            );
            // The test itself would take them for good.
            await using (var own = new NpgsqlConnection(database))
                NpgsqlConnection.ClearPool(own);
            await AnsweredAsync(directory, random.Next(10, 40));
            if (round % 5 == 4)
                await servers[0].StallAsync(TimeSpan.FromSeconds(12));
            // Receivers that hang are given up, and what has failed is due.
            here.Clock.Advance(TimeSpan.FromSeconds(70));
            await Task.Delay(random.Next(500));
            await Task.WhenAll([.. servers.Select(server => server.KillAsync()), hooks.KillAsync()]);
            await stop.CancelAsync();
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
            foreach (var server in servers)
                server.Dispose();
        }
        await hooks.StartAsync(faults: false);
        receiver.Answer = (http, hook) => TakeAsync(ofBoth, http, hook, faults: false);
        await EnableAllAsync(here);
        await app.Settle();
        await Wait.UntilAsync(
            async () =>
            {
                here.Clock.Advance(TimeSpan.FromSeconds(1));
                return await app.Directory.Ask<bool>(
                    """
                    SELECT NOT EXISTS (SELECT FROM webhook_deliveries)
                        AND NOT EXISTS (
                            SELECT FROM webhook_endpoints WHERE $1 <> id AND position < (SELECT max(position) FROM events))
                    """
                );
            },
            "the endpoints are not done"
        );

        await feed.AssertMirroredAsync();
        await both.AssertMirroredAsync();
        await AssertMirroredAsync(app, await hooks.GotAsync());
    }

    static async Task AssertMirroredAsync(AppView app, List<GotEvent> got)
    {
        Assert.That(
            got.Select(one => one.Path).Distinct(),
            Is.EquivalentTo(new[] { "/connection", "/object" }),
            "neither forged nor redirected"
        );
        foreach (var of in got.GroupBy(one => (one.Path, one.Event.User?.Id ?? one.Event.Group?.Id)).Where(of => of.Key.Item2 is not null))
            Assert.That(of.Select(one => one.Event.User?.Version ?? one.Event.Group!.Version), Is.Ordered, $"{of.Key}");
        foreach (var path in got.Where(one => one.IsKept).GroupBy(one => one.Path))
        {
            using var mirror = new MemoryMirror();
            foreach (var one in path)
                await ApplyEvent.ApplyAsync(mirror, one.Event, CancellationToken.None);
            Assert.That(
                mirror.Users.Select(user => $"{user.Id} {user.Version} {user.Status}"),
                Is.EquivalentTo((await app.Users()).Values.Select(row => $"{row["id"]} {row["version"]} {row["status"]}")),
                path.Key
            );
            Assert.That(
                mirror.Groups.SelectMany(group => mirror.MembersOf(group.Id).Select(user => $"{group.Id} {user}")),
                Is.EquivalentTo(await app.Members()),
                path.Key
            );
        }
    }

    /// <summary>An app that is killed now and then: before the event is kept, or before it has answered.</summary>
    static async Task TakeAsync(AppDatabase database, HttpContext http, Hook hook, bool faults)
    {
        var luck = faults ? Random.Shared.Next(8) : 8;
        await using (var db = database.CreateDbContext())
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await db.MirrorAsync(DirectoryEvent.Parse(Encoding.UTF8.GetBytes(hook.Text)), CancellationToken.None);
            await db.SaveChangesAsync();
            if (luck > 0)
                await transaction.CommitAsync();
        }
        if (luck < 2)
            http.Abort();
    }

    static async Task<string> HookAsync(ScimServer server, AppView app, string url, string order)
    {
        var (status, created) = await server.Send(
            HttpMethod.Post,
            "/webhook-endpoints",
            $$"""{"url":"{{url}}","connectionId":"{{app.Connection}}","order":"{{order}}"}"""
        );
        Assert.That(status, Is.EqualTo(201), $"{created}");
        return (string)created!["secret"]!;
    }

    /// <summary>Also those that a receiver has answered 410; what has failed is tried now.</summary>
    static async Task EnableAllAsync(ScimServer server)
    {
        var (_, page) = await server.Send(HttpMethod.Get, "/webhook-endpoints");
        foreach (var endpoint in page!["data"]!.AsArray())
            Assert.That((await server.Send(HttpMethod.Post, $"/webhook-endpoints/{endpoint!["id"]}/enable")).Status, Is.EqualTo(200));
    }

    static Task AnsweredAsync(RandomDirectory directory, int more)
    {
        var enough = directory.Answered + more;
        return Wait.UntilAsync(() => directory.Answered >= enough, "clients write");
    }

    static async Task WriteAsync(TestDirectory at, RandomDirectory directory, CancellationToken ct)
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
