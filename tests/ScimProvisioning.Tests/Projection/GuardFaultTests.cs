using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Tests.Faults;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Rules;

namespace ScimProvisioning.Tests.Projection;

/// <summary>Two servers are killed in the middle of a mass deactivation, and in the middle of its approval.</summary>
[TestFixture, Parallelizable]
sealed class GuardFaultTests
{
    const int All = 300;
    const int Leavers = 120;

    /// <summary>A fifth of them, which is more than 25, may leave at once.</summary>
    const int Allowed = All / 5;

    [Test]
    public async Task The_application_is_told_once_and_rightly()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        for (var round = 0; round < FaultRounds.Count; round++)
        {
            var app = await AppView.CreateAsync(here, database);
            await Many.UsersAsync(app, All, database);
            await app.Enable();
            var users = await app.Directory.Ask<Guid[]>("SELECT array_agg(id ORDER BY id) FROM resources WHERE connection_id = $1");
            var leavers = new ConcurrentQueue<Guid>(users[..Leavers]);

            await KillAsync(database, (addresses, _) => LeaveAsync(app, addresses, leavers, until: FaultRounds.Random.Next(1, Leavers)));
            await KillAsync(database, (addresses, _) => LeaveAsync(app, addresses, leavers, until: 0));
            await SettleAsync(here, app);

            var left = (await app.Events("directory.user.deactivated")).Count;
            Assert.That(left, Is.LessThanOrEqualTo(Allowed));
            Assert.That(await app.Events("connection.guard_triggered"), Has.Count.EqualTo(1));
            Assert.That((int)(await app.Admin(HttpMethod.Get, "/guard"))!["held"]!, Is.EqualTo(Leavers - left));

            await KillAsync(database, (_, _) => app.Admin(HttpMethod.Post, "/guard/approve"));
            await SettleAsync(here, app);

            var people = (await app.Events("directory.user.deactivated")).Select(e => (string)e["data"]!["user"]!["resourceId"]!).ToList();
            Assert.That(people, Is.EquivalentTo(users[..Leavers].Select(id => id.ToString())));
            Assert.That(await app.Events("connection.guard_triggered"), Has.Count.EqualTo(1));
            await app.AssertMirrored();
            var preview = (await here.Services.GetRequiredService<Preview>().RunAsync(app.Connection, rules => rules, default))!;
            Assert.That(preview.Of(OutcomeKind.Unchanged), Is.EqualTo(All));
        }
    }

    /// <summary>Two servers that are killed as soon as something is done.</summary>
    static async Task KillAsync(string database, Func<Uri[], CancellationToken, Task> work)
    {
        var killed = Enumerable.Range(0, 2).Select(_ => ServerProcess.StartOn(database)).ToList();
        await work(await Task.WhenAll(killed.Select(server => server.ListensOnAsync())), default);
        await Task.WhenAll(killed.Select(server => server.KillAsync()));
        foreach (var server in killed)
            server.Dispose();
    }

    /// <summary>Each request is answered at once, whatever the guard does.</summary>
    static Task LeaveAsync(AppView app, Uri[] servers, ConcurrentQueue<Guid> leavers, int until) =>
        Task.WhenAll(
            servers.Select(async address =>
            {
                var there = app.Directory.At(address);
                while (leavers.Count > until && leavers.TryDequeue(out var user))
                    Assert.That(
                        (await there.Patch($"/Users/{user}", """{"op":"replace","path":"active","value":false}""")).Status,
                        Is.EqualTo(200)
                    );
            })
        );

    static async Task SettleAsync(ScimServer server, AppView app)
    {
        server.Services.GetRequiredService<ChangeSignal>().Raise(app.Connection);
        await app.Settle();
    }
}
