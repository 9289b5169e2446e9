extern alias compliance;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>The server is killed and started again while a simulated Entra provisions: in the end everything is there.</summary>
[TestFixture, Parallelizable]
sealed class KilledServerSimulationTests
{
    [TestCase(": users", "SELECT count(*) FROM resources WHERE connection_id = $1", Dialect.Default)]
    [TestCase(": memberships", "SELECT count(*) FROM group_members WHERE connection_id = $1", Dialect.Flag)]
    public async Task A_kill_in_the_middle_still_ends_without_differences(string phase, string progress, Dialect dialect)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(here, database);
        using var killed = ServerProcess.StartOn(database, ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        var address = await killed.ListensOnAsync();
        Task? kill = null;
        using var play = Play.Against(
            directory,
            dialect,
            cycles: 1,
            new(100, 10, 600),
            $"{address}scim/v2",
            InTheMiddleOf(phase, () => kill ??= killed.KillAsync())
        );

        var provisioning = play.Simulation.ProvisionAsync(CancellationToken.None);
        await Wait.UntilAsync(() => kill is not null || provisioning.IsCompleted, "half of the phase is done");
        await kill!;
        var written = await directory.Ask<long>(progress);
        using var successor = ServerProcess.StartOn(database, ("ASPNETCORE_URLS", $"{address}"));
        await provisioning.WaitAsync(2 * Wait.Limit);

        Assert.That(await directory.Ask<long>(progress), Is.GreaterThan(written));
        Assert.That((await play.Simulation.CompareAsync(CancellationToken.None)).Differences, Is.Empty);
        Assert.That(play.Simulation.Job.Escrow.Entries, Is.Empty);
        Assert.That(await play.Simulation.CleanUpAsync(), Is.Empty);
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"), Is.Zero);
    }

    /// <summary>
    /// Acts on the thread that provisions when half of the steps of a phase are done, so the other half is still to come.
    /// </summary>
    static Progress InTheMiddleOf(string phase, Action act)
    {
        var left = int.MaxValue;
        return new(
            (name, steps) => left = name.EndsWith(phase, StringComparison.Ordinal) ? steps / 2 : int.MaxValue,
            () =>
            {
                if (Interlocked.Decrement(ref left) is 0)
                    act();
            }
        );
    }
}
