using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScimProvisioning.Tests.Admin;

/// <summary>How SCIM requests are answered in each state of a connection.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionGateTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("pending", 200)]
    [TestCase("active", 200)]
    [TestCase("paused", 503)]
    [TestCase("disabled", 401)]
    [TestCase("disconnected", 401)]
    [TestCase("deleted", 401)]
    public async Task Scim_is_served_held_off_or_refused(string state, int expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await _server.Bring(directory.Connection.Id, state);
        var before = await directory.Everything();

        Answer[] answers =
        [
            await directory.Get("/Users"),
            await directory.WithoutKey.Get("/Groups"),
            await directory.Get("/ServiceProviderConfig"),
            await directory.Send("POST", "/.search", "{}"),
        ];
        var written = await directory.Send("POST", "/Users", """{"userName":"ada"}""");

        Assert.That(answers.Select(a => a.Status), Has.All.EqualTo(expected));
        Assert.That(written.Status, Is.EqualTo(expected == 200 ? 201 : expected));
        if (expected == 200)
            return;
        Assert.That(await directory.Everything(), Is.EqualTo(before));
        Assert.That(written.Error, Is.EqualTo((expected, (string?)null)));
        Assert.That(written.Headers.RetryAfter?.Delta, Is.EqualTo(expected == 503 ? TimeSpan.FromSeconds(60) : (TimeSpan?)null));
        Assert.That(written.Detail, expected == 503 ? Does.Contain("paused").And.Contains("Nothing was lost") : Does.Not.Contain(state));
    }

    [Test]
    public async Task A_pause_is_not_logged_as_an_outage_of_the_database()
    {
        await using var server = new ScimServer(settings: LogLines.Settings);
        using var lines = new LogLines();
        server.StartServer();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        var directory = await TestDirectory.CreateAsync(server);
        await server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/pause");

        await directory.Get("/Users", ("X-Request-Id", "held-off"));

        // The log line is written after the response is sent.
        Assert.That(
            () => lines.All.Where(line => line.Contains("held-off", StringComparison.Ordinal)).Select(line => line.TrimEnd()),
            Is.EqualTo(
                    new[]
                    {
                        "Information: Request held-off (GET /scim/v2/{connectionKey}/{collection}, "
                            + $"connection {directory.Connection.Id}) was answered 503 service_unavailable",
                    }
                )
                .After(5_000, 20)
        );
    }

    [Test]
    public async Task After_a_pause_the_same_token_goes_on()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        await _server.Bring(directory.Connection.Id, "paused");
        var paused = await directory.Get("/Users");
        await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/resume");

        Assert.That((paused.Status, (await directory.Get("/Users")).Status), Is.EqualTo((503, 200)));
    }

    [Test]
    public async Task A_state_holds_on_another_server_within_a_second()
    {
        await using var there = new ScimServer();
        var directory = await TestDirectory.CreateAsync(_server);
        using var client = there.ClientWith(directory.Connection.Token);
        var users = new Uri("/scim/v2/Users", UriKind.Relative);

        foreach (var (action, status) in new[] { ("pause", 503), ("resume", 200), ("disable", 401), ("enable", 200), ("disconnect", 401) })
        {
            await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/{action}");
            var watch = Stopwatch.StartNew();
            while ((int)(await client.GetAsync(users)).StatusCode != status)
                Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)), action);
        }
    }
}
