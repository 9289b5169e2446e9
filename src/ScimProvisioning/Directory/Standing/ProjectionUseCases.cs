using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Standing;

/// <summary>Says how far the release of a connection is.</summary>
sealed class ProjectionUseCases(ScimDbContext db)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<ProjectionResponse> GetAsync(Guid connection, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        ProjectionRow? row;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ProjectionRow.Read(connection)))
            row = await ProjectionRow.ReadAsync(rows, ct);
        var (lag, queued, oldest) = await ReadAsync(connection, row?.Position ?? default, ct);
        return new(
            row?.Releases ?? false,
            row?.InitialLoad ?? true,
            row?.Walk is { } walk ? new(WireName.Of(walk.Stage), walk.Done, walk.Total, walk.StartedAt) : null,
            lag,
            queued,
            oldest is null ? 0 : Math.Round(oldest.Age.TotalSeconds, 3),
            // Which other databases and programs there are is not for the keys of one organization.
            oldest is null
            || !db.Reach.IsEverything
                ? null
                : new(oldest.Pid, oldest.Application, oldest.Database, Math.Round(oldest.Age.TotalSeconds, 3)),
            row?.RebuiltAt
        );
    }

    async Task<(long Lag, long Queued, OpenTransaction? Oldest)> ReadAsync(
        Guid connection,
        Storage.Changes.ChangePosition position,
        CancellationToken ct
    )
    {
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ReleaseLag.Entries(connection, position),
            DirtyUsers.Count(connection, ReleaseLag.MostCounted),
            ReleaseLag.Oldest()
        );
        await rows.ReadAsync(ct);
        var lag = rows.GetInt64(0);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var queued = rows.GetInt64(0);
        await rows.NextResultAsync(ct);
        return (lag, queued, await ReleaseLag.ReadOldestAsync(rows, ct));
    }
}
