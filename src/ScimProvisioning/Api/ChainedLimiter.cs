using System.Threading.RateLimiting;

namespace ScimProvisioning.Api;

/// <summary>
/// Several limiters, taken one after the other, which end together. <see cref="PartitionedRateLimiter.CreateChained"/> leaves those that it
/// is given alone, and each of them has a timer that runs until it is disposed.
/// </summary>
sealed class ChainedLimiter<T>(params PartitionedRateLimiter<T>[] limiters) : IDisposable
{
    public PartitionedRateLimiter<T> Limiter { get; } = PartitionedRateLimiter.CreateChained(limiters);

    /// <inheritdoc/>
    public void Dispose()
    {
        Limiter.Dispose();
        foreach (var limiter in limiters)
            limiter.Dispose();
    }
}
