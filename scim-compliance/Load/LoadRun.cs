using ScimCompliance.Http;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;

namespace ScimCompliance.Load;

/// <summary>How much, how long.</summary>
/// <param name="Rate">Requests per second; null is as fast as the connections go.</param>
/// <param name="Requests">At most so many; null is no bound but the duration.</param>
/// <param name="Users">Prepared before the time runs.</param>
sealed record LoadOptions(double? Rate, TimeSpan Duration, int? Requests, int Connections, int Users);

/// <summary>What came of a load.</summary>
/// <param name="Rows">Per operation; the last is all.</param>
/// <param name="NotSent">Requests that were due at the rate, and not begun when the time ran out: the server was too slow for it.</param>
/// <param name="Left">Resources that could not be taken away again.</param>
sealed record LoadResult(
    string Url,
    string Mark,
    LoadOptions Options,
    TimeSpan Elapsed,
    IReadOnlyList<OperationFigures> Rows,
    int NotSent,
    IReadOnlyList<string> Left,
    ResourceCounts Deleted,
    bool Interrupted
)
{
    /// <summary>Every request that was due was sent and answered, and none with 5xx.</summary>
    public bool IsGood => !Interrupted && NotSent is 0 && Rows[^1].Errors.Keys.All(status => status is not 0 and < 500);
}

/// <summary>
/// Sends Entra's mix of requests at a given rate or flat out. At a rate the loop is open: a request is due at its time whether the ones before were
/// answered or not, and its latency counts from then, so that a server that falls behind is seen to.
/// </summary>
sealed class LoadRun(ScimClient client, string mark, int seed, LoadOptions options, TimeProvider clock)
{
    // Delays end up to a millisecond late: the last bit is waited for by looking at the clock.
    static readonly TimeSpan TimerLateness = TimeSpan.FromMilliseconds(1.5);

    readonly Measurement _measurement = new();
    int _next = -1;
    int _begun;
    long _started;

    /// <param name="tell">Called about twice a second with what was measured since.</param>
    /// <exception cref="CannotRun">There is no SCIM server that lets us in, or it does not create what the load needs.</exception>
    public async Task<LoadResult> RunAsync(Action<OperationFigures, TimeSpan, int> tell, CancellationToken ct)
    {
        var random = new Random(seed);
        await Connection.ConnectAsync(client, ct);
        // Retry-After is not obeyed: a 429 is a result here.
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
            throw CleanUp.Unfinished(unfinished, mark, left);
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
            await UntilAsync(due, ct);
            var operation = LoadMix.Choose(random);
            var reply = await population.SendAsync(operation, ct);
            _measurement.Add(operation, clock.GetElapsedTime(_started) - due, reply.Status);
        }
    }

    // Due are those whose time is before the end.
    int NotSent() =>
        options.Rate is { } rate
            ? Math.Max(
                0,
                Math.Min(options.Requests ?? int.MaxValue, (int)Math.Min(int.MaxValue, Math.Ceiling(rate * options.Duration.TotalSeconds)))
                    - _begun
            )
            : 0;

    async Task UntilAsync(TimeSpan due, CancellationToken ct)
    {
        if (due - clock.GetElapsedTime(_started) is var wait && wait > TimerLateness)
            await Task.Delay(wait - TimerLateness, clock, ct);
        while (clock.GetElapsedTime(_started) < due)
            await Task.Yield();
    }
}
