using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimProvisioning.CommandLine;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>The commands about webhooks, run as an operator runs them.</summary>
[TestFixture, Parallelizable]
sealed class WebhookCommandTests
{
    [Test]
    public async Task An_endpoint_is_made_listed_tested_and_sent_events_again_by_commands()
    {
        await using var app = await HookApp.StartAsync();

        var created = (await Run(app, $"webhook create --url {app.Receiver.Url} --types directory.user.*")).Answer;
        var list = (await Run(app, "webhook list")).Answer;
        var test = (await Run(app, $"webhook test {created["id"]}")).Answer;
        await app.Directory.User("ella");
        await app.Receiver.UntilGot(2);
        var dry = (await Run(app, $"webhook replay {created["id"]} --since 2026-01-01T00:00:00Z --dry")).Answer;

        Assert.That(JsonNode.DeepEquals(list["data"]![0], created["endpoint"]), Is.True, $"{list}");
        Assert.That((bool)test["succeeded"]!, Is.True);
        Assert.That(app.Receiver.Got.All(hook => hook.IsSignedWith((string)created["secret"]!)));
        Assert.That(dry.ToJsonString(), Is.EqualTo("""{"count":1,"isDry":true}"""));
    }

    [Test]
    public async Task Events_are_relayed_to_a_developers_machine_and_the_secret_is_shown()
    {
        await using var app = await HookApp.StartAsync();
        using var process = Process.Start(
            ServerProcess.How(
                ["listen", "--forward-to", app.Receiver.Url, "--types", "directory.user.*"],
                ("ConnectionStrings__Postgres", app.Database)
            )
        )!;
        using var limit = new CancellationTokenSource(Wait.Limit);
        using var _ = limit.Token.Register(process.Kill);

        var said = (await process.StandardOutput.ReadLineAsync(limit.Token))!;
        // It begins at the end of the log, once it has found it.
        for (var i = 0; app.Receiver.Got.Count == 0; i++)
        {
            await app.Directory.User($"u{i}");
            await Task.Delay(200, limit.Token);
        }
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        process.Kill();

        Assert.That(said, Does.StartWith($"Events are sent to {app.Receiver.Url}, signed with whsec_"));
        Assert.That(app.Receiver.Got[0].IsSignedWith(said[said.IndexOf("whsec_", StringComparison.Ordinal)..]));
        Assert.That(app.Receiver.Got[0].Type, Is.EqualTo("directory.user.created"));
        Assert.That(line, Does.StartWith("200 1-").And.Contain("directory.user.created"));
    }

    [Test]
    public async Task A_receiver_that_hangs_does_not_end_the_relaying()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (http, _) => Task.Delay(Wait.Limit, http.RequestAborted);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(0.5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new StringContent("{}") };

        var answer = await ListenCommand.AnswerAsync(client, request, CancellationToken.None);

        Assert.That(answer, Does.StartWith("not answered within"));
    }

    [TestCase("listen --forward-to /hooks", "--forward-to: Must be an absolute http or https URL.")]
    [TestCase("listen --forward-to http://localhost:1 --secret secret", "--secret: Must be whsec_ and base64")]
    [TestCase("webhook create --url nowhere", "--url: Must be an absolute https or http URL")]
    public async Task A_wrong_option_is_named(string command, string sentence)
    {
        var outcome = await CommandOutcome.RunAsync(
            command,
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Tokens__SigningKey", ScimServer.SigningKey)
        );

        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((2, "")));
        Assert.That(outcome.Error, Does.Contain(sentence));
    }

    static Task<CommandOutcome> Run(HookApp app, string command) =>
        CommandOutcome.RunAsync(
            command,
            ("ConnectionStrings__Postgres", app.Database),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("PublicUrl", app.Server.Address.ToString())
        );
}
