using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>What becomes of an endpoint in the long run: exhausted events, disabling, secrets, replay, test.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookLifeTests
{
    static readonly TimeSpan[] Ladder =
    [
        TimeSpan.FromSeconds(6),
        TimeSpan.FromMinutes(6),
        TimeSpan.FromMinutes(34),
        TimeSpan.FromHours(2.3),
        TimeSpan.FromHours(5.6),
        TimeSpan.FromHours(11.1),
        TimeSpan.FromHours(15.5),
        TimeSpan.FromHours(22.1),
        TimeSpan.FromHours(26.5),
    ];

    [Test]
    public async Task An_event_that_was_tried_ten_times_stays_until_somebody_retries_it()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        var refuses = true;
        app.Receiver.Answer = (http, hook) =>
        {
            http.Response.StatusCode = refuses && hook.Text.Contains("ella") ? 500 : 200;
            return Task.CompletedTask;
        };
        var ella = await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);
        for (var step = 0; step < Ladder.Length; step++)
        {
            // Others are taken meanwhile.
            await app.Directory.User($"other-{step}");
            await app.UntilAttempts(id, 2 * step + 2);
            app.Later(Ladder[step]);
            await app.UntilAttempts(id, 2 * step + 3);
        }
        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.App.Settle();
        app.Later(TimeSpan.FromDays(30));
        await app.Directory.User("last");
        await app.UntilAttempts(id, 20);
        Assert.That(await app.Waiting(id), Is.EqualTo(new[] { "exhausted 10", "waiting 0" }));
        var rows = (await app.Call("GET", $"/webhook-endpoints/{id}/deliveries?status=waiting"))!["data"]!.AsArray();

        var (status, problem) = await app.Server.Admin.Call("POST", $"/deliveries/{rows.Single()!["id"]}/retry");
        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "earlier_delivery_waits")));
        refuses = false;
        var exhausted = (await app.Call("GET", $"/webhook-endpoints/{id}/deliveries?status=exhausted"))!["data"]![0]!["id"];
        await app.Call("POST", $"/deliveries/{exhausted}/retry");
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");

        var got = app.Receiver.Got.Where(hook => hook.Text.Contains("ella")).Select(hook => hook.Version);
        Assert.That(got.TakeLast(2), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task After_five_days_of_nothing_but_failures_the_endpoint_is_disabled_and_half_way_operators_are_told()
    {
        await using var app = await HookApp.StartAsync(LogLines.Settings);
        using var log = new LogLines();
        app.Server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var (other, _) = await app.Hook(""","types":["webhook.disabled"]""");
        await using var dead = await HookReceiver.StartAsync();
        dead.AnswerWith(503);
        var id = (Guid)(await app.Call("POST", "/webhook-endpoints", $$"""{"url":"{{dead.Url}}","description":"Dead"}"""))!["id"]!;

        await app.Directory.User("ella");
        var tries = 1;
        foreach (var step in Ladder.Concat(Enumerable.Repeat(TimeSpan.FromHours(26.5), 2)))
        {
            await dead.UntilGot(tries++);
            await Settled(app, id);
            app.Later(step);
        }
        await Wait.UntilAsync(async () => (string)(await app.Endpoint(id))!["state"]! == "disabled", "it is not disabled");
        await app.Receiver.UntilGot(1);

        Assert.That((string)(await app.Endpoint(id))!["disabledReason"]!, Is.EqualTo("failing"));
        var told = app.Receiver.Got.Single();
        Assert.That((told.Type, (string)told.Body["data"]!["endpoint"]!["id"]!), Is.EqualTo(("webhook.disabled", $"{id}")));
        Assert.That(
            (string)told.Body["data"]!["reason"]!,
            Is.EqualTo("Nothing but failures for 5 days; the last: The receiver has answered 503.")
        );
        Assert.That(
            log.All.Count(line => line.StartsWith($"Warning: Webhook endpoint {id} has done nothing but fail", StringComparison.Ordinal)),
            Is.EqualTo(1)
        );
        Assert.That(
            log.All.Count(line => line.StartsWith($"Error: Webhook endpoint {id} was disabled", StringComparison.Ordinal)),
            Is.EqualTo(1)
        );

        dead.AnswerWith(200);
        await app.Call("POST", $"/webhook-endpoints/{id}/enable");
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");
        Assert.That(dead.Got.Count(hook => hook.Type == "directory.user.created"), Is.GreaterThan(9));
        Assert.That(await app.Attempts(other), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task While_two_secrets_overlap_both_sign_and_afterwards_the_new_one_alone()
    {
        await using var app = await HookApp.StartAsync();
        var (id, old) = await app.Hook();

        var rotated = await app.Call("POST", $"/webhook-endpoints/{id}/rotate-secret", """{"overlapHours":2}""");
        var secret = (string)rotated!["secret"]!;
        await app.Directory.User("ella");
        await app.Receiver.UntilGot(1);
        app.Later(TimeSpan.FromHours(3));
        await app.Directory.User("bo");
        await app.Receiver.UntilGot(2);

        var (both, alone) = (app.Receiver.Got[0], app.Receiver.Got[1]);
        Assert.That((both.IsSignedWith(old), both.IsSignedWith(secret)), Is.EqualTo((true, true)));
        Assert.That((alone.IsSignedWith(old), alone.IsSignedWith(secret)), Is.EqualTo((false, true)));
        await app.Call("POST", $"/webhook-endpoints/{id}/rotate-secret", """{"overlapHours":0}""");
        await app.Directory.User("carl");
        await app.Receiver.UntilGot(3);
        Assert.That(app.Receiver.Got[2].IsSignedWith(secret), Is.False);
    }

    [Test]
    public async Task A_replay_sends_exactly_as_many_as_its_dry_run_has_said_before_new_ones()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        await app.Tell(objects: 30, versions: 2);
        await app.Receiver.UntilGot(60);
        await Settled(app, id);
        var begin = await app.Directory.Ask<DateTime>(
            "SELECT min(recorded_at) FROM events WHERE connection_id = $1 AND type LIKE '%updated'"
        );
        var range = $$"""{"since":"{{begin.ToString("O", CultureInfo.InvariantCulture)}}","types":["directory.user.updated"]}""";

        var dry = await app.Call("POST", $"/webhook-endpoints/{id}/replay?dry=true", range);
        Assert.That(dry!.ToJsonString(), Is.EqualTo("""{"count":60,"isDry":true}"""));
        var none = await app.Call(
            "POST",
            $"/webhook-endpoints/{id}/replay?dry=true",
            """{"since":"2020-01-01T00:00:00Z","until":"2020-01-02T00:00:00Z"}"""
        );
        Assert.That((long)none!["count"]!, Is.Zero);
        await app.Call("POST", $"/webhook-endpoints/{id}/replay", range);
        await app.Receiver.UntilGot(120);
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");
        await app.Directory.User("new");
        await app.Receiver.UntilGot(121);

        var (first, again) = (app.Receiver.Got.Take(60).ToList(), app.Receiver.Got.Skip(60).Take(60).ToList());
        Assert.That(again.Select(hook => hook.Id), Is.EquivalentTo(first.Select(hook => hook.Id)));
        foreach (var of in again.GroupBy(hook => hook.Object))
            Assert.That(of.Select(hook => hook.Version), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(app.Receiver.Got, Has.Count.EqualTo(121));
    }

    [TestCase("")]
    [TestCase("first_position = NULL, ", Description = "an endpoint that is older than what it knows of its beginning")]
    public async Task A_replay_leaves_out_what_was_told_before_the_endpoint_was_made(string older)
    {
        await using var app = await HookApp.StartAsync();
        await app.Tell(objects: 5, versions: 1);
        var (id, _) = await app.Hook();
        await app.Tell(objects: 3, versions: 1);
        await app.Receiver.UntilGot(3);
        await Settled(app, id);
        // The clock of the server is not that of PostgreSQL here.
        await PostgresFixture.ExecuteAsync(
            $"UPDATE webhook_endpoints SET {older}created_at = (SELECT min(recorded_at) FROM events WHERE position > first_position)",
            app.Database
        );
        const string all = """{"since":"2020-01-01T00:00:00Z"}""";

        var dry = await app.Call("POST", $"/webhook-endpoints/{id}/replay?dry=true", all);
        await app.Call("POST", $"/webhook-endpoints/{id}/replay", all);
        await app.Receiver.UntilGot(6);
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");

        Assert.That((long)dry!["count"]!, Is.EqualTo(3));
        var got = app.Receiver.Got.Select(hook => hook.Id).ToList();
        Assert.That(got.Skip(3), Is.EquivalentTo(got.Take(3)));
    }

    [Test]
    public async Task A_test_is_sent_at_once_and_its_answer_told_also_to_a_disabled_endpoint()
    {
        await using var app = await HookApp.StartAsync();
        var (id, secret) = await app.Hook();
        await app.Call("POST", $"/webhook-endpoints/{id}/disable");
        app.Receiver.Answer = async (http, _) =>
        {
            http.Response.StatusCode = 418;
            await http.Response.WriteAsync("teapot");
        };

        var attempt = await app.Call("POST", $"/webhook-endpoints/{id}/test");

        Assert.That(
            ((bool)attempt!["succeeded"]!, (int)attempt["status"]!, (string)attempt["answer"]!),
            Is.EqualTo((false, 418, "teapot"))
        );
        var got = app.Receiver.Got.Single();
        Assert.That((got.Type, got.Id, got.IsSignedWith(secret)), Is.EqualTo(("webhook.test", (string)attempt["eventId"]!, true)));
        Assert.That((string)(await app.Endpoint(id))!["state"]!, Is.EqualTo("disabled"));
        Assert.That(await app.Attempts(id), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_disabled_endpoint_goes_on_where_it_stood()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        await app.Call("POST", $"/webhook-endpoints/{id}/disable");
        await app.Tell(objects: 20, versions: 2);
        await Task.Delay(1500);
        Assert.That(app.Receiver.Got, Is.Empty);

        await app.Call("POST", $"/webhook-endpoints/{id}/enable");
        await app.Receiver.UntilGot(40);

        Assert.That(app.Receiver.Got.Select(hook => hook.Id).Distinct().Count(), Is.EqualTo(40));
    }

    [Test]
    public async Task Secrets_survive_a_new_signing_key_and_are_sealed_with_it()
    {
        const string next = "another signing key of the tests, as long";
        await using var app = await HookApp.StartAsync();
        var (id, secret) = await app.Hook();
        var before = await Sealed(app);

        using (
            var both = ServerProcess.StartOn(
                app.Database,
                ("Tokens__SigningKey", next),
                ("Tokens__PreviousSigningKeys__0", ScimServer.SigningKey)
            )
        )
        {
            await both.ListensOnAsync();
            await Wait.UntilAsync(async () => await Sealed(app) != before, "it was not sealed anew");
        }
        await app.Server.DisposeAsync();
        using var alone = ServerProcess.StartOn(app.Database, ("Tokens__SigningKey", next));
        using var client = new HttpClient { BaseAddress = await alone.ListensOnAsync() };
        client.DefaultRequestHeaders.Authorization = new("Bearer", ScimServer.AdminKey);
        await client.Call("POST", $"/webhook-endpoints/{id}/test");

        Assert.That(app.Receiver.Got.Single().IsSignedWith(secret));
    }

    static Task<string> Sealed(HookApp app) =>
        app.Directory.Ask<string>("SELECT string_agg(encode(secret, 'hex'), '') FROM webhook_endpoints WHERE $1 <> id");

    /// <summary>Waits until the results of the last attempt are written down.</summary>
    static Task Settled(HookApp app, Guid id) =>
        Wait.UntilAsync(
            async () =>
                await app.Directory.Ask<bool>(
                    $"SELECT NOT EXISTS (SELECT FROM webhook_endpoints WHERE $1 <> id AND id = '{id}' AND lease_until IS NOT NULL)"
                ),
            "the endpoint is still served"
        );
}
