using System.Threading.RateLimiting;

namespace ScimProvisioning.Http.Lists;

/// <summary>
/// Long pages are read in turn, on half of the processors at most: each takes a hundred times as long as a match, and the short requests of
/// all other connections would wait for them.
/// </summary>
sealed class PageTurns : IDisposable
{
    /// <summary>Resources of a page that needs no turn.</summary>
    const int ShortPage = 200;

    readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
            // The rate limits of connections bound how many wait.
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits for the turn of a page of so many resources, which lasts until the result is disposed.</summary>
    public async Task<IDisposable?> TakeAsync(int count, CancellationToken ct) =>
        count <= ShortPage ? null : await _turns.AcquireAsync(1, ct);

    public void Dispose() => _turns.Dispose();
}
