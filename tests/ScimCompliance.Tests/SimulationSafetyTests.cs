using System.Text.Json.Nodes;
using ScimCompliance.Http;
using ScimCompliance.Load;
using ScimCompliance.Simulate;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>
/// Whatever a server answers, simulation and load neither change nor delete resources that are not theirs, and they report what they could
/// not do.
/// </summary>
[Parallelizable(ParallelScope.All)]
sealed class SimulationSafetyTests
{
    [TestCase("Users", true)]
    [TestCase("Users", false)]
    [TestCase("Groups", true)]
    [TestCase("Groups", false)]
    public async Task A_simulation_does_not_change_a_resource_that_a_POST_was_answered_with(string collection, bool shown)
    {
        await using var server = await TestServer.StartAsync(AnswersWithAnother(collection, shown));
        var before = CleanUpTests.Populate(server.Store);

        var simulated = await SimulateAsync(server, cycles: 2);

        Assert.That(CleanUpTests.Shown(server.Store), Is.EqualTo(before));
        Assert.That(simulated.Escrow.Select(entry => entry.Reason), Has.Some.StartsWith("POST was answered with another resource: '"));
        Assert.That(simulated.IsClean, Is.False);
    }

    [TestCase("Users", true)]
    [TestCase("Users", false)]
    [TestCase("Groups", true)]
    [TestCase("Groups", false)]
    public async Task A_load_does_not_change_a_resource_that_a_POST_was_answered_with(string collection, bool shown)
    {
        await using var server = await TestServer.StartAsync(AnswersWithAnother(collection, shown));
        var before = CleanUpTests.Populate(server.Store);

        Assert.That(
            () => LoadAsync(server, new(null, Run.Limit, 50, 4, 10)),
            Throws.TypeOf<CannotRun>().With.Message.Contains("POST was answered with another resource: '")
        );
        Assert.That(CleanUpTests.Shown(server.Store), Is.EqualTo(before));
    }

    [Test]
    public async Task A_load_does_not_change_a_resource_that_a_later_POST_was_answered_with()
    {
        var posts = 0;
        await using var server = await TestServer.StartAsync(
            new("The eleventh user is another one")
            {
                Around = (message, store, server) =>
                    Task.FromResult(
                        message.Creates("Users") && Interlocked.Increment(ref posts) > 10
                            ? Another(message, store, shown: true)
                            : server(message)
                    ),
            }
        );
        var before = CleanUpTests.Populate(server.Store);

        var loaded = await LoadAsync(server, new(null, Run.Limit, 300, 4, 10));

        Assert.That(CleanUpTests.Shown(server.Store), Is.EqualTo(before));
        Assert.That((loaded.Left.Count, loaded.Rows[^1].Count), Is.EqualTo((0, 300)));
    }

    [TestCase(0)]
    [TestCase(4)]
    public async Task What_was_there_before_is_never_deleted(int cycles)
    {
        await using var server = await TestServer.StartAsync(Defect.None);
        var kept = await SimulateAsync(server, cycles: 0, keep: true);
        var before = server.Store.All.Select(resource => resource.Id).ToList();

        var simulated = await SimulateAsync(server, cycles);

        Assert.That(server.Store.All.Select(resource => resource.Id), Is.EquivalentTo(before));
        Assert.That(
            (simulated.KeptMatches.Users + simulated.KeptMatches.Groups, simulated.KeptMatches),
            Is.EqualTo((before.Count, kept.Marked))
        );
        Assert.That(simulated.Differences, Is.Empty);
        Assert.That(simulated.IsClean);
    }

    [Test]
    public async Task What_a_POST_made_twice_is_deleted_twice()
    {
        var posts = 0;
        await using var server = await TestServer.StartAsync(
            new("The first user is made twice, and the answer is 500")
            {
                Behaviour = new() { UniqueUserNames = false },
                Around = (message, store, server) =>
                {
                    if (!message.Creates("Users") || Interlocked.Increment(ref posts) is not 1)
                        return Task.FromResult(server(message));
                    var twin = (JsonObject)message.Body!.DeepClone();
                    server(message);
                    lock (store.Lock)
                        store.Add(Scim.ResourceType.User, null, Scim.ResourceParser.Create(twin, Scim.ResourceType.User));
                    return Task.FromResult(Answer.Error(500, null, "Perhaps."));
                },
            }
        );

        var simulated = await SimulateAsync(server, cycles: 0);

        Assert.That(simulated.Escrow.Select(entry => entry.Reason), Has.One.StartsWith("DuplicateTargetEntries"));
        Assert.That((server.Store.All.Count, simulated.Left.Count, simulated.IsClean), Is.EqualTo((0, 0, false)));
    }

