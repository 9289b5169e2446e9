using System.Collections.Concurrent;
using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Projection;

/// <summary>
/// Releases what this server's requests have changed, as soon as they are committed, and now and then what other servers have left. Every
/// server does so; a row lock lets one at a time work on a connection.
/// </summary>
sealed partial class ProjectionWorker(
    ConnectionProjection projection,
    PendingConnections pending,
    ChangeSignal signal,
    ILogger<ProjectionWorker> log
) : BackgroundService
{
    /// <summary>Connections that a server works on at once.</summary>
    const int Workers = 2;

    /// <summary>Batches of one connection before others come first.</summary>
    const int TurnOf = 20;

    // These spare the database, so they are real time and not the clock's.
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<Guid, bool> _running = [];
    readonly ConcurrentDictionary<Guid, TimeSpan> _pauses = [];

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([.. Enumerable.Range(0, Workers).Select(_ => RunAsync(stoppingToken)), LookAsync(stoppingToken)]);

    async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var connection = await signal.NextAsync(ct);
            if (!_running.TryAdd(connection, true))
            {
                // The other worker of this server may have read the log already: let it look once more.
                await Task.Delay(FirstPause, ct);
                signal.Raise(connection);
                continue;
            }
            try
            {
                await ReleaseAsync(connection, ct);
            }
            finally
            {
                _running.TryRemove(connection, out _);
            }
        }
    }

    /// <summary>Until all is released. A connection with very much to do lets others go first now and then.</summary>
    async Task ReleaseAsync(Guid connection, CancellationToken ct)
    {
        for (var batch = 1; ; batch++)
        {
            var next = await TryAsync(connection, ct);
            switch (next)
            {
                case NextStep.None or null:
                    return;
                case NextStep.Gather:
                    signal.RaiseSoon(connection);
                    return;
                case NextStep.Continue when batch < TurnOf:
                    continue;
                case NextStep.Continue:
                    signal.Raise(connection);
                    return;
                default:
                    // Not held meanwhile: a long transaction must not keep a worker from other connections.
                    _ = RaiseLaterAsync(connection, ct);
                    return;
            }
        }
    }

    async Task RaiseLaterAsync(Guid connection, CancellationToken ct)
    {
        // Twice as long each time: a transaction may run for hours.
        var pause = _pauses.AddOrUpdate(connection, FirstPause, (_, last) => last * 2 < LongestPause ? last * 2 : LongestPause);
        await Task.Delay(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signal.Raise(connection);
    }

    async Task<NextStep?> TryAsync(Guid connection, CancellationToken ct)
    {
        try
        {
            var next = await projection.AdvanceAsync(connection, ct);
            if (next is NextStep.None or NextStep.Continue or NextStep.Gather)
                _pauses.TryRemove(connection, out _);
            return next;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
        {
            return NextStep.Continue;
        }
        // Whatever it is, it must not stop the server. The next look tries again.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (PostgresPool.IsUnavailable(e))
                return null;
            NotReleased(connection, e);
            return null;
        }
    }

    async Task LookAsync(CancellationToken ct)
    {
        var knowsPositions = false;
        while (true)
        {
            try
            {
                if (!knowsPositions && await pending.ForgetForeignPositionsAsync(ct) is > 0 and var count)
                    Copied(count);
                knowsPositions = true;
                foreach (var connection in await pending.FindAsync(ct))
                    signal.Raise(connection);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
            await signal.WaitForUnknownAsync(BetweenLooks, ct);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Changes of connection {ConnectionId} could not be released; they are tried again")]
    partial void NotReleased(Guid connectionId, Exception failure);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "The database was copied from another PostgreSQL: what {Count} connections release is computed anew"
    )]
    partial void Copied(int count);

    [LoggerMessage(2, LogLevel.Error, "It could not be found out which connections have changes to release")]
    partial void NotLooked(Exception failure);
}
