using System.Threading.RateLimiting;

namespace ScimProvisioning;

/// <summary>Waits for a share of something that all requests together may take only so much of.</summary>
static class LimiterWait
{
    /// <param name="acquire">Asks the limiter.</param>
    /// <param name="refusal">What a client is told that got no share in time.</param>
    /// <exception cref="UnavailableException">There was no share within the time, or too many wait already.</exception>
    public static async Task<RateLimitLease> AcquireAsync(
        Func<CancellationToken, ValueTask<RateLimitLease>> acquire,
        TimeSpan patience,
        string refusal,
        CancellationToken ct
    )
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
        wait.CancelAfter(patience);
        try
        {
            if (await acquire(wait.Token) is { IsAcquired: true } share)
                return share;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }
        throw new UnavailableException(refusal);
    }
}
