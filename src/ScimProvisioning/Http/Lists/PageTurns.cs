using System.Threading.RateLimiting;
using ScimProvisioning.Api;

namespace ScimProvisioning.Http.Lists;

/// <summary>
/// Long pages are read in turn, on half of the processors at most: each takes a hundred times as long as a match, and the short requests of
/// all other connections would wait for them. One connection gets half of the turns, so that another waits for few of its pages.
/// </summary>
sealed class PageTurns : IDisposable
{
    /// <summary>Resources of a page that needs no turn.</summary>
    const int ShortPage = 200;

    static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    static readonly int All = Math.Max(1, Environment.ProcessorCount / 2);

    // A connection waits for its own turns first, and only then stands in the queue of all.
    readonly ChainedLimiter<Guid> _turns = new(
        PartitionedRateLimiter.Create<Guid, Guid>(connection =>
            RateLimitPartition.GetConcurrencyLimiter(connection, _ => Turns(Math.Max(1, All / 2)))
        ),
        PartitionedRateLimiter.Create<Guid, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => Turns(All)))
    );

    /// <summary>Waits for the turn of a page of so many resources, which lasts until the result is disposed.</summary>
    /// <param name="waited">How long the request has waited for other turns.</param>
    /// <exception cref="UnavailableException">Other long pages of the connection took all turns for seconds.</exception>
    public async Task<IDisposable?> TakeAsync(Guid connection, int count, TimeSpan waited, CancellationToken ct)
    {
        if (count <= ShortPage)
            return null;
        var left = TurnWait.Most - waited;
        return await LimiterWait.AcquireAsync(
            wait => _turns.Limiter.AcquireAsync(connection, 1, wait),
            left > LeastWait ? left : LeastWait,
            $"Other pages of more than {ShortPage} resources took all turns. Send the request again, and fewer at the same time.",
            ct
        );
    }

    public void Dispose() => _turns.Dispose();

    // The rate limits of connections bound how many wait.
    static ConcurrencyLimiterOptions Turns(int count) =>
        new()
        {
            PermitLimit = count,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
}
