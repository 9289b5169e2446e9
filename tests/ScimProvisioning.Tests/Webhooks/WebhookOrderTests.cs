using Npgsql;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>In which order events arrive, and that none is lost, whatever dies.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookOrderTests
{
    [Test]
    public async Task Objects_go_side_by_side_and_each_in_its_order()
    {
        await using var app = await HookApp.StartAsync();
        await app.Hook();
        app.Receiver.Answer = (_, _) => Task.Delay(Random.Shared.Next(20));

        await app.Tell(objects: 30, versions: 5);
        await app.Receiver.UntilGot(150);

        Assert.That(app.Receiver.MostAtOnce, Is.InRange(2, 8));
        AssertInOrder(app.Receiver.Got);
        Assert.That(app.Receiver.Got, Has.Count.EqualTo(150));
    }

    [Test]
    public async Task An_endpoint_in_the_order_of_the_connection_gets_one_after_the_other()
    {
        await using var app = await HookApp.StartAsync();
        await app.Hook(""","order":"connection" """);
        app.Receiver.Answer = (_, _) => Task.Delay(Random.Shared.Next(3));

        await app.Tell(objects: 40, versions: 3);
        await app.Receiver.UntilGot(120);

        Assert.That(app.Receiver.MostAtOnce, Is.EqualTo(1));
        Assert.That(app.Receiver.Got.Select(got => got.Position), Is.Ordered);
    }

    [Test]
    public async Task A_connection_that_fails_holds_back_its_own_events_and_no_others()
    {
        await using var app = await HookApp.StartAsync();
        var other = await TestDirectory.CreateAsync(app.Server, app.Database);
        await app.Call("POST", $"/connections/{other.Connection.Id}/enable");
        var (id, _) = await app.Hook(""","types":["directory.user.*"],"order":"connection" """);
        var refuses = true;
        app.Receiver.Answer = (http, hook) =>
        {
            http.Response.StatusCode = refuses && hook.Text.Contains($"{app.App.Connection}") ? 500 : 200;
            return Task.CompletedTask;
        };

        await app.Tell(objects: 5, versions: 1);
        await app.UntilAttempts(id, 1);
        await other.User("bo");
        await app.Receiver.UntilGot(2);
        refuses = false;
        app.Later(TimeSpan.FromSeconds(6));
        await app.Receiver.UntilGot(7);

        Assert.That(app.Receiver.Got.Count(got => got.Text.Contains($"{other.Connection.Id}")), Is.EqualTo(1));
        var own = app.Receiver.Got.Where(got => got.Text.Contains($"{app.App.Connection}")).Select(got => got.Position).ToList();
        Assert.That(own, Is.Ordered.And.Count.EqualTo(6), "the first twice, then the others in order");
    }

    [Test]
    public async Task After_20_failures_in_a_row_only_the_first_event_is_tried_and_nothing_is_lost()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        app.Receiver.AnswerWith(500);

        await app.Tell(objects: 200, versions: 2);
        await Wait.UntilAsync(async () => (int)(await app.Endpoint(id))!["failuresInARow"]! >= 20, "it does not stop");
        await Task.Delay(1500);
        var (rows, tried) = ((await app.Waiting(id)).Length, app.Receiver.Got.Count);
        Assert.That(rows, Is.InRange(tried, tried + 8), "events got rows although nobody tried them");
        Assert.That(tried, Is.InRange(20, 28));

        // The first step of the ladder is over for all that have failed.
        app.Later(TimeSpan.FromSeconds(6));
        await app.Receiver.UntilGot(tried + 1);
        await Task.Delay(1500);
        Assert.That(app.Receiver.Got, Has.Count.EqualTo(tried + 1));
        Assert.That(app.Receiver.Got[^1].Id, Is.EqualTo(app.Receiver.Got.MinBy(got => got.Position)!.Id));

        app.Receiver.AnswerWith(200);
        app.Later(TimeSpan.FromMinutes(6));
        await app.Receiver.UntilGot(tried + 1 + 400);
        Assert.That(app.Receiver.Got.Skip(tried + 1).Select(got => got.Id).Distinct().Count(), Is.EqualTo(400));
        AssertInOrder(app.Receiver.Got);
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");
    }

    [Test]
    public async Task A_dead_endpoint_makes_no_row_for_each_event_and_delays_no_other()
    {
        await using var app = await HookApp.StartAsync();
        await using var dead = await HookReceiver.StartAsync();
        dead.Answer = (http, _) => Task.Delay(Wait.Limit, http.RequestAborted);
        var created = await app.Call("POST", "/webhook-endpoints", $$"""{"url":"{{dead.Url}}","connectionId":"{{app.App.Connection}}"}""");
        await app.Hook();

        await app.Tell(objects: 300, versions: 1);
        await app.Receiver.UntilGot(300);
        await dead.UntilGot(1);

        Assert.That(dead.Got, Has.Count.EqualTo(1), "in the order of the connection one is tried");
        Assert.That(await app.Waiting((Guid)created!["id"]!), Has.Length.LessThanOrEqualTo(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Whatever_is_killed_every_event_arrives_and_no_version_after_a_later_one(int servers)
    {
        await using var app = await HookApp.StartAsync();
        string[] secrets = [(await app.Hook()).Secret, (await app.Hook(""","types":["directory.user.*"],"order":"connection" """)).Secret];
        app.Receiver.Answer = (_, _) => Task.Delay(Random.Shared.Next(15));
        var told = 0;
        // This process serves too, and does what is left at the end.
        for (var round = 0; round < FaultRounds.Count; round++)
        {
            var processes = Enumerable.Range(0, servers).Select(_ => ServerProcess.StartOn(app.Database)).ToList();
            foreach (var process in processes)
                await process.ListensOnAsync();
            await app.Tell(objects: 40, versions: 4);
            told += 160;
            await Task.Delay(Random.Shared.Next(50, 400));
            foreach (var process in processes)
            {
                await process.KillAsync();
                process.Dispose();
            }
        }

        await Wait.UntilAsync(async () => await IsCaughtUp(app), "the endpoints are not done");
        // Both endpoints lead to one receiver; each has its own order.
        foreach (var secret in secrets)
        {
            var got = app.Receiver.Got.Where(hook => hook.IsSignedWith(secret)).ToList();
            Assert.That(got.Select(hook => hook.Id).Distinct().Count(), Is.EqualTo(told), "events are lost");
            AssertInOrder(got);
        }
    }

    [Test]
    public async Task When_PostgreSQL_is_restarted_nothing_is_lost_and_no_version_comes_after_a_later_one()
    {
        await using var app = await HookApp.StartAsync();
        await app.Hook();
        app.Receiver.Answer = (_, _) => Task.Delay(Random.Shared.Next(10));

        for (var round = 0; round < FaultRounds.Count; round++)
        {
            await app.Tell(objects: 40, versions: 4);
            await Task.Delay(Random.Shared.Next(50, 300));
            // What a restart does to sessions, without what it would do to the other tests of this cluster.
            await PostgresFixture.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                app.Database
            );
        }

        await Wait.UntilAsync(async () => await IsCaughtUp(app), "the endpoint is not done");
        Assert.That(app.Receiver.Got.Select(hook => hook.Id).Distinct().Count(), Is.EqualTo(160 * FaultRounds.Count));
        AssertInOrder(app.Receiver.Got);
    }

    static async Task<bool> IsCaughtUp(HookApp app)
    {
        await using var source = NpgsqlDataSource.Create(app.Database);
        await using var command = source.CreateCommand(
            """
            SELECT NOT EXISTS (SELECT FROM webhook_deliveries)
                AND NOT EXISTS (SELECT FROM webhook_endpoints WHERE position < (SELECT max(position) FROM events))
            """
        );
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Of each object, no version comes after a later one; it may come twice.</summary>
    static void AssertInOrder(IReadOnlyList<Hook> got)
    {
        foreach (var of in got.GroupBy(hook => hook.Object))
            Assert.That(of.Select(hook => hook.Version), Is.Ordered, of.Key);
    }
}
