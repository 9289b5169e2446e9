using System.Text.Json.Nodes;
using Scim;
using ScimCompliance.Checks;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>A run deletes what it created, however it ends, and leaves all other resources alone.</summary>
[Parallelizable(ParallelScope.All)]
sealed class CleanUpTests
{
    static readonly Defect[] Servers =
    [
        Defect.None,
        new("The filter is ignored") { Before = (message, _) => message.Query.Remove("filter") },
        new("PATCH is refused") { Before = (message, _) => message.Refuse(_ => true, ScimException.InvalidSyntax) },
        new("A user without a userName is accepted")
        {
            Before = (message, store) =>
            {
                if (message.Creates("Users") && message.Body?["userName"] is null)
                    message.Body!["userName"] = store.NewId();
            },
        },
        new("A group without a name is accepted")
        {
            Before = (message, store) =>
            {
                if (message.Creates("Groups") && message.Body?["displayName"] is null)
                    message.Body!["displayName"] = store.NewId();
            },
        },
        new("A POST is answered without the resource")
        {
            After = (message, answer) =>
            {
                if (answer.Status is 201)
                    answer.Body = null;
            },
        },
        new("A POST is answered with another resource")
        {
            Around = (message, store, server) =>
            {
                if (!message.Creates("Users"))
                    return Task.FromResult(server(message));
                lock (store.Lock)
                    return Task.FromResult(new Answer(201, store.Show(store.All[0])));
            },
        },
    ];

    static IEnumerable<TestCaseData> Cases => Servers.Select(server => new TestCaseData(server).SetArgDisplayNames(server.Sentence));

    [TestCaseSource(nameof(Cases))]
    public async Task The_server_holds_the_same_before_and_after(Defect defect)
    {
        await using var server = await TestServer.StartAsync(defect);
        var before = Populate(server.Store);

        var verified = await Run.ChecksAsync(server, Catalogue.All);

        Assert.That(Shown(server.Store), Is.EqualTo(before));
        Assert.That(verified.Left, Is.Empty);
    }

    [TestCase("users.create.minimal")]
    [TestCase("members.add.several")]
    [TestCase("paging.index.walk.users")]
    [TestCase("bulk.reference.backward")]
    public async Task Interrupted_before_a_check_it_still_cleans_up(string id)
    {
        await using var server = await TestServer.StartAsync(Defect.None);
        var before = Populate(server.Store);
        using var interruption = new CancellationTokenSource();

        var verified = await Run.ChecksAsync(
            server,
            Catalogue.All,
            started: check =>
            {
                if (check.Id == id)
                    interruption.Cancel();
            },
            ct: interruption.Token
        );

        Assert.That(Shown(server.Store), Is.EqualTo(before));
        Assert.That((verified.Interrupted, verified.AllMustsHold), Is.EqualTo((true, false)));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(30)]
    public async Task Interrupted_before_the_answer_it_still_cleans_up(int created)
    {
        using var interruption = new CancellationTokenSource();
        var count = 0;
        await using var server = await TestServer.StartAsync(
            new("Slow")
            {
                Around = async (message, _, server) =>
                {
                    var answer = server(message);
                    if (message.Method is not "POST" || Interlocked.Increment(ref count) != created)
                        return answer;
                    await interruption.CancelAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(100));
                    return answer;
                },
            }
        );
        var before = Populate(server.Store);

        var verified = await Run.ChecksAsync(server, Catalogue.All, ct: interruption.Token);

        Assert.That(Shown(server.Store), Is.EqualTo(before));
        Assert.That(verified.Interrupted);
    }

    [Test]
    public async Task With_keep_nothing_is_deleted()
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        await Run.ChecksAsync(server, [.. Catalogue.Choose(Profiles.All, ["users.create.minimal"])], keep: true);

        Assert.That(server.Store.All.Select(user => (string)user.Document["userName"]!), Has.One.StartsWith(Target.Marker));
    }

    [Test]
    public async Task What_cannot_be_deleted_is_named()
    {
        await using var server = await TestServer.StartAsync(
            new("Nothing is deleted")
            {
                Before = (message, _) =>
                {
                    if (message.Method is "DELETE")
                        throw ScimException.Forbidden("Never.");
                },
            }
        );

        var verified = await Run.ChecksAsync(server, [.. Catalogue.Choose(Profiles.All, ["users.create.minimal"])]);

        Assert.That(verified.Left, Has.One.Contains(server.Store.All.Single().Id).And.One.Contains("403: Never."));
    }

    [Test]
    public async Task What_cannot_be_deleted_is_not_tried_again_after_every_check()
    {
        var deletes = 0;
        await using var server = await TestServer.StartAsync(
            new("Nothing is deleted")
            {
                Before = (message, _) =>
                {
                    if (message.Method is not "DELETE")
                        return;
                    Interlocked.Increment(ref deletes);
                    throw ScimException.Forbidden("Never.");
                },
            }
        );

        var verified = await Run.ChecksAsync(server, Catalogue.Choose(Profiles.All, ["users.create"]));

        Assert.That(verified.Left, Has.Count.GreaterThan(20));
        Assert.That(deletes, Is.EqualTo(2 * verified.Left.Count));
    }

    /// <summary>Adds users and groups that are not of this run; one looks like those of an earlier run.</summary>
    public static string[] Populate(Store store)
    {
        lock (store.Lock)
        {
            Resource User(string name) =>
                store.Add(
                    ResourceType.User,
                    null,
                    ResourceParser.Create(
                        new()
                        {
                            ["userName"] = name,
                            ["externalId"] = name,
                            ["title"] = "Clerk",
                            ["active"] = name.Length % 2 is 0,
                        },
                        ResourceType.User
                    )
                );
            var users = ((string[])["ada@example.com", "bob@example.com", "scim-compliance-0000-1@example.com", "zoë@example.com"])
                .Select(User)
                .ToList();
            foreach (var name in (string[])["Design", "scim-compliance-0000-2"])
                store.Add(
                    ResourceType.Group,
                    null,
                    ResourceParser.Create(
                        new()
                        {
                            ["displayName"] = name,
                            ["members"] = new JsonArray([.. users.Select(user => new JsonObject { ["value"] = user.Id })]),
                        },
                        ResourceType.Group
                    )
                );
        }
        return Shown(store);
    }

    public static string[] Shown(Store store)
    {
        lock (store.Lock)
            return [.. store.All.Select(resource => store.Show(resource).ToJsonString())];
    }
}
