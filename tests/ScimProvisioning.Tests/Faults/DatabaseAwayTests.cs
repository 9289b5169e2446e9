using System.Diagnostics;

namespace ScimProvisioning.Tests.Faults;

/// <summary>PostgreSQL goes away and comes back; the server stays.</summary>
[TestFixture, Parallelizable]
sealed class DatabaseAwayTests
{
    PostgresCluster _cluster = null!;
    ScimServer _server = null!;
    TestDirectory _directory = null!;
    string _user = "";
    string _group = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _cluster = new();
        var database = _cluster.Address + "Database=scim;Username=postgres;";
        _server = new(database);
        _directory = await TestDirectory.CreateAsync(_server, database + "Pooling=false");
        _user = await _directory.User("ada");
        _group = await _directory.Group("Team", _user);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _server?.Dispose();
        _cluster?.Dispose();
    }

    [TestCase("fast")]
    [TestCase("immediate")]
    public async Task Every_request_is_503_at_once_until_the_database_is_back(string mode)
    {
        var before = await _directory.Everything();
        _cluster.Stop(mode);
        var time = Stopwatch.StartNew();

        // Twice: with sessions that are broken, and with none.
        Answer[] answers = [.. await RequestsAsync(), .. await RequestsAsync()];
        var elapsed = time.Elapsed;
        _cluster.Start();

        Assert.That(answers.Select(a => a.Error), Has.All.EqualTo((503, (string?)null)));
        Assert.That(answers.Select(a => a.Headers.RetryAfter?.Delta), Has.All.GreaterThan(TimeSpan.Zero));
        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That((await _directory.Send("GET", $"/Users/{_user}")).Status, Is.EqualTo(200));
        Assert.That((await _directory.Patch($"/Users/{_user}", """{"op":"remove","path":"title"}""")).Status, Is.EqualTo(200));
        Assert.That(await _directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task What_was_acknowledged_around_a_crash_of_the_database_is_there()
    {
        using var stop = new CancellationTokenSource();
        var created = new List<string>();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var answer = await _directory.Send("POST", "/Users", $$"""{"userName":"w{{writer}}.{{i}}"}""");
                Assert.That(answer.Status, Is.AnyOf(201, 503));
                if (answer.Status == 201) lock (created) created.Add((string)answer.Body!["id"]!);
            }
        })).ToArray();

        await Task.Delay(TimeSpan.FromMilliseconds(300));
        _cluster.Stop("immediate");
        var acknowledged = created.Count;
        _cluster.Start();
        while (created.Count < acknowledged + 20 && !writers.Any(w => w.IsFaulted)) await Task.Delay(TimeSpan.FromMilliseconds(20));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var events = (await _directory.Events()).Select(e => (string)e["resource_id"]!).ToHashSet();
        Assert.That(created.Count(id => !events.Contains(id)), Is.Zero);
        Assert.That(await _directory.Ask<bool>("SELECT (SELECT sum(version) FROM resources WHERE connection_id = $1) = count(*) FROM events WHERE connection_id = $1"));
    }

    Task<Answer[]> RequestsAsync() => Task.WhenAll(
        _directory.Send("GET", "/Users"),
        _directory.Send("GET", $"/Users/{_user}"),
        _directory.Send("GET", "/Schemas"),
        _directory.Send("POST", "/Users", """{"userName":"bob"}"""),
        _directory.Send("PUT", $"/Users/{_user}", """{"userName":"eve"}"""),
        _directory.Patch($"/Users/{_user}", """{"op":"replace","path":"title","value":"x"}"""),
        _directory.Patch($"/Groups/{_group}", """{"op":"remove","path":"members"}"""),
        _directory.Send("DELETE", $"/Users/{_user}"));
}
