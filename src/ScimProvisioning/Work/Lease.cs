using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Work;

/// <summary>
/// The right to run a job, which one server of all has at a time. It runs out by itself, so that another server takes over the job of one
/// that died. The servers' clocks must agree to within a minute.
/// </summary>
sealed class Lease
{
    /// <summary>How long a lease lasts after it was taken or renewed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    readonly IDbContextFactory<ScimDbContext> _contexts;
    readonly TimeProvider _clock;
    readonly string _job;
    readonly DateTimeOffset _start;

    // What this server wrote last. A later holder writes a later time, so the value also tells whether the lease is still this server's.
    DateTimeOffset _takenUntil;

    Lease(IDbContextFactory<ScimDbContext> contexts, TimeProvider clock, string job)
    {
        (_contexts, _clock, _job, _start) = (contexts, clock, job, clock.GetStoredNow());
        _takenUntil = _start + Life;
    }

    /// <summary>The lease, or null: the job has run within the interval, or another server runs it now.</summary>
    public static async Task<Lease?> TakeAsync(
        IDbContextFactory<ScimDbContext> contexts,
        TimeProvider clock,
        string job,
        TimeSpan interval,
        CancellationToken ct
    )
    {
        var lease = new Lease(contexts, clock, job);
        // Of servers that try at the same moment PostgreSQL lets one through: the others wait for its row, and then see it taken.
        var taken = await lease.ExecuteAsync(
            $"""
            INSERT INTO jobs (name, taken_until) VALUES ({job}, {lease._takenUntil})
            ON CONFLICT (name) DO UPDATE SET taken_until = excluded.taken_until
            WHERE (jobs.last_run_at IS NULL OR jobs.last_run_at <= {lease._start - interval})
                AND (jobs.taken_until IS NULL OR jobs.taken_until <= {lease._start})
            """,
            ct
        );
        return taken ? lease : null;
    }

    /// <exception cref="InvalidOperationException">Another server has taken the job over.</exception>
    public async Task RenewAsync(CancellationToken ct)
    {
        var until = _clock.GetStoredNow() + Life;
        if (!await ExecuteAsync($"UPDATE jobs SET taken_until = {until} WHERE name = {_job} AND taken_until = {_takenUntil}", ct))
            throw TakenOver();
        _takenUntil = until;
    }

    /// <summary>The job is done: it is due again one interval after the start of this run.</summary>
    /// <exception cref="InvalidOperationException">Another server has taken the job over.</exception>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (
            !await ExecuteAsync(
                $"UPDATE jobs SET last_run_at = {_start}, taken_until = NULL WHERE name = {_job} AND taken_until = {_takenUntil}",
                ct
            )
        )
            throw TakenOver();
    }

    InvalidOperationException TakenOver() => new($"The job '{_job}' took so long that another server has taken it over.");

    async Task<bool> ExecuteAsync(FormattableString sql, CancellationToken ct)
    {
        await using var db = await _contexts.CreateDbContextAsync(ct);
        return await db.Database.ExecuteSqlAsync(sql, ct) > 0;
    }
}
