using System.Threading.RateLimiting;

namespace ScimProvisioning.Support.Bundles;

/// <summary>
/// How many bundles the server makes at the same time for callers without a login: each is made in memory and asks the database for much.
/// </summary>
sealed class BundleTurns : IDisposable
{
    public const int AtOnce = 2;

    readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = AtOnce, QueueLimit = 0 });

    /// <returns><c>null</c>: all turns are taken.</returns>
    public RateLimitLease? Take()
    {
        var turn = _turns.AttemptAcquire();
        if (turn.IsAcquired)
            return turn;
        turn.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
