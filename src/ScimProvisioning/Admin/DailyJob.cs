using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Work;

namespace ScimProvisioning.Admin;

/// <summary>Once a day: warns of credentials that are about to expire, and deletes what is too old to be of use.</summary>
sealed partial class DailyJob(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionChanges changes,
    TimeProvider clock,
    ILogger<DailyJob> log
) : PeriodicJob("daily", TimeSpan.FromDays(1), contexts, clock, log)
{
    static readonly TimeSpan FailedLoginsAreKept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken ct)
    {
        await WarnAsync(ct);
        await DeleteOldAsync(ct);
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
        await using var db = await Contexts.CreateDbContextAsync(ct);
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
}
