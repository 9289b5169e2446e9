using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace ScimProvisioning.Http.RateLimiting;

/// <summary>
/// The same turns, but a request that waits for seconds is refused, as if the queue were full. It also notes how long a request has waited.
/// </summary>
sealed class ShortWait(PartitionedRateLimiter<HttpContext> turns) : PartitionedRateLimiter<HttpContext>
{
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => turns.GetStatistics(resource);

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount) =>
        turns.AttemptAcquire(resource, permitCount);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(
        HttpContext resource,
        int permitCount,
        CancellationToken cancellationToken
    )
    {
        var began = Stopwatch.GetTimestamp();
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(TurnWait.Most);
        try
        {
            var turn = await turns.AcquireAsync(resource, permitCount, wait.Token);
            resource.Features.Set(new TurnWait(Stopwatch.GetElapsedTime(began)));
            return turn;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NoTurn();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            turns.Dispose();
        base.Dispose(disposing);
    }

    sealed class NoTurn : RateLimitLease
    {
        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
