using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Feed;

/// <summary>
/// The requests that wait for events. This server's own events wake them at once. While anybody waits, one look for all of them finds the
/// events of other servers.
/// </summary>
sealed partial class FeedWaiters(NpgsqlDataSource database, EventSignal signal, ILogger<FeedWaiters> log) : BackgroundService
{
    /// <summary>Further requests do not wait: they are answered at once.</summary>
    const int Most = 500;

    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    int _waiting;

    /// <param name="stopping">Ends the wait, as when the time is over.</param>
    /// <returns>False when nothing has happened.</returns>
    public async Task<bool> WaitAsync(Task woken, TimeSpan longest, CancellationToken stopping, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > Most || longest <= TimeSpan.Zero)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ct);
        try
        {
            await woken.WaitAsync(longest, either.Token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = "";
        using var timer = new PeriodicTimer(BetweenLooks);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (Volatile.Read(ref _waiting) == 0)
                continue;
            try
            {
                var end = await ReadEndAsync(stoppingToken);
                if (end != last)
                    signal.Raise();
                last = end;
            }
            // Whatever it is, it must not stop the server. Requests that wait are answered when their time is over.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
        }
    }

    async Task<string> ReadEndAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, EventsEnd.Read());
        return await EventsEnd.ReadAsync(rows, ct);
    }

    [LoggerMessage(1, LogLevel.Error, "It could not be found out whether there are events")]
    partial void NotLooked(Exception failure);
}
