using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Projection;

/// <summary>
/// Servers are killed while clients write and the directory is released. <c>SCIM_FAULT_ROUNDS</c> says how often, <c>SCIM_FAULT_SEED</c>
/// with which requests.
/// </summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class ProjectionFaultTests
{
    static int Rounds => Setting("SCIM_FAULT_ROUNDS", 4);

    [TestCase(1, false, Description = "one server")]
    [TestCase(2, false, Description = "two servers")]
    [TestCase(2, true, Description = "two servers, and a transaction that holds the horizon")]
    public async Task Whatever_is_killed_the_application_was_told_what_is_released_and_that_is_what_was_received(int servers, bool holds)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database, new() { ["Limits:Concurrency"] = "32" });
        var app = await AppView.CreateAsync(here, database);
        await app.Admin(HttpMethod.Post, "/enable");
        var random = new Random(Setting("SCIM_FAULT_SEED", 20_261_129));
        var directory = new RandomDirectory(random);

        for (var round = 0; round < Rounds; round++)
        {
            var killed = Enumerable.Range(0, servers).Select(_ => ServerProcess.StartOn(database)).ToList();
            await using var horizon = holds ? await app.HoldHorizon() : null;
            var addresses = await Task.WhenAll(killed.Select(server => server.ListensOnAsync()));
            using var stop = new CancellationTokenSource();
            var writers = addresses.SelectMany(address => Enumerable.Range(0, 2).Select(_ => WriteAsync(address, stop.Token))).ToArray();
            // A rebuild runs beside the writes.
            if (round % 2 == 0)
                await app.Admin(HttpMethod.Post, "/disable");
            if (round % 2 == 0)
                await app.Admin(HttpMethod.Post, "/enable");
            var enough = directory.Answered + random.Next(10, 150);
            await Wait.UntilAsync(() => directory.Answered >= enough, "clients write");
            await Task.WhenAll(killed.Select(server => server.KillAsync()));
            await stop.CancelAsync();
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
            foreach (var server in killed)
                server.Dispose();
        }

        await app.Settle();
        await app.AssertMirrored();
        await AssertProjectedFromNothing(here, app.Connection);

        async Task WriteAsync(Uri address, CancellationToken ct)
        {
            var there = app.Directory.At(address);
            while (!ct.IsCancellationRequested)
                try
                {
                    await directory.ChangeAsync(there);
                }
                catch (HttpRequestException)
                {
                    // The server was killed, as the test wants.
                    await Task.Delay(20, CancellationToken.None);
                }
        }
    }

    [Test]
    public async Task When_PostgreSQL_is_restarted_nothing_is_lost_or_told_twice()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Admin(HttpMethod.Post, "/enable");
        var directory = new RandomDirectory(new Random(Setting("SCIM_FAULT_SEED", 20_261_129)));

        for (var round = 0; round < Rounds * 3; round++)
        {
            var writers = Enumerable.Range(0, 3).Select(_ => WriteAsync()).ToArray();
            await Task.Delay(50);
            // What a restart does to sessions, without what it would do to the other tests of this cluster.
            await PostgresFixture.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                database
            );
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
        }

        await app.Settle();
        await app.AssertMirrored();
        await AssertProjectedFromNothing(here, app.Connection);

        async Task WriteAsync()
        {
            for (var i = 0; i < 20; i++)
                await directory.ChangeAsync(app.Directory);
        }
    }

    /// <summary>A preview of the whole directory finds nobody whom the application should see otherwise.</summary>
    static async Task AssertProjectedFromNothing(ScimServer server, Guid connection)
    {
        var preview = (await server.Services.GetRequiredService<Preview>().RunAsync(connection, rules => rules, CancellationToken.None))!;
        foreach (var kind in Enum.GetValues<OutcomeKind>().Except([OutcomeKind.Unchanged, OutcomeKind.Held, OutcomeKind.Nothing]))
            Assert.That(
                preview.Of(kind),
                Is.Zero,
                () => $"{kind}: {string.Join(", ", preview.Examples[kind].Select(e => $"{e} {string.Join(' ', e.Changes)}"))}"
            );
        Assert.That(preview.Of(OutcomeKind.Unchanged), Is.GreaterThan(0));
    }

    static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : standard;
}
