extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;

namespace ScimProvisioning.Tests.Activity;

/// <summary>The simulated agent compares what it did in each cycle with the run that the server has counted.</summary>
[TestFixture, Parallelizable]
sealed class ExpectedRunsTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Each_of_five_cycles_has_a_run_with_its_numbers()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        Assert.That(await ProvisionAsync(directory, cycles: 4, () => Task.CompletedTask), Is.Empty);

        Assert.That((await _server.Runs(directory)).Select(run => (string?)run["kind"]), Has.Member("full").And.Member("incremental"));
    }

    [Test]
    public async Task What_somebody_else_has_sent_is_a_difference()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var differences = await ProvisionAsync(directory, cycles: 0, () => directory.User("stranger"));

        Assert.That(
            differences.Where(difference => difference.Kind == "run").Select(difference => difference.What),
            Is.EqualTo(new[] { "created users" })
        );
    }

    [Test]
    public async Task A_mass_leave_and_the_return_after_it_are_runs_with_their_numbers()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        Assert.That(await ProvisionAsync(directory, cycles: 0, () => Task.CompletedTask, leavers: 40), Is.Empty);

        var users = (await _server.Runs(directory)).ConvertAll(run => run["users"]!);
        var left = users.Max(counts => (long)counts["deactivated"]!);
        Assert.That(left, Is.GreaterThan(15));
        Assert.That(users.Max(counts => (long)counts["reactivated"]!), Is.EqualTo(left));
    }

    async Task<IReadOnlyList<Difference>> ProvisionAsync(TestDirectory directory, int cycles, Func<Task> first, int leavers = 0)
    {
        var (tenant, people, random) = TenantGenerator.Generate(new(60, 8, 200), 7, "runs");
        using var client = new ScimClient(new(directory.Url), directory.Connection.Token, TimeSpan.FromSeconds(30));
        using var runs = new ExpectedRuns(new($"{_server.Address}api/v1/connections/{directory.Connection.Id}/runs"), ScimServer.AdminKey);
        var sent = 0;
        Simulation? simulation = null;
        simulation = new(
            client,
            tenant,
            new(tenant, people, random),
            new(7),
            new(cycles, Dialect.Default, 4, Wait.Limit, TimeSpan.FromMinutes(4), Keep: true, runs, leavers),
            new PausingClock(EndRunAsync),
            Progress.Silent
        );
        _server.CatchUp();
        await first();
        await simulation.ProvisionAsync(CancellationToken.None);
        return (await simulation.CompareAsync(CancellationToken.None)).Differences;

        async Task EndRunAsync()
        {
            sent += simulation!.Job.Figures[Count.Requests];
            await Wait.UntilAsync(
                async () =>
                    await directory.Ask<long>("SELECT count(*) FROM requests WHERE connection_id = $1 AND operation <> 'discovery'")
                    >= sent,
                "the cycle is logged"
            );
            await _server.EndRun(directory);
            _server.CatchUp();
        }
    }

    /// <summary>While the agent pauses, something is done, and then the pause is over.</summary>
    sealed class PausingClock(Func<Task> pause) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            _ = EndAsync();
            return timer;

            async Task EndAsync()
            {
                try
                {
                    await pause();
                }
                finally
                {
                    timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }
}