    [Test]
    public async Task A_resource_with_another_name_is_not_deleted_but_reported()
    {
        await using var server = await TestServer.StartAsync(
            new("GET shows other names")
            {
                After = (message, answer) =>
                {
                    if (message.IsFor("GET", "Users") && message.Segments.Length is 2 && !answer.IsError)
                        answer.Body!["userName"] = "ada@example.com";
                },
            }
        );

        var simulated = await SimulateAsync(server, cycles: 0);

        Assert.That(
            simulated.Left,
            Has.Count.EqualTo(server.Store.All.Count)
                .And.All.Contains("it shows 'ada@example.com', so it may not be ours and was not deleted")
        );
        Assert.That((server.Store.All.Count > 0, simulated.IsClean), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_page_that_fails_is_reported()
    {
        await using var server = await TestServer.StartAsync(
            new("Long pages fail")
            {
                Around = (message, _, server) =>
                    Task.FromResult(
                        message.Query.ContainsKey("startIndex") && message.Query["count"] is not "1"
                            ? Answer.Error(500, null, "Too long.")
                            : server(message)
                    ),
            }
        );

        var simulated = await SimulateAsync(server, cycles: 0);

        Assert.That(
            simulated.Notes,
            Has.One.StartsWith("/Users was searched for surplus resources up to number 0 of ")
                .And.One.StartsWith("/Groups was searched")
                .And.All.EndsWith("the next page was answered 500: Too long..")
        );
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Test_Connection_asks_for_a_group_unless_there_are_none(bool groups)
    {
        await using var server = await TestServer.StartAsync(
            new("No groups")
            {
                Around = (message, _, server) =>
                    Task.FromResult(message.Collection is "Groups" ? Answer.Error(404, null, "What groups?") : server(message)),
                After = (message, answer) =>
                {
                    if (!groups && message.Segments is ["ResourceTypes"])
                        answer.Body = Answer
                            .List(
                                answer
                                    .ShownResources.Where(type => (string?)type["id"] is "User")
                                    .Select(type => type.DeepClone())
                                    .ToList(),
                                1
                            )
                            .Body;
                },
            }
        );

        if (groups)
            Assert.That(
                () => SimulateAsync(server, cycles: 0),
                Throws.TypeOf<CannotRun>().With.Message.Contains("a search for a group that cannot exist")
            );
        else
            Assert.That((await SimulateAsync(server, cycles: 0)).Cycles[0][Count.UsersCreated], Is.Positive);
    }

    [Test]
    public async Task A_load_that_cannot_begin_reports_what_it_leaves()
    {
        await using var server = await TestServer.StartAsync(
            new("Nothing is deleted, no group is made")
            {
                Around = (message, _, server) =>
                    Task.FromResult(
                        message.Method is "DELETE" || message.Creates("Groups") ? Answer.Error(403, null, "Never.") : server(message)
                    ),
            }
        );

        Assert.That(
            () => LoadAsync(server, new(null, Run.Limit, 50, 1, 2)),
            Throws
                .TypeOf<CannotRun>()
                .With.Message.Match("cannot be made: POST .+ 403: Never.+ may be left there: /Users/.+ DELETE was answered 403")
        );
        Assert.That(server.Store.All, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_due_and_not_sent_is_counted()
    {
        await using var server = await TestServer.StartAsync(
            new("Slow")
            {
                Around = async (message, _, server) =>
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50));
                    return server(message);
                },
            }
        );

        var loaded = await LoadAsync(server, new(200, TimeSpan.FromSeconds(1), null, 1, 2));

        Assert.That(loaded.DueAndNotSent, Is.EqualTo(200 - loaded.Rows[^1].Count).And.GreaterThan(100));
        Assert.That(loaded.IsGood, Is.False);
        Assert.That((int?)JsonNode.Parse(LoadReport.Json(loaded))!["dueAndNotSent"], Is.EqualTo(loaded.DueAndNotSent));
    }

    /// <param name="shown">The answer shows the whole other resource, and not only its id.</param>
    static Defect AnswersWithAnother(string collection, bool shown) =>
        new("A POST is answered with another resource")
        {
            Around = (message, store, server) =>
                Task.FromResult(message.Creates(collection) ? Another(message, store, shown) : server(message)),
        };

    static Answer Another(Message message, Store store, bool shown)
    {
        lock (store.Lock)
        {
            var other = store.All.First(resource => resource.Type.Collection == message.Collection);
            return new(201, shown ? store.Show(other) : new JsonObject { ["id"] = other.Id });
        }
    }

    static async Task<SimulationResult> SimulateAsync(TestServer server, int cycles, bool keep = false)
    {
        using var client = new ScimClient(new Uri(server.Url), TestServer.Token, Run.Limit);
        var (tenant, people, random) = TenantGenerator.Generate(new(30, 6, 80), 7, "safe");
        var options = new SimulationOptions(cycles, Dialect.Default, 8, TimeSpan.FromSeconds(10), TimeSpan.Zero, keep);
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

    static async Task<LoadResult> LoadAsync(TestServer server, LoadOptions options)
    {
        using var client = new ScimClient(new Uri(server.Url), TestServer.Token, Run.Limit);
        return await new LoadRun(client, "1oad", 1, options, TimeProvider.System).RunAsync((_, _, _) => { }, CancellationToken.None);
    }
}
