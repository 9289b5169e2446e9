using System.Collections.Concurrent;
using System.Diagnostics;

namespace ScimProvisioning.Tests.Faults;

/// <summary>The primary of two PostgreSQL hosts dies under load, the standby is promoted, and later restarted.</summary>
[TestFixture, Parallelizable, CancelAfter(900_000)]
sealed class FailoverTests
{
    // A server that kept what it knows of the hosts for Npgsql's ten seconds would need most of them.
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    [Test]
    public async Task Nothing_acknowledged_is_lost_every_refusal_is_503_and_the_new_primary_is_found_soon(CancellationToken ct)
    {
        await using var pair = await PostgresPair.StartAsync(ct);
        if (pair is null)
            Assert.Ignore("pg_basebackup is not installed.");
        await using var server = new ScimServer(pair!.ConnectionString);
        var directory = await TestDirectory.CreateAsync(server, pair.StandbyConnectionString);
        using var stop = new CancellationTokenSource();
        var (created, odd) = (new ConcurrentQueue<(string Id, long At)>(), new ConcurrentQueue<string>());
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(writer))).ToArray();
        try
        {
            await UntilAsync(20);
            await pair.KillPrimaryAsync(ct);
            await Wait.UntilAsync(async () => (await directory.Get("/Users")).Status == 503, "the outage is seen");
            await pair.PromoteStandbyAsync(ct);
            Assert.That(await FirstAfterAsync(Stopwatch.GetTimestamp()), Is.LessThan(Soon), "until the first write on the new primary");

            await pair.RestartStandbyAsync(ct);
            Assert.That(await FirstAfterAsync(Stopwatch.GetTimestamp()), Is.LessThan(Soon), "until the first write after its restart");
        }
        finally
        {
            await stop.CancelAsync();
        }
        await Task.WhenAll(writers).WaitAsync(Wait.Limit, ct);

        Assert.That(odd, Is.Empty);
        var logged = (await directory.Changes()).Select(change => (string)change["resource_id"]!).ToHashSet();
        Assert.That(created.Count(user => !logged.Contains(user.Id)), Is.Zero, "acknowledged users that are not there");

        async Task WriteAsync(int writer)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var answer = await directory.Send("POST", "/Users", $$"""{"userName":"w{{writer}}.{{i}}"}""");
                if (answer.Status == 201)
                    created.Enqueue(((string)answer["id"]!, Stopwatch.GetTimestamp()));
                else if (answer.Status != 503 || answer.Headers.RetryAfter is null)
                    odd.Enqueue($"{answer.Status} {answer.Body}");
                else
                    await Task.Delay(20, CancellationToken.None);
            }
        }

        Task UntilAsync(int count) => Wait.UntilAsync(() => created.Count >= count, $"{count} users are created");

        async Task<TimeSpan> FirstAfterAsync(long start)
        {
            await Wait.UntilAsync(() => created.LastOrDefault().At > start, "a user is created again");
            return Stopwatch.GetElapsedTime(start, created.First(user => user.At > start).At);
        }
    }
}
