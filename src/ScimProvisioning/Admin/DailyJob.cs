using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin;

/// <summary>Once a day, on one of all servers: warns of credentials that are about to expire, and throws away what is too old to be of use.</summary>
sealed partial class DailyJob(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionChanges changes,
    TimeProvider clock,
    ILogger<DailyJob> log
) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    static readonly TimeSpan FailedLoginsAreKept = TimeSpan.FromDays(30);

    // The look of the start may go on while the next one is asked for.
    readonly SemaphoreSlim _turn = new(1);

    // A day that this server has taken and could not finish is tried again here; all that was done stays done.
    bool _unfinished;

    /// <summary>Does the day's work, unless a server has done it within the last 24 hours.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (!_unfinished && !await TakeDayAsync(ct))
                return;
            _unfinished = true;
            await WarnAsync(ct);
            await ThrowAwayAsync(ct);
            _unfinished = false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, clock);
            do await TryAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    async Task TryAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(ct);
        }
        // Whatever it is, it must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotDone(e.GetBaseException().Message, Pause);
        }
    }

    /// <summary>Of servers that try at once, PostgreSQL lets one through.</summary>
    async Task<bool> TakeDayAsync(CancellationToken ct)
    {
        var now = clock.GetStoredNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO jobs (name, last_run_at) VALUES ('daily', {now})
                ON CONFLICT (name) DO UPDATE SET last_run_at = excluded.last_run_at WHERE jobs.last_run_at <= {now.AddDays(-1)}
                """,
                ct
            ) > 0;
    }

    async Task WarnAsync(CancellationToken ct)
    {
        var now = clock.GetStoredNow();
        await foreach (var told in new ExpiryWarnings(contexts, changes, clock).TellAsync(ct))
        {
            var target = told.IsSecret ? "Client secret" : "Token";
            if (told.DaysLeft(now) is > 0 and var days)
                Expires(target, told.Id, told.ConnectionId, days);
            else
                Expired(target, told.Id, told.ConnectionId);
        }
    }

    async Task ThrowAwayAsync(CancellationToken ct)
    {
        var now = clock.GetStoredNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        await db.Tokens.Where(t => t.OAuthClientId != null && t.ExpiresAt < now - AccessTokens.KeptAfterwards).ExecuteDeleteAsync(ct);
        await db.IdempotencyKeys.Where(k => k.CreatedAt <= now - Idempotency.Life).ExecuteDeleteAsync(ct);
        await db.FailedLogins.Where(f => f.OccurredAt < now - FailedLoginsAreKept).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Target} {Id} of connection {ConnectionId} expires within {Days} days")]
    partial void Expires(string target, Guid id, Guid connectionId, int days);

    [LoggerMessage(2, LogLevel.Warning, "{Target} {Id} of connection {ConnectionId} has expired")]
    partial void Expired(string target, Guid id, Guid connectionId);

    [LoggerMessage(3, LogLevel.Warning, "The daily look was not done ({Reason}); next try in {Pause}")]
    partial void NotDone(string reason, TimeSpan pause);
}
