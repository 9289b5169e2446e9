using System.Collections.Concurrent;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// Finds the endpoints that there is something to send to, and has each served by a task of its own, so that none delays another. Every
/// server does so; a lease lets one at a time send to an endpoint.
/// </summary>
sealed partial class WebhookWorker(
    NpgsqlDataSource database,
    EventMonths months,
    EndpointDelivery delivery,
    WebhookSecrets secrets,
    EventSignal signal,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<WebhookWorker> log
) : BackgroundService
{
    /// <summary>Endpoints that this server sends to at the same time.</summary>
    const int Most = 64;

    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan BetweenMeasurements = TimeSpan.FromSeconds(15);

    readonly SemaphoreSlim _places = new(Most);

    /// <summary>The endpoints that are served; true: there may be more for it than was found at the start.</summary>
    readonly ConcurrentDictionary<Guid, bool> _served = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(LookAsync(stoppingToken), MeasureAsync(stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What is under way is waited for and written down, or it would be sent again.
        for (var i = 0; i < Most; i++)
            await _places.WaitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    async Task LookAsync(CancellationToken ct)
    {
        long? seen = null;
        while (true)
        {
            // Before the log is read: what comes afterwards raises it.
            var woken = signal.Next;
            try
            {
                if (seen is null && await secrets.SealAnewAsync(ct) is > 0 and var count)
                    NotOpened(count);
                seen = await FindAsync(seen, ct);
            }
            // Whatever it is, it must not stop the server. The next look tries again.
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
                woken = Task.Delay(BetweenLooks, ct);
            }
            await Task.WhenAny(woken, Task.Delay(BetweenLooks, ct));
            // One look for a burst of commits.
            await Task.Delay(Burst, ct);
        }
    }

    /// <param name="seen">The end of the log at the last look; <c>null</c>: this is the first.</param>
    /// <returns>The end of the log, or of the part of it that was looked at.</returns>
    async Task<long> FindAsync(long? seen, CancellationToken ct)
    {
        long end;
        await using (var rows = await AcrossConnections.RunAsync(database, ct, EventsEnd.ReadNumber()))
        {
            await rows.ReadAsync(ct);
            end = rows.GetInt64(0);
            while (await rows.NextResultAsync(ct)) { }
        }
        var window = await months.FindAsync(seen ?? end, ct);
        // A first look begins at the end.
        if (seen is not null)
            end = Math.Min(end, window.Last ?? end);
        // What others have left before this server started.
        IEnumerable<NpgsqlBatchCommand> behind = seen is null ? [PendingWebhooks.FindBehind(end)] : [];
        await using var found = await AcrossConnections.RunAsync(
            database,
            ct,
            [PendingWebhooks.Find(window, seen ?? end, end, clock.GetStoredNow()), .. behind]
        );
        do while (await found.ReadAsync(ct))
            Serve(found.GetGuid(0), ct);
        while (await found.NextResultAsync(ct));
        return end;
    }

    void Serve(Guid endpoint, CancellationToken ct)
    {
        if (_served.AddOrUpdate(endpoint, false, (_, _) => true))
            return;
        _ = ServeAsync(endpoint, ct);
    }

    async Task ServeAsync(Guid endpoint, CancellationToken ct)
    {
        try
        {
            do
            {
                _served[endpoint] = false;
                while (await TryAsync(endpoint, ct) is var after && after is not AfterTurn.Done)
                    if (after is AfterTurn.Lost)
                        await Task.Delay(BetweenLooks, ct);
            } while (!_served.TryRemove(new(endpoint, false)));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops; another one goes on, or this one when it starts again.
        }
    }

    /// <summary>Takes a place for a few seconds at most, so that slow endpoints keep none from others.</summary>
    async Task<AfterTurn> TryAsync(Guid endpoint, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await delivery.RunAsync(endpoint, ct);
        }
        // Whatever it is, it must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!PostgresPool.IsUnavailable(e))
                NotServed(endpoint, e);
            return AfterTurn.Lost;
        }
        finally
        {
            _places.Release();
        }
    }

    async Task MeasureAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (metrics.IsWatched)
                    await MeasureOnceAsync(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
            await Task.Delay(BetweenMeasurements, ct);
        }
    }

    async Task MeasureOnceAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, PendingWebhooks.Standing());
        await rows.ReadAsync(ct);
        var oldest = rows.IsDBNull(0) ? TimeSpan.Zero : clock.GetStoredNow() - rows.GetFieldValue<DateTimeOffset>(0);
        metrics.Looked(oldest, rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3));
        while (await rows.NextResultAsync(ct)) { }
    }

    [LoggerMessage(1, LogLevel.Error, "It could not be found out which webhook endpoints there is something to send to; it is tried again")]
    partial void NotLooked(Exception failure);

    [LoggerMessage(2, LogLevel.Error, "Sending to webhook endpoint {EndpointId} was broken off; it is tried again")]
    partial void NotServed(Guid endpointId, Exception failure);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The secrets of {Count} webhook endpoints were sealed with a signing key that this server does not know: set "
            + "Tokens__PreviousSigningKeys__0, or rotate their secrets"
    )]
    partial void NotOpened(int count);
}
