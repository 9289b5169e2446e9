using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Faults;

/// <summary>The primary of two PostgreSQL hosts dies under load, the standby is promoted, and later restarted.</summary>
[TestFixture, Parallelizable, CancelAfter(900_000)]
sealed class FailoverTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    // A write of the server is some statements on two new sessions where a direct one is one on one: on a machine that is slow at the
    // moment it may take so many times longer.
    const int DirectWrites = 4;

    readonly ConcurrentQueue<(string Id, long At)> _created = [];
    readonly ConcurrentQueue<string> _odd = [];
    readonly LogLines _log = new();

    [OneTimeTearDown]
    public void Stop() => _log.Dispose();

    [Test]
    public async Task Nothing_acknowledged_is_lost_every_refusal_is_503_and_the_new_primary_is_found_in_two_seconds(CancellationToken ct)
    {
        await using var pair = await PostgresPair.StartAsync(ct) ?? throw Missing("pg_basebackup");
        await using var server = new ScimServer(pair.ConnectionString, LogLines.SettingsOfAll);
        server.StartServer();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        var directory = await TestDirectory.CreateAsync(server, pair.StandbyConnectionString);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(directory, writer, stop.Token))).ToArray();
        try
        {
            await Wait.UntilAsync(() => _created.Count >= 20, "some users are created");
            await pair.KillPrimaryAsync(ct);
            await RecoversSoonAsync(pair.PromoteStandbyAsync, "the standby was promoted");

            await pair.StopStandbyAsync(ct);
            await RecoversSoonAsync(pair.StartStandbyAsync, "the new primary was restarted");
        }
        finally
        {
            await stop.CancelAsync();
        }
        await Task.WhenAll(writers).WaitAsync(Wait.Limit, ct);

        Assert.That(_odd, Is.Empty);
        var logged = (await directory.Changes()).Select(change => (string)change["resource_id"]!).ToHashSet();
        Assert.That(_created.Count(user => !logged.Contains(user.Id)), Is.Zero, "acknowledged users that are not there");
        Assert.That((_log.Outages(), _log.EndedOutages()), Is.EqualTo((2, 2)));
        Assert.That(_log.All.Where(IsFault), Is.Empty);

        async Task RecoversSoonAsync(Func<CancellationToken, Task> mend, string when)
        {
            await Wait.UntilAsync(async () => (await directory.Get("/Users")).Status == 503, "the outage is seen");
            var before = (Outages: _log.EndedOutages(), Time: Stopwatch.GetTimestamp());
            var mending = mend(ct);
            // What the primary itself takes is the beginning, and what it takes for it tells how slow the machine is.
            var (accepted, slowest) = ((long?)null, TimeSpan.Zero);
            while (!mending.IsFaulted && (accepted is null || _created.Last().At < before.Time))
            {
                var begin = Stopwatch.GetTimestamp();
                if (await pair.TryWriteAsync())
                {
                    accepted ??= Stopwatch.GetTimestamp();
                    slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(begin).Ticks));
                }
                await Task.Delay(20, ct);
            }
            await mending;
            var recovered = _created.First(user => user.At >= before.Time).At;

            Assert.That(Stopwatch.GetElapsedTime(accepted!.Value, recovered), Is.LessThan(Soon + DirectWrites * slowest), when);
            await Wait.UntilAsync(() => _log.EndedOutages() > before.Outages, "the outage is over");
        }
    }

    async Task WriteAsync(TestDirectory directory, int writer, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var answer = await directory.Send("POST", "/Users", $$"""{"userName":"w{{writer}}.{{i}}"}""");
            if (answer.Status == 201)
                _created.Enqueue(((string)answer["id"]!, Stopwatch.GetTimestamp()));
            else if (answer.Status != 503 || answer.Headers.RetryAfter is null)
                _odd.Enqueue($"{answer.Status} {answer.Body}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    // EF and ASP.NET would each log such a line, or a stack trace, for every request that fails.
    static bool IsFault(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal)
        || line.StartsWith("Critical", StringComparison.Ordinal)
        || line.Contains("\n   at ", StringComparison.Ordinal);

    /// <summary>A developer may do without it; CI may not.</summary>
    static Exception Missing(string program) =>
        Environment.GetEnvironmentVariable("CI") is "true"
            ? new AssertionException($"{program} is not installed: it comes with PostgreSQL.")
            : new IgnoreException($"{program} is not installed.");
}
