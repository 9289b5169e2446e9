using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// The right of this server to send to an endpoint, kept while requests are under way. A server that was killed, or stood still for too
/// long, loses it to another one. It is lost by the clock alone, also while the database does not answer.
/// </summary>
sealed class SendingRight : IDisposable
{
    // Real time, as the lease itself.
    public static readonly TimeSpan BetweenRenewals = WebhookTurn.Lease / 4;

    /// <summary>For so long after it was asked for, no other server has it.</summary>
    public static readonly TimeSpan Safe = WebhookTurn.Lease - BetweenRenewals;

    readonly NpgsqlDataSource _database;
    readonly Guid _endpoint;
    readonly Guid _lease;
    readonly CancellationTokenSource _lost = new();
    readonly CancellationTokenSource _done = new();
    long _asked;

    /// <param name="asked">When the right was asked for: it may have begun then.</param>
    public SendingRight(NpgsqlDataSource database, Guid endpoint, Guid lease, long asked)
    {
        (_database, _endpoint, _lease) = (database, endpoint, lease);
        Begin(asked);
    }

    /// <summary>Ends requests that are under way when another server may have begun.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether a request may still begin.</summary>
    public bool IsSure => !_lost.IsCancellationRequested && Stopwatch.GetElapsedTime(Volatile.Read(ref _asked)) < Safe;

    /// <summary>Renews it until it is lost or <see cref="Stop"/> is called.</summary>
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
                // Not stopped half-way: Npgsql 10 may then take the statement for prepared, and the next one with it fails.
                if (await AcrossConnections.ExecuteAsync(_database, CancellationToken.None, WebhookTurn.Renew(_endpoint, _lease)))
                    Begin(asked);
                else
                    await _lost.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // Tried again, as long as it lasts.
            }
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

    void Begin(long asked)
    {
        Volatile.Write(ref _asked, asked);
        var left = Safe - Stopwatch.GetElapsedTime(asked);
        _lost.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
