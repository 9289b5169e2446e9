extern alias compliance;
using System.Text.Json.Nodes;
using compliance::ScimCompliance.Simulate;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Tests.Events;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Activity;

/// <summary>The numbers of a full cycle are exact, in the API and in the event.</summary>
[TestFixture, Parallelizable]
sealed class RunSimulationTests
{
    [Test]
    public async Task A_full_cycle_at_one_server_has_exactly_these_numbers()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        var cycle = await FullCycle.PrepareAsync(server, directory);

        await cycle.RunAsync(Progress.Silent, directory.Url);

        await StopLog(server);
        await Judge(server, directory);
    }

    [Test]
    public async Task A_full_cycle_at_two_servers_has_the_same_numbers()
    {
        await using var server = new ScimServer();
        await using var other = new ScimServer();
        other.StartServer();
        var directory = await TestDirectory.CreateAsync(server);
        var cycle = await FullCycle.PrepareAsync(server, directory);
        other.CatchUp();

        await cycle.RunAsync(Progress.Silent, directory.Url, directory.At(other.Address).Url);

        await StopLog(server);
        await StopLog(other);
        await Judge(server, directory);
    }

    [Test]
    public async Task A_full_cycle_in_which_the_server_is_killed_has_the_same_numbers()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(here, database);
        var cycle = await FullCycle.PrepareAsync(here, directory);
        using var killed = ServerProcess.StartOn(database);
        var address = await killed.ListensOnAsync();
        Task? kill = null;
        var left = 250;
        // The agent is a hundred times as fast as an identity provider: what a killed server has not stored yet would be half of the cycle.
        // So it waits once, and then a few of the users are lost, not all of them.
        var stored = new Lazy<Task>(() => ActivityCalls.UntilLogged(directory, cycle.Requests + 1 + 230));
        var progress = new Progress(
            (_, _) => { },
            () =>
            {
                var users = Interlocked.Decrement(ref left);
                if (users <= 20)
                    stored.Value.Wait(Wait.Limit);
                if (users is 0)
                    kill = killed.KillAsync();
            }
        );

        var provisioning = cycle.RunAsync(progress, directory.At(address).Url);
        await Wait.UntilAsync(() => kill is not null || provisioning.IsCompleted, "half of the users are done");
        await kill!;
        using var successor = ServerProcess.StartOn(database, ("ASPNETCORE_URLS", $"{address}"));
        await provisioning.WaitAsync(2 * Wait.Limit);
        // What the first one had not stored yet is lost; the second one stores everything before it ends.
        await successor.StopAsync();

        await Judge(here, directory);
    }

    /// <summary>The log is written beside the requests: when it has stopped, all of them are in it.</summary>
    static Task StopLog(ScimServer server) => server.Services.GetRequiredService<RequestLog>().StopAsync(CancellationToken.None);

    static async Task Judge(ScimServer server, TestDirectory directory)
    {
        await Wait.UntilAsync(async () => (await server.Runs(directory))[0].Counts() == FullCycle.Expected, "the run is counted live");
        var run = await server.EndRun(directory);
        var told = (await server.Admin.FeedAll($"connectionId={directory.Connection.Id}&types=sync.run.completed")).Events;

        Assert.That((run.Counts(), (string?)run["kind"]), Is.EqualTo((FullCycle.Expected, "full")), $"{run}");
        Assert.That((Guid?)told[^1]["id"], Is.EqualTo((Guid?)run["id"]));
        Assert.That((told[^1]["data"]!["run"] as JsonObject)!.Counts(), Is.EqualTo(FullCycle.Expected));
        Assert.That(told, Has.Count.EqualTo(2));
    }
}
