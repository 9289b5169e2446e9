using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ScimProvisioning.Admin;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>How servers and admins share an endpoint: what one leaves or changes, another one finds.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookLeaseTests
{
    [Test]
    public async Task What_a_server_leaves_when_it_stops_is_sent_by_one_that_has_started_meanwhile()
    {
        await using var app = await HookApp.StartAsync();
        await app.Hook($$""","connectionId":"{{app.App.Connection}}","types":["directory.user.*"],"order":"connection" """);
        var delay = 200;
        app.Receiver.Answer = (_, _) => Task.Delay(delay);
        await app.Tell(objects: 300, versions: 1);
        await app.Receiver.UntilGot(1);

        using var next = ServerProcess.StartOn(app.Database);
        await next.ListensOnAsync();
        await app.Server.DisposeAsync();
        delay = 0;
        await app.Receiver.UntilGot(300);

        Assert.That(app.Receiver.Got.Select(got => got.Id).Distinct().Count(), Is.EqualTo(300));
    }

    [Test]
    public async Task An_event_that_is_told_before_a_new_endpoint_is_committed_is_sent_at_once()
    {
        await using var app = await HookApp.StartAsync();
        await PostgresFixture.ExecuteAsync(
            """
            CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(4); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON webhook_endpoints DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION linger();
            """,
            app.Database
        );

        var creating = app.Hook();
        await PostgresFixture.UntilAsync(
            app.Database,
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep')"
        );
        await app.Tell(objects: 1, versions: 1);
        await creating;

        await app.Receiver.UntilGot(1);
    }

    [Test]
    public async Task What_was_under_way_in_another_order_is_sent_again_in_the_new_one()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook(""","types":["directory.user.*"],"order":"object" """);
        var answer = new TaskCompletionSource();
        app.Receiver.Answer = (http, _) => answer.Task.WaitAsync(http.RequestAborted);
        await app.Tell(objects: 3, versions: 1);
        await app.Receiver.UntilGot(3);

        await app.Call("PATCH", $"/webhook-endpoints/{id}", """{"order":"connection"}""");
        answer.SetResult();
        await app.Receiver.UntilGot(6);

        var again = app.Receiver.Got.Skip(3).Select(got => got.Position).ToList();
        Assert.That(again, Is.Ordered.And.Count.EqualTo(3));
    }

    [Test]
    public async Task What_is_under_way_to_an_endpoint_that_is_disabled_goes_on_and_counts()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        var answer = new TaskCompletionSource();
        app.Receiver.Answer = (http, _) => answer.Task.WaitAsync(http.RequestAborted);
        await app.Tell(objects: 1, versions: 1);
        await app.Receiver.UntilGot(1);

        await app.Call("POST", $"/webhook-endpoints/{id}/disable");
        var until = await LeasedUntil();
        await Wait.UntilAsync(async () => await LeasedUntil() > until, "the right to send is not renewed");
        answer.SetResult();
        await app.UntilAttempts(id, 1);
        await app.Call("POST", $"/webhook-endpoints/{id}/enable");
        await app.Tell(objects: 1, versions: 1);
        await app.Receiver.UntilGot(2);

        Assert.That((bool)(await app.Attempts(id))[^1]["succeeded"]!);
        Assert.That(app.Receiver.Got.Select(got => got.Id), Is.Unique);

        Task<DateTime> LeasedUntil() => app.Directory.Ask<DateTime>("SELECT lease_until FROM webhook_endpoints WHERE $1 <> id");
    }

    [Test]
    public async Task A_dry_replay_waits_for_nobody()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        await using var source = NpgsqlDataSource.Create(app.Database);
        await using var session = await source.OpenConnectionAsync();
        await using var transaction = await session.BeginTransactionAsync();
        await using var locking = new NpgsqlCommand("SELECT FROM webhook_endpoints FOR UPDATE", session, transaction);
        await locking.ExecuteNonQueryAsync();

        var dry = await app.Call("POST", $"/webhook-endpoints/{id}/replay?dry=true", """{"since":"2020-01-01T00:00:00Z"}""");

        Assert.That((bool)dry!["isDry"]!);
    }

    [Test]
    public async Task Behind_a_replayed_event_that_fails_no_later_one_of_its_object_is_due()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        var refused = 2;
        app.Receiver.Answer = (http, hook) =>
        {
            http.Response.StatusCode = hook.Version >= refused ? 500 : 200;
            return Task.CompletedTask;
        };
        await app.Tell(objects: 1, versions: 2);
        await app.UntilAttempts(id, 2);
        Assert.That(await app.Waiting(id), Is.EqualTo(new[] { "failed 1" }));
        refused = 1;
        var begin = await app.Directory.Ask<DateTime>(
            "SELECT min(recorded_at) FROM events WHERE connection_id = $1 AND type LIKE '%updated'"
        );

        await app.Call(
            "POST",
            $"/webhook-endpoints/{id}/replay",
            $$"""{"since":"{{begin.ToString("O", CultureInfo.InvariantCulture)}}","types":["directory.user.updated"]}"""
        );
        await app.UntilAttempts(id, 3);

        var due = await app.Directory.Ask<long>("SELECT count(*) FROM webhook_deliveries WHERE $1 <> id AND next_at IS NOT NULL");
        Assert.That(due, Is.EqualTo(1));
    }

    [Test]
    public async Task A_secret_that_the_server_cannot_open_costs_no_attempt_and_later_the_events_are_sent()
    {
        const string otherSecret = "UPDATE webhook_endpoints SET secret = set_byte(secret, 20, get_byte(secret, 20) # 1)";
        await using var app = await HookApp.StartAsync(LogLines.Settings);
        using var log = new LogLines();
        app.Server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var (id, _) = await app.Hook();
        await PostgresFixture.ExecuteAsync(otherSecret, app.Database);

        await app.Tell(objects: 3, versions: 1);
        await Wait.UntilAsync(
            () => log.All.Any(line => line.Contains($"{id} cannot be opened", StringComparison.Ordinal)),
            "it is not said"
        );
        Assert.That((int)(await app.Endpoint(id))!["failuresInARow"]!, Is.Zero);
        Assert.That(await app.Attempts(id), Is.Empty);
        await PostgresFixture.ExecuteAsync(otherSecret, app.Database);
        app.Later(TimeSpan.FromSeconds(61));

        await app.Receiver.UntilGot(3);
    }

    [Test]
    public async Task What_waits_behind_an_exhausted_event_that_is_not_kept_any_more_is_sent()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook(""","types":["directory.user.*"],"order":"connection" """);
        app.Receiver.AnswerWith(500);
        await app.Tell(objects: 1, versions: 1);
        await app.UntilAttempts(id, 1);
        await app.Tell(objects: 120, versions: 1);
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length > 100, "the later events do not wait");
        await PostgresFixture.ExecuteAsync(
            """
            UPDATE webhook_deliveries SET exhausted = true, next_at = NULL WHERE attempts > 0;
            UPDATE event_log SET dropped_to = (SELECT position FROM webhook_deliveries WHERE exhausted);
            """,
            app.Database
        );

        app.Receiver.AnswerWith(200);
        app.Later(TimeSpan.FromHours(25));
        await app.Server.Services.GetRequiredService<DailyJob>().RunIfDueAsync(CancellationToken.None);

        await app.Receiver.UntilGot(121);
        Assert.That(app.Receiver.Got.Select(got => got.Id).Distinct().Count(), Is.EqualTo(121));
    }

    [Test]
    public async Task Without_a_partition_for_attempts_events_are_sent_once_and_no_attempt_is_logged()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        await PostgresFixture.ExecuteAsync("SELECT scim_drop_partitions('webhook_attempts', now() + interval '1 year')", app.Database);

        await app.Tell(objects: 5, versions: 1);
        await Wait.UntilAsync(
            async () =>
                await app.Directory.Ask<bool>(
                    "SELECT bool_and(position = (SELECT max(position) FROM events)) FROM webhook_endpoints WHERE $1 <> id"
                ),
            "the endpoint is not done"
        );

        Assert.That(app.Receiver.Got, Has.Count.EqualTo(5));
        Assert.That(await app.Attempts(id), Is.Empty);
    }
}
