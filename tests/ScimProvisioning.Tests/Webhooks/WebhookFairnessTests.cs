using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>That endpoints which are slow or take nothing cost others little.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookFairnessTests
{
    [Test]
    public async Task Slow_endpoints_keep_no_place_from_others()
    {
        await using var app = await HookApp.StartAsync();
        await using var slow = await HookReceiver.StartAsync();
        slow.Answer = (http, _) => Task.Delay(500, http.RequestAborted);
        // As many as a server sends to at the same time.
        for (var i = 0; i < 64; i++)
            await app.Call("POST", "/webhook-endpoints", $$"""{"url":"{{slow.Url}}","connectionId":"{{app.App.Connection}}"}""");
        // More than they take within the limit of a test.
        await app.Tell(objects: 1_000, versions: 1);
        await slow.UntilGot(64);

        await app.Hook();
        await app.Tell(objects: 1, versions: 1);

        await app.Receiver.UntilGot(1);
    }

    [Test]
    public async Task When_too_many_wait_nothing_new_is_sent_until_some_are_gone_and_nothing_is_left_out()
    {
        const int told = 100;
        await using var app = await HookApp.StartAsync(LogLines.Settings);
        using var log = new LogLines();
        app.Server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var other = await TestDirectory.CreateAsync(app.Server, app.Database);
        await app.Call("POST", $"/connections/{other.Connection.Id}/enable");
        var (id, _) = await app.Hook(""","types":["directory.user.*"],"order":"connection" """);
        var refuses = true;
        app.Receiver.Answer = (http, hook) =>
        {
            http.Response.StatusCode = refuses && IsOfFirst(hook) ? 500 : 200;
            return Task.CompletedTask;
        };
        await app.Tell(objects: 1, versions: 1);
        await app.UntilAttempts(id, 1);
        // As if many had come since.
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO webhook_deliveries (endpoint_id, position, id, event_id, type, lane, attempts, created_at)
            SELECT endpoint_id, position + g, gen_random_uuid(), gen_random_uuid(), type, lane, 0, created_at
            FROM webhook_deliveries, generate_series(1, {WebhookTurn.MostWaiting - told}) g;
            SELECT setval('events_position', (SELECT last_value FROM events_position) + {WebhookTurn.MostWaiting})
            """,
            app.Database
        );

        await app.Tell(told, versions: 1);
        await Wait.UntilAsync(
            () => log.All.Any(line => line.Contains($"wait for webhook endpoint {id} behind others", StringComparison.Ordinal)),
            "it is not said"
        );
        await other.User("bo");
        await AppView.Settle(other);
        await LookedAt();
        Assert.That(app.Receiver.Got.All(IsOfFirst), "something new was sent");

        await PostgresFixture.ExecuteAsync(
            "DELETE FROM webhook_deliveries d WHERE NOT EXISTS (SELECT FROM events e WHERE e.id = d.event_id)",
            app.Database
        );
        await Wait.UntilAsync(
            async () =>
            {
                await LookedAt();
                return app.Receiver.Got.Any(hook => !IsOfFirst(hook));
            },
            "it does not go on"
        );
        refuses = false;
        app.Later(TimeSpan.FromMinutes(6));
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");

        Assert.That(app.Receiver.Got.Where(IsOfFirst).Select(hook => hook.Id).Distinct().Count(), Is.EqualTo(1 + told));

        bool IsOfFirst(Hook hook) => hook.Text.Contains($"{app.App.Connection}", StringComparison.Ordinal);

        // A server has begun a turn, and ended it.
        async Task LookedAt()
        {
            await PostgresFixture.ExecuteAsync("UPDATE webhook_endpoints SET due_at = '2000-01-01'", app.Database);
            await PostgresFixture.UntilAsync(
                app.Database,
                "SELECT bool_and(due_at IS DISTINCT FROM '2000-01-01' AND lease_until IS NULL) FROM webhook_endpoints"
            );
        }
    }
}
