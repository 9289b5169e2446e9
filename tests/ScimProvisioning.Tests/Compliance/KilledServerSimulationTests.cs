extern alias compliance;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>A server that is killed while Entra provisions, and started again: the next cycle mends it.</summary>
[TestFixture, Parallelizable]
sealed class KilledServerSimulationTests
{
    [TestCase("SELECT count(*) FROM resources WHERE connection_id = $1", 40, Dialect.Default)]
    [TestCase("SELECT count(*) FROM group_members WHERE connection_id = $1", 150, Dialect.Flag)]
    public async Task A_kill_in_the_middle_still_ends_without_differences(string progress, int killedAt, Dialect dialect)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(here, database);
        using var killed = StartServer(database, "http://127.0.0.1:0");
        var address = await killed.ListensOnAsync();
        using var play = Play.Against(directory, dialect, cycles: 1, new(100, 10, 600), $"{address}scim/v2");

        var provisioning = play.Simulation.ProvisionAsync(CancellationToken.None);
        while (await directory.Ask<long>(progress) < killedAt && !provisioning.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        await killed.KillAsync();
        Assert.That(provisioning.IsCompleted, Is.False, "the kill came too late");
        using var successor = StartServer(database, $"{address}");
        await provisioning;

        Assert.That(await directory.Ask<long>(progress), Is.GreaterThan(killedAt));
        Assert.That((await play.Simulation.ProveAsync(CancellationToken.None)).Differences, Is.Empty);
        Assert.That(play.Simulation.Job.Escrow.Entries, Is.Empty);
        Assert.That(await play.Simulation.CleanUpAsync(), Is.Empty);
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"), Is.Zero);
    }

    static ServerProcess StartServer(string database, string urls) =>
        ServerProcess.Start(
            ("ConnectionStrings__Postgres", database),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("ASPNETCORE_URLS", urls)
        );
}
