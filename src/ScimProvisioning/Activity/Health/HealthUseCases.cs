using Microsoft.EntityFrameworkCore;
using Scim.Directory;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Activity.Health;

/// <summary>Tells how connections are.</summary>
sealed class HealthUseCases(ScimDbContext db, RunUseCases runs, AdminTransaction transaction, ActivityOptions options)
{
    const int MostRuns = 50;
    const int MostLogins = 100;

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
        var healths = new Dictionary<Guid, HealthResponse>();
        foreach (var connection in connections)
            healths[connection.Id] = await OfAsync(connection, ct);
        return page.Of(connections, connection => healths[connection.Id], connection => connection.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<HealthResponse> GetAsync(Guid id, CancellationToken ct) => await OfAsync(await db.ReadConnectionAsync(id, ct), ct);

    async Task<HealthResponse> OfAsync(Connection connection, CancellationToken ct)
    {
        var id = connection.Id;
        var (projection, credentials, lastFull, horizon, test) = await ReadAsync(id, ct);
        var stored = await ResourceCounts.ReadAsync(db, id, ct);
        var recent = (await runs.ListAsync(id, new() { Limit = MostRuns }, ct)).Data;
        var (signs, logins) = await SignsAsync(connection, projection, ct);
        var failures = FailureShare.Of([.. recent.Where(run => run.LastRequestAt > signs.Now.UtcDateTime - Lately)]);
        var releases = projection?.Releases is true;
        var facts = new HealthFacts(
            signs.Now,
            options.QuietDays,
            connection.State,
            credentials.LastContactAt,
            failures,
            [.. logins.Where(login => login.LastAt > transaction.Now.UtcDateTime - LoginsCount)],
            credentials.ExpiresAt,
            releases ? signs.WaitingSince : null,
            horizon?.Age ?? TimeSpan.Zero,
            signs.Held,
            signs.GuardHeld
        );
        var (status, light, reasons) = facts.Judge();
        return new(
            id,
            connection.Name,
            connection.State,
            WireName.Of(status),
            WireName.Of(light),
            reasons,
            credentials.LastContactAt?.UtcDateTime,
            signs.LastWriteAt?.UtcDateTime,
            recent is [var newest, ..] ? newest : null,
            test is null ? null : new(test.OccurredAt.UtcDateTime, test.Address, test.Actor, test.RequestId),
            failures,
            logins,
            credentials.ExpiresAt?.UtcDateTime,
            new(releases, facts.WaitingSince?.UtcDateTime, projection?.Walk is not null, signs.Held),
            stored,
            lastFull?.Figures is { } figures ? new(Found(figures.Users), Found(figures.Groups)) : null
        );
    }

    async Task<(ProjectionRow?, CredentialsInUse, RunRow? LastFull, OpenTransaction? Horizon, LoggedRequest? Test)> ReadAsync(
        Guid id,
        CancellationToken ct
    )
    {
        var tests = new RequestFilter(DateTimeOffset.UnixEpoch, transaction.Now.AddDays(1), [RequestOutcome.Test], OnlyLoggedIn: true);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(id),
            ProjectionRow.Read(id),
            CredentialsInUse.Of(id),
            RunRow.LastFull(id),
            ReleaseLag.Oldest(),
            LoggedRequest.Page(id, tests, null, 1)
        );
        var projection = await ProjectionRow.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var credentials = (await CredentialsInUse.ReadAsync(rows, ct)).Single();
        await rows.NextResultAsync(ct);
        var lastFull = (await RunRow.ReadAsync(rows, ct)).FirstOrDefault();
        await rows.NextResultAsync(ct);
        var horizon = await ReleaseLag.ReadOldestAsync(rows, ct);
        await rows.NextResultAsync(ct);
        return (projection, credentials, lastFull, horizon, (await LoggedRequest.ReadAsync(rows, ct)).FirstOrDefault());
    }

    async Task<(ConnectionSigns, IReadOnlyList<LoginFailure>)> SignsAsync(
        Connection connection,
        ProjectionRow? projection,
        CancellationToken ct
    )
    {
        ConnectionSigns signs;
        List<LoggedRequest> wrong;
        await using (
            var rows = await db.ReadAsync(
                ct,
                ConnectionSigns.Read(connection.Id, projection?.Position ?? default),
                ConnectionSigns.WrongPaths(connection.Id, transaction.Now - Lately)
            )
        )
        {
            signs = await ConnectionSigns.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            wrong = await LoggedRequest.ReadAsync(rows, ct);
        }
        var refused = await db
            .FailedLogins.AsNoTracking()
            .Where(f => f.ConnectionId == connection.Id)
            .OrderByDescending(f => f.Id)
            .Take(MostLogins)
            .Select(f => new
            {
                f.Reason,
                f.OccurredAt,
                f.Address,
            })
            .ToListAsync(ct);
        var logins = refused
            .GroupBy(login => login.Reason)
            .Select(same => LoginFailure.Of(same.Key, same.Count(), same.First().OccurredAt, same.First().Address))
            .ToList();
        if (wrong is [var last, ..])
            logins.Add(LoginFailure.Of(LoginFailure.WrongPath, wrong.Count, last.OccurredAt, last.Address));
        return (signs, [.. logins.OrderByDescending(login => login.LastAt)]);
    }

    static long Found(ObjectCounts counts) =>
        counts.Created + counts.Updated + counts.Deactivated + counts.Reactivated + counts.Unchanged + counts.Failed;
}
