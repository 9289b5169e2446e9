using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// The right of this server to send to an endpoint, kept while requests are under way. A server that was killed, or stood still for too
/// long, loses it to another one.
/// </summary>
sealed class SendingRight(NpgsqlDataSource database, Guid endpoint, Guid lease) : IDisposable
{
    // Real time, as the lease itself.
    static readonly TimeSpan BetweenRenewals = WebhookTurn.Lease / 4;
    static readonly TimeSpan Safe = WebhookTurn.Lease - BetweenRenewals;

    readonly CancellationTokenSource _lost = new();
    readonly CancellationTokenSource _done = new();
    long _renewed = Stopwatch.GetTimestamp();

    /// <summary>Ends requests that are under way when another server may have begun.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether a request may still begin.</summary>
    public bool IsSure => !_lost.IsCancellationRequested && Stopwatch.GetElapsedTime(Volatile.Read(ref _renewed)) < Safe;

    /// <summary>Renews it until it is lost or this is disposed.</summary>
    public async Task KeepAsync()
    {
        while (!_done.IsCancellationRequested)
        {
            await Task.Delay(BetweenRenewals, _done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_done.IsCancellationRequested)
                return;
            var asked = Stopwatch.GetTimestamp();
            try
            {
                await using var rows = await AcrossConnections.RunAsync(database, _done.Token, WebhookTurn.Renew(endpoint, lease));
                var isKept = await rows.ReadAsync(_done.Token);
                while (await rows.NextResultAsync(_done.Token)) { }
                if (isKept)
                    Volatile.Write(ref _renewed, asked);
                else
                    await _lost.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                // Tried again, as long as it lasts.
            }
            if (!IsSure)
                await _lost.CancelAsync();
        }
    }

    public void Stop() => _done.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _done.Cancel();
        _done.Dispose();
        _lost.Dispose();
    }
}
