using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>What a receiver gets, however it answers. Its server is real, and so is ours.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookDeliveryTests
{
    static readonly TimeSpan SecondStep = TimeSpan.FromSeconds(6);

    [Test]
    public async Task An_event_arrives_signed_and_as_the_feed_has_it()
    {
        await using var app = await HookApp.StartAsync();
        var (_, secret) = await app.Hook();

        await app.Directory.User("élla");
        await app.Receiver.UntilGot(1);

        var got = app.Receiver.Got[0];
        var told = await app.Directory.Ask<string>("SELECT body FROM events WHERE connection_id = $1 AND type = 'directory.user.created'");
        Assert.That(got.Text, Is.EqualTo(told));
        Assert.That((got.Id, got.ContentType, got.Path), Is.EqualTo(((string)got.Body["id"]!, "application/json", "/hooks")));
        Assert.That(got.IsSignedWith(secret));
        Assert.That(got.Signatures, Does.Not.Contain(" "));
        Assert.That(
            long.Parse(got.Time, System.Globalization.CultureInfo.InvariantCulture),
            Is.EqualTo(app.Server.Clock.GetUtcNow().ToUnixTimeSeconds()).Within(60)
        );
    }

    [Test]
    public async Task A_thin_endpoint_gets_id_and_version_of_the_object_alone()
    {
        await using var app = await HookApp.StartAsync();
        await app.Hook(""","types":["directory.user.created"],"payload":"thin" """);

        await app.Directory.User("ella");
        await app.Receiver.UntilGot(1);

        var body = app.Receiver.Got[0].Body;
        Assert.That(
            body.Select(member => member.Key),
            Is.EqualTo(
                new[] { "id", "position", "type", "timestamp", "organizationId", "connectionId", "initialLoad", "snapshotId", "data" }
            )
        );
        var user = (await app.App.Users()).Single();
        Assert.That(body["data"]!.ToJsonString(), Is.EqualTo($$"""{"id":"{{user.Key}}","version":1}"""));
    }

    [Test]
    public async Task An_endpoint_gets_the_types_and_the_connection_that_it_asked_for()
    {
        await using var app = await HookApp.StartAsync();
        var other = await app.Server.Connect();
        await app.Hook(""","types":["directory.group.created"]""");
        await app.Hook($$""","connectionId":"{{other.Id}}","types":["connection.enabled"]""");

        await app.Directory.User("ella");
        await app.Directory.Group("Design");
        await app.Server.Bring(other.Id, "active");
        await app.Receiver.UntilGot(2);
        await app.Directory.Group("Sales");
        await app.Receiver.UntilGot(3);

        Assert.That(
            app.Receiver.Got.Select(got => got.Type),
            Is.EquivalentTo(new[] { "directory.group.created", "directory.group.created", "connection.enabled" })
        );
    }

    [Test]
    public async Task A_later_event_of_an_object_waits_for_the_one_that_failed_and_others_do_not()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        var refuses = true;
        app.Receiver.Answer = (http, hook) =>
        {
            http.Response.StatusCode = refuses && hook.Text.Contains("ella") ? 500 : 204;
            return Task.CompletedTask;
        };

        var ella = await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);
        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.App.Settle();
        await app.Directory.User("bo");
        await app.Receiver.UntilGot(2);
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 2, "the later event does not wait");
        Assert.That(await app.Waiting(id), Is.EqualTo(new[] { "failed 1", "waiting 0" }));
        refuses = false;
        app.Later(SecondStep);
        await app.Receiver.UntilGot(4);

        Assert.That(
            app.Receiver.Got.Select(got => $"{got.Body["data"]!["user"]!["userName"]} {got.Version}"),
            Is.EqualTo(new[] { "ella 1", "bo 1", "ella 1", "ella 2" })
        );
        Assert.That(app.Receiver.Got.Select(got => got.Id).Distinct().Count(), Is.EqualTo(3), "the id stays the same");
        await Wait.UntilAsync(async () => (await app.Waiting(id)).Length == 0, "rows are left");
    }

    [TestCase(301)]
    [TestCase(307)]
    public async Task A_redirect_is_a_failure_and_never_followed(int status)
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        app.Receiver.AnswerWith(status, ("Location", $"{app.Receiver.Address}elsewhere"));

        await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);

        var attempt = (await app.Attempts(id))[0];
        Assert.That(((bool)attempt["succeeded"]!, (int)attempt["status"]!), Is.EqualTo((false, status)));
        Assert.That(app.Receiver.Got.Select(got => got.Path), Is.All.EqualTo("/hooks"));
    }

    [Test]
    public async Task An_answer_that_breaks_off_is_a_failure_even_when_it_says_200()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        app.Receiver.Answer = async (http, _) =>
        {
            http.Response.ContentLength = 500;
            await http.Response.WriteAsync("half of it");
            await http.Response.Body.FlushAsync();
            http.Abort();
        };

        await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);

        Assert.That((bool)(await app.Attempts(id))[0]["succeeded"]!, Is.False);
        app.Receiver.AnswerWith(200);
        app.Later(SecondStep);
        await app.Receiver.UntilGot(2);
    }

    [Test]
    public async Task A_receiver_that_hangs_is_given_up_after_15_seconds_and_left_alone_for_a_minute()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        var hangs = true;
        app.Receiver.Answer = (http, _) => hangs ? Task.Delay(Wait.Limit, http.RequestAborted) : Task.CompletedTask;

        await app.Directory.User("ella");
        await app.Receiver.UntilGot(1);
        app.Later(TimeSpan.FromSeconds(16));
        await app.UntilAttempts(id, 1);
        hangs = false;

        var attempt = (await app.Attempts(id))[0];
        Assert.That((string)attempt["error"]!, Does.Contain("not answered within 15 seconds"));
        Assert.That(await NextIn(app, id), Is.InRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(66)));
        app.Later(TimeSpan.FromSeconds(67));
        await app.Receiver.UntilGot(2);
    }

    // The second attempt comes after 5 s, with up to 10 % more. Retry-After counts between the step and twice the step.
    [TestCase(500, null, 4, 5.5)]
    [TestCase(503, "8", 7, 8.8)]
    [TestCase(503, "1", 4, 5.5)]
    [TestCase(503, "3600", 9, 11)]
    [TestCase(429, null, 59, 66)]
    [TestCase(429, "3600", 59, 66)]
    public async Task The_next_attempt_comes_when_the_receiver_wants_it_within_bounds(
        int status,
        string? retryAfter,
        double earliest,
        double latest
    )
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        app.Receiver.AnswerWith(status, retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);

        Assert.That((await NextIn(app, id)).TotalSeconds, Is.InRange(earliest, latest));
    }

    [Test]
    public async Task An_answer_of_410_disables_the_endpoint_and_enabled_again_it_goes_on_where_it_stood()
    {
        await using var app = await HookApp.StartAsync();
        var (gone, _) = await app.Hook();
        app.Receiver.AnswerWith(410);

        await app.Directory.User("ella");
        await Wait.UntilAsync(async () => (string)(await app.Endpoint(gone))!["state"]! == "disabled", "it is not disabled");
        await app.Directory.User("bo");
        await app.App.Settle();
        var told = await Disabled(app);
        app.Receiver.AnswerWith(200);
        await app.Call("POST", $"/webhook-endpoints/{gone}/enable");
        await app.Receiver.UntilGot(3);

        Assert.That((string)told["data"]!["endpoint"]!["id"]!, Is.EqualTo($"{gone}"));
        Assert.That(
            (told["connectionId"], (string)told["data"]!["reason"]!),
            Is.EqualTo(((JsonNode?)null, "The receiver has answered 410: it wants no more."))
        );
        Assert.That(
            app.Receiver.Got.Select(got => (string)got.Body["data"]!["user"]!["userName"]!),
            Is.EqualTo(new[] { "ella", "ella", "bo" })
        );
    }

    [Test]
    public async Task Answers_are_kept_to_1_KB()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        app.Receiver.Answer = (http, _) => http.Response.WriteAsync("\0" + new string('x', 100_000));

        await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);

        var attempt = (await app.Attempts(id))[0];
        Assert.That(((bool)attempt["succeeded"]!, ((string)attempt["answer"]!).Length), Is.EqualTo((true, 1024)));
    }

    static async Task<JsonObject> Disabled(HookApp app) =>
        (JsonObject)
            JsonNode.Parse(await app.Directory.Ask<string>("SELECT body FROM events WHERE $1 <> id AND type = 'webhook.disabled'"))!;

    static async Task<TimeSpan> NextIn(HookApp app, Guid id)
    {
        var delivery = (await app.Call("GET", $"/webhook-endpoints/{id}/deliveries"))!["data"]![0]!;
        return (DateTime)delivery["nextAttemptAt"]! - app.Server.Clock.GetUtcNow().UtcDateTime;
    }
}
