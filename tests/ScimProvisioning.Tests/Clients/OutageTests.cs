using System.Net;
using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Client;

namespace ScimProvisioning.Tests.Clients;

/// <summary>A follower whose server is away, or something else answers in its place.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class OutageTests
{
    [TestCase(HttpStatusCode.BadGateway, null, new[] { 1, 2, 4, 8, 16, 30, 30 })]
    [TestCase(HttpStatusCode.ServiceUnavailable, 5, new[] { 5, 5, 5, 8, 16, 30, 30 })]
    [TestCase(HttpStatusCode.TooManyRequests, 60, new[] { 60, 60 })]
    [TestCase(HttpStatusCode.Unauthorized, null, new[] { 1, 2, 4 })]
    [TestCase(HttpStatusCode.OK, null, new[] { 1, 2, 4 }, Description = "no page of events")]
    public async Task It_tries_again_after_seconds(HttpStatusCode status, int? retryAfter, int[] pauses)
    {
        var clock = new FakeTimeProvider();
        var server = new Away(clock, status, retryAfter);
        using var http = new HttpClient(server) { BaseAddress = new("http://away.example/") };
        using var mirror = new MemoryMirror();
        await mirror.AdvanceAsync(null, "1-7", (_, _) => Task.CompletedTask, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var follower = new DirectoryFollower<MemoryMirror>(
            new(http),
            mirror,
            (_, _, _) => Task.CompletedTask,
            new() { Clock = clock, LongestRetry = TimeSpan.FromSeconds(30) }
        );

        var running = follower.RunAsync(stop.Token);
        await Wait.UntilAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(0.5));
                // The follower gets to its next step meanwhile.
                await Task.Delay(2);
                return server.Asked.Count > pauses.Length;
            },
            "it tries again"
        );
        await stop.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());

        // The clock goes on while the follower works, so a pause may be longer; never shorter.
        var asked = server.Asked;
        for (var i = 0; i < pauses.Length; i++)
            Assert.That((asked[i + 1] - asked[i]).TotalSeconds, Is.GreaterThanOrEqualTo(pauses[i]), $"pause {i}");
        Assert.That(await mirror.ReadAsync(CancellationToken.None), Is.EqualTo("1-7"));
    }

    [Test]
    public async Task A_webhook_wakes_one_that_waits_for_its_next_try()
    {
        var clock = new FakeTimeProvider();
        var server = new Away(clock, HttpStatusCode.ServiceUnavailable, 3_600);
        using var http = new HttpClient(server) { BaseAddress = new("http://away.example/") };
        using var mirror = new MemoryMirror();
        using var stop = new CancellationTokenSource();
        var follower = new DirectoryFollower<MemoryMirror>(new(http), mirror, (_, _, _) => Task.CompletedTask, new() { Clock = clock });
        var running = follower.RunAsync(stop.Token);

        await Wait.UntilAsync(
            () =>
            {
                follower.Wake();
                return server.Asked.Count > 3;
            },
            "it is woken"
        );

        await stop.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());
    }

    sealed class Away(TimeProvider clock, HttpStatusCode status, int? retryAfter) : HttpMessageHandler
    {
        readonly List<DateTimeOffset> _asked = [];

        /// <summary>When it was asked.</summary>
        public IReadOnlyList<DateTimeOffset> Asked
        {
            get
            {
                lock (_asked)
                    return [.. _asked];
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_asked)
                _asked.Add(clock.GetUtcNow());
            var response = new HttpResponseMessage(status) { Content = new StringContent("{}") };
            if (retryAfter is { } seconds)
                response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
            return Task.FromResult(response);
        }
    }
}
