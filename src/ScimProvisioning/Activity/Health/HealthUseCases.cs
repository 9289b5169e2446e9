using Microsoft.EntityFrameworkCore;
using Scim.Directory;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Health;

/// <summary>Tells how connections are.</summary>
sealed class HealthUseCases(ScimDbContext db, RunUseCases runs, AdminTransaction transaction, ActivityOptions options, Retention retention)
{
    /// <summary>Connections that are read in one round trip.</summary>
    const int ReadAtOnce = 50;

    static readonly TimeSpan Lately = TimeSpan.FromDays(1);

    /// <summary>Older logins are told, but are no reason.</summary>
    static readonly TimeSpan LoginsCount = TimeSpan.FromDays(7);

    /// <summary>The oldest connection first.</summary>
    public async Task<Page<HealthResponse>> ListAsync(HealthQuery query, PageRequest page, CancellationToken ct)
    {
        var connections = await db
            .Connections.AsNoTracking()
            .Existing()
            .Where(c => (query.OrganizationId == null || c.OrganizationId == query.OrganizationId) && c.Id > page.Start)
            .OrderBy(c => c.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        var healths = (await OfAsync(connections, ct)).ToDictionary(health => health.ConnectionId);
        return page.Of(connections, connection => healths[connection.Id], connection => connection.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<HealthResponse> GetAsync(Guid id, CancellationToken ct) =>
        (await OfAsync([await db.ReadConnectionAsync(id, ct)], ct)).Single();

    async Task<List<HealthResponse>> OfAsync(IReadOnlyList<Connection> connections, CancellationToken ct)
    {
        OpenTransaction? horizon;
        await using (var rows = await db.ReadAsync(ct, ReleaseLag.Oldest()))
            horizon = await ReleaseLag.ReadOldestAsync(rows, ct);
        var healths = new List<HealthResponse>();
        foreach (var part in connections.Chunk(ReadAtOnce))
        {
            var read = new List<HealthRows>();
            var statements = part.SelectMany(c => HealthRows.Statements(c.Id, transaction.Now, transaction.Now - Lately));
            await using (var rows = await db.ReadAsync(ct, statements))
                foreach (var _ in part)
                    read.Add(await HealthRows.ReadAsync(rows, ct));
            foreach (var (connection, known) in part.Zip(read))
                healths.Add(Tell(connection, known, await runs.ShowAsync(known.Runs, ct), horizon));
        }
        return healths;
    }

    HealthResponse Tell(Connection connection, HealthRows known, IReadOnlyList<RunResponse> recent, OpenTransaction? horizon)
    {
        var (projection, credentials, signs) = (known.Projection, known.Credentials, known.Signs);
        var logins = Logins(known, connection.State);
        var failures = FailureShare.Of([.. recent.Where(run => run.LastRequestAt > signs.Now.UtcDateTime - Lately)], known.Failed);
        var releases = projection?.Releases is true;
        var facts = new HealthFacts(
            signs.Now,
            options.QuietDays,
            connection.State,
            credentials.LastContactAt,
            GoodContact(known.Good, credentials.LastContactAt),
            known.Good.Actors.Count > 0,
            failures,
            [.. logins.Where(login => login.LastAt > transaction.Now.UtcDateTime - LoginsCount)],
            credentials.ExpiresAt,
            releases ? signs.WaitingSince : null,
            horizon?.Age ?? TimeSpan.Zero,
            signs.Held,
            signs.GuardHeld,
            known.Stored.Users
        )
        {
            // Until it expires, the one that was replaced is good itself.
            IsReplaced = credentials.IsReplaced && known.Good.Actors.Count > (credentials.ExpiresAt > transaction.Now ? 1 : 0),
        };
        var (status, light, reasons) = facts.Judge();
        var test = known.Test is { } last ? new HealthTest(last.OccurredAt.UtcDateTime, last.Address, last.Actor, last.RequestId) : null;
        return new(
            connection.Id,
            connection.Name,
            connection.State,
            WireName.Of(status),
            WireName.Of(light),
            [.. reasons.Select(reason => reason.English)],
            credentials.LastContactAt?.UtcDateTime,
            signs.LastWriteAt?.UtcDateTime,
            recent is [var newest, ..] ? newest : null,
            test,
            failures,
            logins,
            credentials.ExpiresAt?.UtcDateTime,
            new(releases, facts.WaitingSince?.UtcDateTime, projection?.Walk is not null, signs.Held),
            known.Stored,
            known.LastFull?.Figures is not { } figures ? null
                // Those who are stale are unchanged, too, but were not gone through.
                : figures.Touched is { } touched ? new(touched.Users, touched.Groups)
                : new(Found(figures.Users), Found(figures.Groups))
        )
        {
            Says = reasons,
            CanLogIn = facts.CanLogIn,
            GoodContactAt = facts.GoodContactAt?.UtcDateTime,
            GoodTest = test is { Actor: { } actor } && known.Good.Actors.Contains(actor) ? test : null,
        };
    }

    /// <summary>The last contact with what is good now; <c>null</c>: there was none.</summary>
    DateTimeOffset? GoodContact(GoodCredentials good, DateTimeOffset? contact) =>
        // A contact, too, whose time the two have noted apart.
        good.LastUsedAt > contact
            ? contact
        : good.LastUsedAt is { } used ? used
        // The request that would tell is not kept any more: nothing speaks against it.
        : good.AreForgotten && contact < Retention.Before(transaction.Now, retention.RequestDays) ? contact
        : null;

    /// <summary>By cause, the last one first; without those that were refused for a state that the connection is not in any more.</summary>
    static IReadOnlyList<LoginFailure> Logins(HealthRows known, string state)
    {
        var contact = known.Credentials.LastContactAt;
        var logins = known
            .Refused.Where(login => login.Reason is not (ConnectionState.Disabled or ConnectionState.Disconnected) || login.Reason == state)
            .GroupBy(login => login.Reason)
            .Select(same => LoginFailure.Of(same.Key, [.. same.Select(login => login.At)], same.First().Address, contact))
            .ToList();
        if (known.WrongPaths is [var last, ..])
            logins.Add(
                LoginFailure.Of(
                    LoginFailure.WrongPath,
                    [.. known.WrongPaths.Select(one => one.OccurredAt)],
                    last.Address,
                    known.LastRightPath
                )
            );
        return [.. logins.OrderByDescending(login => login.LastAt)];
    }

    /// <summary>As near as older servers have counted it.</summary>
    static long Found(ObjectCounts counts) =>
        counts.Created + counts.Updated + counts.Deactivated + counts.Reactivated + counts.Unchanged + counts.Failed;
}
