using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Work;

/// <summary>
/// Work that is done once in each interval, by one server of all. Every server looks now and then whether it is due; the one that takes the
/// <see cref="Lease"/> does it. Work that fails, is cut short by a stop or dies with its server is started again by the first server that
/// looks after the lease has run out. So it must be safe to start again what was half done.
/// </summary>
abstract partial class PeriodicJob(
    string name,
    TimeSpan interval,
    IDbContextFactory<ScimDbContext> contexts,
    TimeProvider clock,
    ILogger log
) : BackgroundService
{
    /// <summary>Between two looks of one server. Not shorter than a lease, so that the look after a failure finds the job free.</summary>
    static readonly TimeSpan Pause = Lease.Life;

    // Real time. The first look is not part of the start, so that the start is faster.
    static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(3);

    protected IDbContextFactory<ScimDbContext> Contexts => contexts;

    protected TimeProvider Clock => clock;

    /// <summary>Does the work if it is due and no other server is doing it.</summary>
    public async Task RunIfDueAsync(CancellationToken ct)
    {
        if (await Lease.TakeAsync(contexts, clock, name, interval, ct) is not { } lease)
            return;
        using var run = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (work, renewal) = (WorkAsync(run.Token), KeepAsync(lease, run.Token));
        var first = await Task.WhenAny(work, renewal);
        // Whichever ended, the other must end too: work without a lease could run at two servers.
        await run.CancelAsync();
        await Task.WhenAll(work, renewal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        await lease.FinishAsync(ct);
    }

    protected abstract Task WorkAsync(CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, stoppingToken);
        while (true)
        {
            await TryAsync(stoppingToken);
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    async Task TryAsync(CancellationToken ct)
    {
        try
        {
            await RunIfDueAsync(ct);
        }
        // Whatever it is, it must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotDone(name, e.GetBaseException().Message, Pause);
        }
    }

    /// <summary>
    /// Renews the lease until it is cancelled, or until a renewal fails or takes too long. A cancel ends the pause only: a renewal that was
    /// sent may be committed, and must be known.
    /// </summary>
    async Task KeepAsync(Lease lease, CancellationToken ct)
    {
        var third = Lease.Life / 3;
        while (true)
        {
            await Task.Delay(third, clock, ct);
            await lease.RenewAsync(CancellationToken.None).WaitAsync(third, clock, CancellationToken.None);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The {Job} job was not done ({Reason}); next try in {Pause}")]
    partial void NotDone(string job, string reason, TimeSpan pause);
}
