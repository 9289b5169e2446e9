using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Support;
using ScimProvisioning.Work;

namespace ScimProvisioning.Admin;

/// <summary>Once a day: warns of credentials that are about to expire, and deletes what is too old to be of use.</summary>
sealed partial class DailyJob(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionChanges changes,
    KeptPeople people,
    Retention retention,
    TimeProvider clock,
    ILogger<DailyJob> log
) : PeriodicJob("daily", TimeSpan.FromDays(1), contexts, clock, log)
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken ct)
    {
        // First, because without partitions nothing can be told.
        await KeepPartitionsAsync(ct);
        await WarnAsync(ct);
        await DeleteOldAsync(ct);
    }

    /// <summary>Logs have a partition for each month: old ones are dropped, and some are always there ahead.</summary>
    async Task KeepPartitionsAsync(CancellationToken ct)
    {
        await using var db = await Contexts.CreateDbContextAsync(ct);
        await db.AddPartitionsAsync(ct);
        var now = Clock.GetStoredNow();
        foreach (
            var (table, days, what) in ((string, int, string)[])
                [
                    ("events", retention.EventDays, "months of events"),
                    ("webhook_attempts", retention.WebhookAttemptDays, "months of attempts to deliver events"),
                    ("requests", retention.RequestDays, "months of the log of requests"),
                ]
        )
            if (Retention.Before(now, days) is { } old && await db.DropPartitionsAsync(table, old, ct) is > 0 and var dropped)
                Deleted(dropped, what);
    }

    async Task WarnAsync(CancellationToken ct)
    {
        var now = Clock.GetStoredNow();
        await foreach (var told in new ExpiryWarnings(Contexts, changes, Clock).TellAsync(ct))
        {
            var target = told.IsSecret ? "Client secret" : "Token";
            if (told.DaysLeft(now) is > 0 and var days)
                Expires(target, told.Id, told.ConnectionId, days);
            else
                Expired(target, told.Id, told.ConnectionId);
        }
    }

    async Task DeleteOldAsync(CancellationToken ct)
    {
        var now = Clock.GetStoredNow();
        await InBatchesAsync(
            "expired access tokens",
            db =>
                db.Tokens.Where(t => t.OAuthClientId != null && t.ExpiresAt < now - AccessTokens.KeptAfterwards)
                    .OrderBy(t => t.Id)
                    .Take(OldRows.Batch)
                    .ExecuteDeleteAsync(ct),
            ct
        );
        await InBatchesAsync(
            "answers for an Idempotency-Key",
            db =>
                db.IdempotencyKeys.Where(k => k.CreatedAt <= now.AddHours(-retention.IdempotencyKeyHours))
                    .OrderBy(k => k.AdminKeyId)
                    .ThenBy(k => k.KeyHash)
                    .Take(OldRows.Batch)
                    .ExecuteDeleteAsync(ct),
            ct
        );
        if (Retention.Before(now, retention.FailedLoginDays) is { } oldLogins)
            await InBatchesAsync(
                "failed logins",
                db =>
                    db.FailedLogins.Where(f => f.OccurredAt < oldLogins)
                        .OrderBy(f => f.ConnectionId)
                        .ThenBy(f => f.Id)
                        .Take(OldRows.Batch)
                        .ExecuteDeleteAsync(ct),
                ct
            );
        if (Retention.Before(now, retention.AuditLogDays) is { } oldEntries)
            // By id, which grows with the time: there is no index on the time itself.
            await InBatchesAsync(
                "entries of the audit log",
                db =>
                    db.AuditLog.Where(entry =>
                            db.AuditLog.OrderBy(e => e.Id)
                                .Take(OldRows.Batch)
                                .Where(e => e.OccurredAt < oldEntries)
                                .Any(e => e.Id == entry.Id)
                        )
                        .ExecuteDeleteAsync(ct),
                ct
            );
        if (Retention.Before(now, retention.RequestDetailDays) is { } oldDetails)
            await InBatchesAsync("names and bodies in the log of requests", db => db.EraseRequestDetailsAsync(oldDetails, ct), ct);
        if (Retention.Before(now, retention.RunDays) is { } oldRuns)
            await InBatchesAsync("runs", db => db.DeleteRunsAsync(oldRuns, ct), ct);
        await InBatchesAsync("rows of lists that were not compared", db => db.DeleteLostListsAsync(ct), ct);
        await EraseSelfTestsAsync(now, ct);
        await InBatchesAsync("links that have expired", db => db.DeleteExpiredLinksAsync(now, ct), ct);
        if (Retention.Before(now, retention.ReconciliationDays) is { } oldReconciliations)
            await InBatchesAsync("rows of reconciliations", db => db.DeleteReconciliationsAsync(oldReconciliations, ct), ct);
        await InBatchesAsync("deliveries of events that are not kept", db => db.DeleteDroppedDeliveriesAsync(ct), ct);
        await PromoteAsync(now, ct);
        var connections = await ConnectionsAsync(ct);
        if (Retention.Before(now, retention.DeletedPersonDays) is { } oldPeople)
            await ErasePeopleAsync(connections, oldPeople, ct);
        if (Retention.Before(now, retention.DeletedResourceDays) is { } oldResources)
            await InBatchesAsync("deleted resources", connections, (db, id) => db.DeleteTombstonesAsync(id, oldResources, ct), ct);
        if (Retention.Before(now, retention.ChangeLogDays) is { } oldChanges)
            await InBatchesAsync("entries of the change log", connections, (db, id) => db.DeleteChangesAsync(id, oldChanges, ct), ct);
    }

    /// <summary>What was erased is told also when a later batch fails.</summary>
    async Task ErasePeopleAsync(List<Guid> connections, DateTimeOffset before, CancellationToken ct)
    {
        var all = 0;
        try
        {
            foreach (var connection in connections)
                for (var mayBeMore = true; mayBeMore; )
                {
                    (var erased, mayBeMore) = await people.EraseAsync(connection, before, ct);
                    all += erased;
                }
        }
        finally
        {
            if (all > 0)
                Deleted(all, "deleted people");
        }
    }

    /// <summary>Self-tests that a killed server has not taken back.</summary>
    async Task EraseSelfTestsAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await Contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        var left = new List<(Guid Connection, Guid Token)>();
        await using (var rows = await db.ReadAsync(ct, SelfTestTraces.Left(now)))
            while (await rows.ReadAsync(ct))
                left.Add((rows.GetGuid(0), rows.GetGuid(1)));
        foreach (var (connection, token) in left)
            await db.RunAsync(ct, SelfTestTraces.Erase(connection, token, user: null));
        await transaction.CommitAsync(ct);
    }

    /// <summary>Each day: a job that was broken off may have left lanes of which nothing is due.</summary>
    async Task PromoteAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await Contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        await db.PromoteDeliveriesAsync(now, ct);
        await transaction.CommitAsync(ct);
    }

    Task InBatchesAsync(string what, Func<ScimDbContext, Task<int>> delete, CancellationToken ct) =>
        InBatchesAsync(what, [Guid.Empty], (db, _) => delete(db), ct);

    /// <summary>Each batch is a transaction of its own. What was deleted is told also when a later batch fails.</summary>
    async Task InBatchesAsync(string what, List<Guid> connections, Func<ScimDbContext, Guid, Task<int>> delete, CancellationToken ct)
    {
        var all = 0;
        try
        {
            foreach (var connection in connections)
            {
                int deleted;
                do
                {
                    await using var db = await Contexts.CreateDbContextAsync(ct);
                    await using var transaction = await db.BeginAsync(Reach.Everything, ct);
                    deleted = await delete(db, connection);
                    await transaction.CommitAsync(ct);
                    all += deleted;
                } while (deleted == OldRows.Batch);
            }
        }
        finally
        {
            if (all > 0)
                Deleted(all, what);
        }
    }

    /// <summary>Deleted ones too: their rows are kept no longer than others.</summary>
    async Task<List<Guid>> ConnectionsAsync(CancellationToken ct)
    {
        await using var db = await Contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        return await db.Connections.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(ct);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Target} {Id} of connection {ConnectionId} expires within {Days} days")]
    partial void Expires(string target, Guid id, Guid connectionId, int days);

    [LoggerMessage(2, LogLevel.Warning, "{Target} {Id} of connection {ConnectionId} has expired")]
    partial void Expired(string target, Guid id, Guid connectionId);

    [LoggerMessage(3, LogLevel.Information, "Deleted {Count} {What} that were kept long enough (settings Retention__…)")]
    partial void Deleted(int count, string what);
}
