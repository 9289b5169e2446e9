extern alias compliance;
using compliance::ScimCompliance.Simulate;
using compliance::ScimCompliance.Verify;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>The command <c>simulate</c> finds no fault in this server, and finds those that a test makes.</summary>
[TestFixture, Parallelizable]
sealed class SimulationTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase(Dialect.Default)]
    [TestCase(Dialect.Flag)]
    public async Task A_tenant_and_five_rounds_of_changes_end_without_differences(Dialect dialect)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory, dialect, cycles: 5);

        var simulated = await play.Simulation.RunAsync(CancellationToken.None);

        Assert.That(simulated.Differences, Is.Empty);
        Assert.That(simulated.Cycles.Sum(cycle => cycle[Count.Failures]), Is.Zero);
        foreach (
            var count in (Count[])
                [
                    Count.UsersCreated,
                    Count.UsersUpdated,
                    Count.UsersDisabled,
                    Count.UsersRestored,
                    Count.UsersDeleted,
                    Count.Managers,
                    Count.GroupsCreated,
                    Count.GroupsUpdated,
                    Count.GroupsDeleted,
                    Count.MembersAdded,
                    Count.MembersRemoved,
                ]
        )
            Assert.That(simulated.Cycles.Skip(1).Sum(cycle => cycle[count]), Is.Positive, $"{count} in the incremental cycles");
    }

    [Test]
    public async Task What_was_created_is_removed_and_nothing_else_is_touched()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var stranger = await directory.User("stranger@example.com");
        var group = await directory.Group("Strangers", stranger);
        var before = await Shown();
        using var play = Play.Against(directory, cycles: 1);

        var simulated = await play.Simulation.RunAsync(CancellationToken.None);

        Assert.That((simulated.Differences, simulated.Left), Is.EqualTo((Array.Empty<Difference>(), Array.Empty<string>())));
        Assert.That(
            await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"),
            Is.EqualTo(2)
        );
        Assert.That(await Shown(), Is.EqualTo(before));

        async Task<string> Shown() =>
            $"{(await directory.Get($"/Users/{stranger}")).Body} {(await directory.Get($"/Groups/{group}")).Body}";
    }

    [Test]
    public async Task Every_difference_on_the_server_is_reported_exactly()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);
        await play.Simulation.ProvisionAsync(CancellationToken.None);
        var (changed, lost) = (
            play.Simulation.Job.Users.Values.First(link => link.Sent.ContainsKey("title")),
            play.Simulation.Job.Users.Values.Last()
        );
        var group = play.Simulation.Job.Groups.Values.First(link =>
            link.Members.Count > 1 && link.Members.All(play.Simulation.Job.Users.ContainsKey)
        );
        var member = play.Simulation.Job.Users[group.Members.First(member => play.Simulation.Job.Users[member] != lost)];
        await directory.Patch($"/Users/{changed.Id}", """{"op":"replace","path":"title","value":"Impostor"}""");
        await directory.Patch($"/Groups/{group.Id}", $$"""{"op":"remove","path":"members[value eq \"{{member.Id}}\"]"}""");
        var extra = await directory.User($"nobody@sim-{Play.Mark}.example.com");

        var (differences, _) = await play.Simulation.CompareAsync(CancellationToken.None);

        Assert.That(
            differences,
            Is.EquivalentTo(
                new Difference[]
                {
                    new("user", changed.Name, "title", $"'{changed.Sent["title"]}'", "'Impostor'"),
                    new("group", group.Name, $"member {member.Name}", "there", "missing"),
                    new("user", $"nobody@sim-{Play.Mark}.example.com", $"resource {extra}", "absent", "there"),
                }
            )
        );
    }

    [Test]
    public async Task A_linked_user_that_vanished_is_an_invalid_anchor_and_is_not_made_again()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory, size: new(5, 0, 0));
        await play.Simulation.ProvisionAsync(CancellationToken.None);
        var (id, link) = play.Simulation.Job.Users.First();
        await directory.Send("DELETE", $"/Users/{link.Id}");
        play.Tenant.Add(play.Tenant.Users[id] with { JobTitle = "Ghost" });

        await play.Simulation.ProvisionAsync(CancellationToken.None);

        Assert.That(
            play.Simulation.Job.Escrow.Entries.Single().Reason,
            Does.StartWith("InvalidAnchor: GET of a linked id was answered 404")
        );
        Assert.That((await directory.Get("/Users?count=0"))["totalResults"]!.GetValue<int>(), Is.EqualTo(4));
        Assert.That(
            (await play.Simulation.CompareAsync(CancellationToken.None)).Differences,
            Has.Some.Matches<Difference>(difference => difference.Name == link.Name && difference.Came == "missing")
        );
    }

    [TestCase(3, TestName = "An_interrupted_run_takes_away_what_it_made(in the users)")]
    [TestCase(110, TestName = "An_interrupted_run_takes_away_what_it_made(in the references)")]
    [TestCase(150, TestName = "An_interrupted_run_takes_away_what_it_made(in the memberships)")]
    public async Task An_interrupted_run_takes_away_what_it_made(int steps)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var interrupt = new CancellationTokenSource();
        var left = steps;
        using var play = Play.Against(
            directory,
            progress: new(
                (_, _) => { },
                () =>
                {
                    if (Interlocked.Decrement(ref left) is 0)
                        interrupt.Cancel();
                }
            )
        );

        var simulated = await play.Simulation.RunAsync(interrupt.Token);

        Assert.That((simulated.Interrupted, simulated.IsClean, simulated.Left.Count), Is.EqualTo((true, false, 0)));
        Assert.That(simulated.Cycles[^1].Elapsed, Is.GreaterThan(TimeSpan.Zero), "the interrupted cycle");
        Assert.That(
            simulated.Marked.Users + simulated.Marked.Groups,
            Is.EqualTo(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1"))
        );
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"), Is.Zero);
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1"), Is.Positive);
    }

    [Test]
    public async Task Refused_credentials_put_the_job_into_quarantine_at_once()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);
        await play.Simulation.TestConnectionAsync(CancellationToken.None);
        await _server.Send(HttpMethod.Delete, $"/connections/{directory.Connection.Id}/tokens/{directory.Connection.TokenId}");

        await play.Simulation.ProvisionAsync(CancellationToken.None);

        Assert.That(play.Simulation.Job.Figures[Count.Requests], Is.LessThanOrEqualTo(8));
        Assert.That(play.Simulation.Job.Figures.Quarantine, Does.StartWith("the credentials were refused"));
        Assert.That(
            () => play.Simulation.TestConnectionAsync(CancellationToken.None),
            Throws.TypeOf<CannotRun>().With.Message.Contains("the token is not accepted")
        );
    }
}
