using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Activity.Runs;

/// <summary>Shows runs. One that is not closed yet is counted when it is asked for, but not each time.</summary>
sealed class RunUseCases(ScimDbContext db, LiveCounts live, ActivityOptions options)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<RunResponse>> ListAsync(Guid connection, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        List<RunRow> runs;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), RunRow.Page(connection, page.After, page.Take)))
            runs = await RunRow.ReadAsync(rows, ct);
        var shown = (await ShowAsync(runs, ct)).ToDictionary(run => run.Id);
        return page.Of(runs, run => shown[run.Id], run => run.Id);
    }

    /// <summary>Runs that are read already.</summary>
    public async Task<IReadOnlyList<RunResponse>> ShowAsync(IEnumerable<RunRow> read, CancellationToken ct)
    {
        var shown = new List<RunResponse>();
        foreach (var run in read)
            shown.Add(await ShowAsync(run, ct));
        return shown;
    }

    /// <summary>What was done on each of the last days that has runs, the oldest first.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<IReadOnlyList<RunDay>> DaysAsync(Guid connection, DateTimeOffset since, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), RunDay.Since(connection, since));
        return await RunDay.ReadAsync(rows, ct);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<RunResponse> GetAsync(Guid connection, Guid id, CancellationToken ct) =>
        await ShowAsync(await db.ReadRunAsync(connection, id, ct), ct);

    async Task<RunResponse> ShowAsync(RunRow run, CancellationToken ct)
    {
        if (run.Figures is { } figures)
            return RunResponse.Of(run, figures, remaining: null);
        var (counted, lastFull) = await live.OfAsync(run, () => CountAsync(run, ct), ct);
        return RunResponse.Of(run, counted.Figures, RemainingTime.Of(run, counted, lastFull));
    }

    async Task<LiveCount> CountAsync(RunRow run, CancellationToken ct)
    {
        var statements = CountedRun.Statements(RunCount.Of(run, options.RunGap));
        await using var rows = await db.ReadAsync(
            ct,
            [RawStatements.Confine(run.ConnectionId), .. statements, RunRow.LastFull(run.ConnectionId)]
        );
        var counted = await CountedRun.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        return new(counted, (await RunRow.ReadAsync(rows, ct)).FirstOrDefault());
    }
}
