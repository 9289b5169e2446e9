using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Work;

namespace ScimProvisioning.Tests.Work;

/// <summary>Each job of these tests stands for one server, which has a clock of its own.</summary>
[TestFixture, Parallelizable]
sealed class PeriodicJobTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Of_servers_that_start_it_at_once_one_does_the_work()
    {
        var jobs = Enumerable.Range(0, 10).Select(_ => Job()).ToList();

        var runs = jobs.Select(job => job.RunIfDueAsync(CancellationToken.None)).ToList();
        await Task.WhenAny(jobs.Select(job => job.Started));
        // All but the one that is at work have been refused.
        await UntilAsync(() => runs.Count(run => run.IsCompleted) == 9);
        foreach (var job in jobs)
            job.Finish();
        await Task.WhenAll(runs);

        Assert.That(jobs.Sum(job => job.Runs), Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_due_again_one_interval_after_its_start()
    {
        var (one, other) = (Job(), Job());
        one.Finish();
        other.Finish();
        await one.RunIfDueAsync(CancellationToken.None);

        other.Clock.Advance(Hour - TimeSpan.FromSeconds(1));
        await other.RunIfDueAsync(CancellationToken.None);
        var early = other.Runs;
        other.Clock.Advance(TimeSpan.FromSeconds(1));
        await other.RunIfDueAsync(CancellationToken.None);

        Assert.That((early, other.Runs), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task While_a_server_is_at_work_it_keeps_the_lease()
    {
        var (busy, other) = (Job(), Job());
        var run = busy.RunIfDueAsync(CancellationToken.None);
        await busy.Started;

        for (var seconds = 0; seconds < 600; seconds += 100)
        {
            foreach (var job in new[] { busy, other })
                job.Clock.Advance(TimeSpan.FromSeconds(100));
            await PostgresFixture.UntilAsync(
                PostgresFixture.ConnectionString,
                $"SELECT taken_until = '{busy.Clock.GetUtcNow() + Lease.Life:O}' FROM jobs WHERE name = '{Name}'"
            );
            await other.RunIfDueAsync(CancellationToken.None);
        }
        busy.Finish();
        await run;

        Assert.That((busy.Runs, other.Runs), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task When_the_lease_runs_out_another_server_takes_over_and_the_first_one_stops()
    {
        var (frozen, other) = (Job(), Job());
        other.Finish();
        // Its clock stands still: it does not renew its lease.
        var run = frozen.RunIfDueAsync(CancellationToken.None);
        await frozen.Started;

        other.Clock.Advance(Lease.Life - TimeSpan.FromSeconds(1));
        await other.RunIfDueAsync(CancellationToken.None);
        var early = other.Runs;
        other.Clock.Advance(TimeSpan.FromSeconds(1));
        await other.RunIfDueAsync(CancellationToken.None);
        frozen.Clock.Advance(Lease.Life);

        Assert.That(async () => await run, Throws.InvalidOperationException.With.Message.Contains("another server has taken it over"));
        Assert.That((early, other.Runs, frozen.WasCancelled), Is.EqualTo((0, 1, true)));
    }

    [Test]
    public async Task A_lease_that_another_server_has_taken_cannot_be_finished()
    {
        var contexts = _server.Services.GetRequiredService<IDbContextFactory<ScimDbContext>>();
        var (clock, later) = (new FakeTimeProvider(Start), new FakeTimeProvider(Start + Lease.Life));
        var lease = await Lease.TakeAsync(contexts, clock, Name, Hour, CancellationToken.None);
        var next = await Lease.TakeAsync(contexts, later, Name, Hour, CancellationToken.None);

        Assert.That(
            async () => await lease!.FinishAsync(CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("another server has taken it over")
        );
        Assert.That(async () => await next!.FinishAsync(CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task A_server_runs_it_at_its_start_and_then_whenever_it_is_due()
    {
        var job = Job();
        job.Finish();
        await job.StartAsync(CancellationToken.None);
        await UntilAsync(() => job.Runs == 1);

        // Advanced again and again, since the job may not wait yet.
        await UntilAsync(() =>
        {
            job.Clock.Advance(TimeSpan.FromMinutes(5));
            return job.Runs == 2;
        });
        await job.StopAsync(CancellationToken.None);

        Assert.That(job.Clock.GetUtcNow() - Start, Is.GreaterThanOrEqualTo(Hour));
    }

    [Test]
    public async Task A_stop_does_not_wait_for_the_work_and_a_later_start_does_it_again()
    {
        var (stopped, next) = (Job(), Job());
        next.Finish();
        await stopped.StartAsync(CancellationToken.None);
        await stopped.Started;

        await stopped.StopAsync(CancellationToken.None);
        next.Clock.Advance(Lease.Life);
        await next.RunIfDueAsync(CancellationToken.None);

        Assert.That((stopped.WasCancelled, next.Runs), Is.EqualTo((true, 1)));
        Assert.That(stopped.Log.All, Is.Empty);
    }

    static string Name => TestContext.CurrentContext.Test.ID;

    TestJob Job() => new(Name, _server.Services.GetRequiredService<IDbContextFactory<ScimDbContext>>(), new(Start), new());

    static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.That(tries, Is.LessThan(400));
            await Task.Delay(50);
        }
    }

    sealed class TestJob(string name, IDbContextFactory<ScimDbContext> contexts, FakeTimeProvider clock, LogLines log)
        : PeriodicJob(name, Hour, contexts, clock, log)
    {
        readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public new FakeTimeProvider Clock => (FakeTimeProvider)base.Clock;

        public LogLines Log { get; } = log;

        public Task Started => _started.Task;

        public int Runs { get; private set; }

        public bool WasCancelled { get; private set; }

        /// <summary>Lets the work end.</summary>
        public void Finish() => _finish.TrySetResult();

        protected override async Task WorkAsync(CancellationToken ct)
        {
            Runs++;
            _started.TrySetResult();
            await using var cancelled = ct.Register(() => WasCancelled = true);
            await _finish.Task.WaitAsync(ct);
        }
    }
}
