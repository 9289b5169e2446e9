extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;

namespace ScimProvisioning.Tests.Activity;

/// <summary>
/// A full cycle of 500 users, as a restarted job sends it: 3 are new, 5 have changed, 2 were disabled, one has got a name that is taken,
/// and 489 are as they were. The simulated agent may be two, each with every second user.
/// </summary>
sealed class FullCycle
{
    public const string Expected = "3/5/2/0/489/1";

    const string Taken = "taken@sim-runs.example.com";

    readonly TestDirectory _directory;
    readonly List<TenantUser> _before;
    readonly List<TenantUser> _after;
    Link? _renamed;
    int _requests;

    FullCycle(TestDirectory directory)
    {
        _directory = directory;
        var (tenant, _, _) = TenantGenerator.Generate(new(500, 0, 0), 7, "runs");
        List<TenantUser> users = [.. tenant.Users.Values.Select(user => user with { Manager = null, AccountEnabled = true })];
        _before = users[3..];
        _after =
        [
            .. users
                .Index()
                .Select(user =>
                    user.Index switch
                    {
                        3 => user.Item with { UserPrincipalName = Taken },
                        >= 4 and < 9 => user.Item with { JobTitle = "Changed" },
                        9 or 10 => user.Item with { AccountEnabled = false },
                        _ => user.Item,
                    }
                ),
        ];
    }

    /// <summary>How many requests the agent has had answers to.</summary>
    public int Requests => _requests;

    /// <summary>All but the new ones are there; the run in which they came is closed.</summary>
    public static async Task<FullCycle> PrepareAsync(ScimServer server, TestDirectory directory)
    {
        var cycle = new FullCycle(directory);
        server.CatchUp();
        var job = await cycle.SendAsync(cycle._before, directory.Url, Progress.Silent);
        cycle._renamed = job.Users[cycle._before[0].ObjectId];
        await directory.Create("/Users", $$"""{"userName":"{{Taken}}","active":false}""");
        // The log is in the order of the requests, and this was the last one.
        await Wait.UntilAsync(
            async () =>
                await directory.Ask<long>($"SELECT count(*) FROM requests WHERE connection_id = $1 AND subject_key = '{Taken}'") > 0,
            "all of them are logged"
        );
        await server.EndRun(directory);
        server.CatchUp();
        return cycle;
    }

    /// <summary>Sends everything, and again what has failed meanwhile.</summary>
    /// <param name="urls">The Tenant URL at each of the servers.</param>
    public async Task RunAsync(Progress progress, params string[] urls)
    {
        var jobs = await Task.WhenAll(
            urls.Index().Select(url => SendAsync([.. _after.Where((_, i) => i % urls.Length == url.Index)], url.Item, progress))
        );
        Assert.That(jobs.SelectMany(job => job.Escrow.Entries).Select(entry => entry.Name), Is.EqualTo(new[] { _renamed!.Name }));
    }

    async Task<ProvisioningJob> SendAsync(List<TenantUser> users, string url, Progress progress)
    {
        var (tenant, people, random) = TenantGenerator.Generate(new(1, 0, 0), 7, "runs");
        tenant.Users.Clear();
        users.ForEach(tenant.Add);
        using var client = new ScimClient(new(url), _directory.Connection.Token, TimeSpan.FromSeconds(30));
        var simulation = new Simulation(
            client,
            tenant,
            new(tenant, people, random),
            new(7),
            new(0, Dialect.Default, 4, Wait.Limit, TimeSpan.Zero, Keep: true),
            TimeProvider.System,
            progress
        );
        // A job that is started anew asks for everybody by name; of this one it still knows the id.
        if (_renamed is not null && tenant.Users.ContainsKey(_after[3].ObjectId))
            simulation.Job.Users[_after[3].ObjectId] = _renamed;
        await simulation.ProvisionAsync(CancellationToken.None);
        Interlocked.Add(ref _requests, simulation.Cycles.Sum(figures => figures[Count.Requests]));
        return simulation.Job;
    }
}
