extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>A mistake in Entra disables 40 % of the people and is undone in the next cycle. The agent says what the guard does.</summary>
[TestFixture, Parallelizable]
sealed class MassDeactivationTests
{
    [Test]
    public async Task What_the_guard_holds_comes_back_without_the_application_having_heard_of_it()
    {
        await using var server = new ScimServer();
        var app = await AppView.CreateAsync(server);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":10}""");
        await app.Enable();
        var (tenant, people, random) = TenantGenerator.Generate(new(80, 4, 40), 7, "guard");
        using var client = new ScimClient(new(app.Directory.Url), app.Directory.Connection.Token, TimeSpan.FromSeconds(30));
        using var guard = new ExpectedGuard(
            new($"{server.Address}api/v1/connections/{app.Connection}/guard"),
            ScimServer.AdminKey,
            Wait.Limit
        );
        var options = new SimulationOptions(0, Dialect.Default, 8, Wait.Limit, TimeSpan.Zero, Keep: true, Leavers: 40, Guard: guard);
        var simulation = new Simulation(client, tenant, new(tenant, people, random), new(7), options, TimeProvider.System, Progress.Silent);

        await simulation.ProvisionAsync(CancellationToken.None);
        await app.Settle();

        Assert.That((await simulation.CompareAsync(CancellationToken.None)).Differences, Is.Empty);
        Assert.That(await app.Events("connection.guard_triggered"), Has.Count.EqualTo(1));
        var (left, back) = (await app.Events("directory.user.deactivated"), await app.Events("directory.user.reactivated"));
        var active = (await app.Users()).Values.Count(user => (string?)user["status"] == "active");
        Assert.That(left, Has.Count.LessThanOrEqualTo(Math.Max(10, active / 5)));
        Assert.That(back, Has.Count.EqualTo(left.Count));
        await app.AssertMirrored();
    }
}
