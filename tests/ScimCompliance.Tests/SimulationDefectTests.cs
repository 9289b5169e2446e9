using ScimCompliance.Http;
using ScimCompliance.Simulate;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>The simulation reports what a server with a defect does not hold, and passes when a defect loses nothing.</summary>
[Parallelizable(ParallelScope.All)]
sealed class SimulationDefectTests
{
    [TestCase("A charset is refused", Dialect.Default, "it should be there, but is not provisioned")]
    [TestCase("The filter is ignored", Dialect.Default, "it should be there, but is not provisioned")]
    [TestCase("A renamed user gets another id", Dialect.Default, "it should be there, but is missing")]
    [TestCase("meta from the client is refused", Dialect.Default, "it should be there, but is not provisioned")]
    [TestCase("The externalId of a user is not kept", Dialect.Default, "externalId should be '.+', but is absent")]
    [TestCase("The externalId of a group is not kept", Dialect.Default, "externalId should be '.+', but is absent")]
    [TestCase("Accents are mangled", Dialect.Default, "should be '.+', but is '.*\\?.*'")]
    [TestCase("Telephone numbers are normalised", Dialect.Default, "phoneNumbers.+ should be '.+ .+', but is '[+0-9]+'")]
    [TestCase("active given as a string is refused", Dialect.Default, "active should be 'False', but is 'True'")]
    [TestCase("An op with a capital letter is refused", Dialect.Default, "manager should be .+, but is absent")]
    [TestCase("Users can be disabled, not enabled", Dialect.Flag, "active should be 'True', but is 'False'")]
    [TestCase("The manager given as a string is refused", Dialect.Flag, "manager should be .+, but is absent")]
    [TestCase("Dotted keys without a path are ignored", Dialect.Flag, "name.familyName should be")]
    [TestCase("Removing a list of members empties the group", Dialect.Default, "member .+ should be there, but is missing")]
    [TestCase("Removing a list of members does nothing", Dialect.Default, "member .+ should be absent, but is there")]
    [TestCase("Removing a member by a value path empties the group", Dialect.Flag, "member .+ should be there, but is missing")]
    [TestCase("Only the first of several members is added", Dialect.Default, "member .+ should be there, but is missing")]
    [TestCase("Members that are added at the same time are lost", Dialect.Default, "member .+ should be there, but is missing")]
    [TestCase("A deleted user stays a member", Dialect.Default, "member .+ should be absent, but is there")]
    [TestCase("A disabled user leaves his groups", Dialect.Default, "member .+ should be there, but is missing")]
    public async Task What_the_server_does_not_hold_is_named(string defect, Dialect dialect, string says)
    {
        await using var server = await TestServer.StartAsync(Named(defect));

        var simulated = await RunAsync(server, dialect);

        Assert.That(simulated.Differences.Select(difference => difference.ToString()), Has.Some.Matches(says));
        Assert.That((simulated.IsClean, server.Store.All.Count), Is.EqualTo((false, 0)));
    }

    [TestCase("A correct server", Dialect.Default)]
    [TestCase("A correct server", Dialect.Flag)]
    [TestCase("active given as a string is refused", Dialect.Flag)]
    [TestCase("An op with a capital letter is refused", Dialect.Flag)]
    [TestCase("Removing a member by a value path empties the group", Dialect.Default)]
    [TestCase("A POST is answered without the user", Dialect.Default)]
    [TestCase("excludedAttributes is ignored", Dialect.Default)]
    [TestCase("startIndex is ignored", Dialect.Default)]
    [TestCase("id is left out unless it is asked for", Dialect.Default)]
    [TestCase("totalResults is a string", Dialect.Default)]
    public async Task What_loses_nothing_makes_no_difference(string defect, Dialect dialect)
    {
        await using var server = await TestServer.StartAsync(Named(defect));

        var simulated = await RunAsync(server, dialect);

        Assert.That(simulated.Differences, Is.Empty);
        Assert.That((simulated.IsClean, server.Store.All.Count), Is.EqualTo((true, 0)));
    }

    [TestCase("A filter that finds nothing is answered with 404")]
    [TestCase("A plus in a query is not decoded")]
    public async Task A_server_that_fails_Test_Connection_is_not_tried(string defect)
    {
        await using var server = await TestServer.StartAsync(Named(defect));

        Assert.That(() => RunAsync(server, Dialect.Default), Throws.TypeOf<CannotRun>().With.Message.StartsWith("Test Connection fails"));
    }

    static Defect Named(string sentence) =>
        AllDefects.Cases.Select(test => (Defect)test.Arguments[0]!).Append(Defect.None).Single(defect => defect.Sentence == sentence);

    static async Task<SimulationResult> RunAsync(TestServer server, Dialect dialect)
    {
        using var client = new ScimClient(new Uri(server.Url), TestServer.Token, Run.Limit);
        var (tenant, people, random) = TenantGenerator.Generate(new(60, 8, 200), 7, "play");
        var options = new SimulationOptions(4, dialect, 8, TimeSpan.FromSeconds(10), TimeSpan.Zero, Keep: false);
        return await new Simulation(
            client,
            tenant,
            new(tenant, people, random),
            new(7),
            options,
            TimeProvider.System,
            Progress.Silent
        ).RunAsync(CancellationToken.None);
    }
}
