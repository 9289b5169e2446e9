using ScimCompliance.Http;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;

namespace ScimCompliance.Load;

/// <summary>How much load is sent, and how long.</summary>
/// <param name="Rate">Requests per second; null sends as fast as the connections allow.</param>
/// <param name="Requests">The highest number of requests; null limits only the duration.</param>
/// <param name="Users">How many users are created before the measured time begins.</param>
sealed record LoadOptions(double? Rate, TimeSpan Duration, int? Requests, int Connections, int Users);

/// <summary>The result of a load.</summary>
/// <param name="Rows">Figures per operation; the last row is the sum.</param>
/// <param name="DueAndNotSent">Requests that were due at the rate but not begun when the time was over: the server was too slow.</param>
/// <param name="Left">Resources that could not be deleted.</param>
sealed record LoadResult(
    string Url,
    string Mark,
    LoadOptions Options,
    TimeSpan Elapsed,
    IReadOnlyList<OperationFigures> Rows,
    int DueAndNotSent,
    IReadOnlyList<string> Left,
    ResourceCounts Deleted,
    bool Interrupted
)
{
    /// <summary>Every due request was sent and answered, and none with 5xx.</summary>
    public bool IsGood => !Interrupted && DueAndNotSent is 0 && Rows[^1].Errors.Keys.All(status => status is not 0 and < 500);
}

/// <summary>
/// Sends Entra's mix of requests at a given rate or flat out. At a rate, a request is due at its time whether earlier ones were answered or
/// not, and its latency counts from then. So a server that falls behind shows high latencies.
/// </summary>
sealed class LoadRun(ScimClient client, string mark, int seed, LoadOptions options, TimeProvider clock)
{
    // A delay ends up to a millisecond late. So the last part of the wait watches the clock.
    static readonly TimeSpan TimerLateness = TimeSpan.FromMilliseconds(1.5);

    readonly Measurement _measurement = new();
    int _next = -1;
    int _begun;
    long _started;

    /// <param name="tell">Called about twice a second with the figures since the last call.</param>
    /// <exception cref="CannotRun">
    /// It is no SCIM server, it does not accept the token, or it does not create what the load needs.
    /// </exception>
    public async Task<LoadResult> RunAsync(Action<OperationFigures, TimeSpan, int> tell, CancellationToken ct)
    {
        var random = new Random(seed);
        await Connection.ConnectAsync(client, ct);
        // Does not obey Retry-After, since a 429 is a result here.
        var entra = new EntraRequests((method, path, body, cancelled) => client.SendOnceAsync(method, path, body, [], cancelled));
        var population = new Population(entra, new(mark, random), mark, random);
        var cleanUp = new CleanUp(population.Job, new(client, TimeSpan.Zero, clock), options.Connections, Progress.Silent);
        var (elapsed, left, interrupted, unfinished) = (TimeSpan.Zero, (IReadOnlyList<string>)[], false, (CannotRun?)null);
        try
        {
            await population.PrepareAsync(options.Users, options.Connections, ct);
            _started = clock.GetTimestamp();
            using var telling = clock.CreateTimer(
                _ => tell(_measurement.Latest(TimeSpan.FromSeconds(0.5)), clock.GetElapsedTime(_started), _measurement.Count),
                null,
                TimeSpan.FromSeconds(0.5),
                TimeSpan.FromSeconds(0.5)
            );
            await Task.WhenAll(
                Enumerable.Range(0, options.Connections).Select(worker => WorkAsync(population, new Random(seed + worker), ct))
            );
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            interrupted = true;
        }
        catch (CannotRun cannot)
        {
            unfinished = cannot;
        }
        finally
        {
            if (_started > 0)
                elapsed = clock.GetElapsedTime(_started);
            left = await cleanUp.RunAsync();
        }
        if (unfinished is not null)
            throw CleanUp.CannotGoOn(unfinished, mark, left);
        return new(
            client.BaseUrl,
            mark,
            options,
            elapsed,
            _measurement.Rows(elapsed),
            interrupted ? 0 : NotSent(),
            left,
            cleanUp.Deleted,
            interrupted
        );
    }

    async Task WorkAsync(Population population, Random random, CancellationToken ct)
    {
        while (Interlocked.Increment(ref _next) is var number && number < (options.Requests ?? int.MaxValue))
        {
            var due = options.Rate is { } rate ? TimeSpan.FromSeconds(number / rate) : clock.GetElapsedTime(_started);
            if (due >= options.Duration || clock.GetElapsedTime(_started) >= options.Duration)
                return;
            Interlocked.Increment(ref _begun);
            await WaitUntilAsync(due, ct);
            var operation = LoadMix.Choose(random);
            var reply = await population.SendAsync(operation, ct);
            _measurement.Add(operation, clock.GetElapsedTime(_started) - due, reply.Status);
        }
    }

    // The requests whose time is before the end, without those that were begun.
    int NotSent() =>
        options.Rate is { } rate
            ? Math.Max(
                0,
                Math.Min(options.Requests ?? int.MaxValue, (int)Math.Min(int.MaxValue, Math.Ceiling(rate * options.Duration.TotalSeconds)))
                    - _begun
            )
            : 0;

    async Task WaitUntilAsync(TimeSpan due, CancellationToken ct)
    {
        if (due - clock.GetElapsedTime(_started) is var wait && wait > TimerLateness)
            await Task.Delay(wait - TimerLateness, clock, ct);
        while (clock.GetElapsedTime(_started) < due)
            await Task.Yield();
    }
}
