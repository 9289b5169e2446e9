using System.Diagnostics;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Feed;

/// <summary>Reads events for whoever follows them, and waits for them. A request that waits holds no session of the database.</summary>
sealed class FeedUseCases(
    EventReader events,
    EventSignal signal,
    FeedWaiters waiters,
    ScimDbContext db,
    AdminTransaction transaction,
    IHostApplicationLifetime server
)
{
    /// <summary>How long a request goes on looking for rare types before it answers with none.</summary>
    static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    /// <summary>The pauses of a request that is woken again and again by events that it does not want.</summary>
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <exception cref="ProblemException">404 for a connection or organization that is not there; 410 for a position.</exception>
    public async Task<EventPage> ReadAsync(CurrentAdmin admin, FeedQuery query, CancellationToken ct)
    {
        if (query.ConnectionId is not null || query.OrganizationId is not null)
            await transaction.ReadAsync(admin, () => RequireInReachAsync(query, ct), ct);
        var filter = query.Filter(admin.OrganizationId);
        var began = Stopwatch.GetTimestamp();
        var (after, pause) = (query.Position?.Number ?? 0, FirstPause);
        while (true)
        {
            // Before the log is read: what comes afterwards raises it.
            var woken = signal.Next;
            var page = await events.ReadAsync(admin.Reach, filter, after, query.Most, ct);
            if (query.Position is { } position)
                RequireKept(position with { Number = after }, page.Log);
            var passed = Stopwatch.GetElapsedTime(began);
            if (page.Bodies.Count > 0 || (page.IsCaughtUp ? passed >= query.Patience : passed >= LongestSearch))
                return page;
            after = page.Next;
            if (!page.IsCaughtUp)
                continue;
            if (!await waiters.WaitAsync(woken, query.Patience - passed, server.ApplicationStopping, ct))
                return page;
            if (Stopwatch.GetElapsedTime(began) - passed < LongestPause)
            {
                await Task.Delay(pause, ct);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    async Task<bool> RequireInReachAsync(FeedQuery query, CancellationToken ct)
    {
        await db.RequireInReachAsync(query.ConnectionId, query.OrganizationId, ct);
        return true;
    }

    static void RequireKept(EventPosition position, EventLogState log)
    {
        var reason =
            position.Epoch != log.Epoch ? "The database was restored since this position was read."
            : position.Number < log.DroppedTo ? "Events after this position are not kept any more."
            : position.Number > log.Drawn ? "There are no events at this position yet: it comes from another database."
            : null;
        if (reason is not null)
            throw ProblemException.Gone(
                "position_expired",
                $"{reason} Read the directory anew: GET /api/v1/users and /groups, and follow from the Events-Position of the first page; "
                    + "or follow from the beginning of the log after POST /api/v1/connections/{id}/snapshots for each connection."
            );
    }
}
