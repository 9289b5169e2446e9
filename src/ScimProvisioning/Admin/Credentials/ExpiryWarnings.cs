using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A secret token, or a secret of an OAuth client, that expires.</summary>
/// <param name="IsSecret">One of an OAuth client, whose label it bears.</param>
/// <param name="WarnedDays">The last threshold that was told of.</param>
sealed record Expiring(bool IsSecret, Guid Id, Guid ConnectionId, string? Label, DateTimeOffset ExpiresAt, int? WarnedDays)
{
    /// <summary>Days before the expiry; 0 is the expiry itself.</summary>
    public static readonly IReadOnlyList<int> Thresholds = [60, 30, 14, 7, 1, 0];

    /// <summary>The nearest threshold that has passed, unless it was told of.</summary>
    public int? Due(DateTimeOffset now)
    {
        var passed = Thresholds.Where(days => ExpiresAt <= now.AddDays(days)).Min(days => (int?)days);
        return passed < (WarnedDays ?? int.MaxValue) ? passed : null;
    }

    /// <summary>Rounded up; 0: it has expired.</summary>
    public int DaysLeft(DateTimeOffset now) => ExpiresAt <= now ? 0 : (int)Math.Ceiling((ExpiresAt - now).TotalDays);
}

/// <summary>
/// Tells of what will expire, in the change logs of the connections and in the audit log: once at each threshold, and only the
/// nearest when several have passed unseen. Disconnected and deleted connections are left out.
/// </summary>
sealed class ExpiryWarnings(IDbContextFactory<ScimDbContext> contexts, ConnectionChanges changes, TimeProvider clock)
{
    static readonly CurrentAdmin Server = new("server", null, true, null);

    readonly DateTimeOffset _now = clock.GetStoredNow();

    /// <summary>One short transaction for each connection: a long one would hold back all readers of the change log.</summary>
    public async IAsyncEnumerable<Expiring> TellAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var connectionId in await ConnectionsAsync(ct))
        foreach (var told in await TryTellAsync(connectionId, ct))
            yield return told;
    }

    async Task<IReadOnlyList<Expiring>> TryTellAsync(Guid connectionId, CancellationToken ct)
    {
        try
        {
            return await TellAsync(connectionId, ct);
        }
        catch (ProblemException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return []; // an admin has deleted the connection since it was listed
        }
    }

    async Task<IReadOnlyList<Guid>> ConnectionsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        return [.. (await DueAsync(db, db.Connections, ct)).Select(due => due.ConnectionId).Distinct()];
    }

    async Task<IReadOnlyList<Expiring>> TellAsync(Guid connectionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var work = new AdminTransaction(db, changes, clock);
        return await work.ChangeAsync(
            new AdminCaller(Server, "daily-job", null),
            async () =>
            {
                var connection = await db.LockConnectionAsync(connectionId, ct);
                // Read again under the lock: it may have been told, revoked or rotated since.
                var due = await DueAsync(db, db.Connections.Where(c => c.Id == connectionId), ct);
                foreach (var expiring in due)
                    await TellAsync(expiring, connection, db, work, ct);
                return due;
            },
            ct
        );
    }

    async Task TellAsync(Expiring expiring, Connection connection, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        var threshold = expiring.Due(_now);
        if (expiring.IsSecret)
            await db
                .OAuthClientSecrets.Where(s => s.Id == expiring.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.WarnedDays, threshold), ct);
        else
            await db.Tokens.Where(t => t.Id == expiring.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.WarnedDays, threshold), ct);

        var type = (expiring.IsSecret, threshold) switch
        {
            (true, 0) => ChangeType.ClientSecretExpired,
            (true, _) => ChangeType.ClientSecretExpiring,
            (false, 0) => ChangeType.TokenExpired,
            (false, _) => ChangeType.TokenExpiring,
        };
        var after = new
        {
            expiring.Id,
            expiring.Label,
            ExpiresAt = expiring.ExpiresAt.UtcDateTime,
            DaysLeft = expiring.DaysLeft(_now),
        };
        await work.RecordAsync(
            type,
            connection,
            expiring.IsSecret ? nameof(OAuthClientSecret) : nameof(Token),
            expiring.Id,
            null,
            after,
            ct
        );
    }

    async Task<IReadOnlyList<Expiring>> DueAsync(ScimDbContext db, IQueryable<Connection> connections, CancellationToken ct)
    {
        var horizon = _now.AddDays(Expiring.Thresholds[0]);
        var live = connections.Where(c => c.State != ConnectionState.Disconnected && c.State != ConnectionState.Deleted).Select(c => c.Id);
        var tokens = await db
            .Tokens.Where(t =>
                t.OAuthClientId == null
                && t.RevokedAt == null
                && t.ExpiresAt <= horizon
                && t.WarnedDays != 0
                && live.Contains(t.ConnectionId)
            )
            .Select(t => new Expiring(false, t.Id, t.ConnectionId, t.Label, t.ExpiresAt!.Value, t.WarnedDays))
            .ToListAsync(ct);
        var clients = db.OAuthClients.Where(c => c.RevokedAt == null);
        var secrets = await db
            .OAuthClientSecrets.Where(s =>
                s.RevokedAt == null && s.ExpiresAt <= horizon && s.WarnedDays != 0 && live.Contains(s.ConnectionId)
            )
            .Join(
                clients,
                s => s.OAuthClientId,
                c => c.Id,
                (s, c) => new Expiring(true, s.Id, s.ConnectionId, c.Label, s.ExpiresAt!.Value, s.WarnedDays)
            )
            .ToListAsync(ct);
        return [.. tokens.Concat(secrets).Where(expiring => expiring.Due(_now) is not null)];
    }
}
