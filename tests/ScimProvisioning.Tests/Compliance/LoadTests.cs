extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Load;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>What the command <c>load</c> sends, counts and removes.</summary>
[TestFixture, Parallelizable]
sealed class LoadTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Without_a_rate_it_sends_as_many_requests_as_asked_for_and_removes_everything()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var loaded = await RunAsync(directory, new(null, TimeSpan.FromMinutes(2), 400, 4, 10));

        Assert.That((loaded.IsGood, loaded.Left.Count, loaded.Rows[^1].Count), Is.EqualTo((true, 0, 400)));
        Assert.That(loaded.Rows.SkipLast(1).Select(row => row.Name), Is.EquivalentTo(Enum.GetNames<LoadOperation>()));
        Assert.That(loaded.Rows.SkipLast(1).Sum(row => row.Count), Is.EqualTo(400));
        Assert.That(loaded.Rows[^1].Errors, Is.Empty);
        Assert.That(
            loaded.Deleted.Users + loaded.Deleted.Groups,
            Is.EqualTo(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1"))
        );
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"), Is.Zero);
    }

    [Test]
    public async Task At_a_rate_it_counts_every_request_that_was_due_and_sends_no_more()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var loaded = await RunAsync(directory, new(40, TimeSpan.FromSeconds(2), null, 8, 10));

        // On a busy machine some are not sent in time.
        Assert.That(loaded.Rows[^1].Count, Is.Positive);
        Assert.That(loaded.Rows[^1].Count + loaded.DueAndNotSent, Is.EqualTo(80));
        Assert.That(loaded.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task An_interrupted_load_removes_everything()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var interrupt = new CancellationTokenSource();

        var loaded = await RunAsync(
            directory,
            new(null, TimeSpan.FromMinutes(2), null, 4, 10),
            (_, _, count) =>
            {
                if (count > 0)
                    interrupt.Cancel();
            },
            interrupt.Token
        );

        Assert.That((loaded.Interrupted, loaded.IsGood, loaded.Left.Count), Is.EqualTo((true, false, 0)));
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1 AND deleted_at IS NULL"), Is.Zero);
    }

    [Test]
    public void Percentiles_are_those_of_the_nearest_rank_and_errors_are_counted_by_status()
    {
        var measurement = new Measurement();
        for (var i = 1; i <= 100; i++)
            measurement.Add(
                LoadOperation.ReadUser,
                TimeSpan.FromMilliseconds(i),
                i switch
                {
                    > 98 => 0,
                    > 95 => 503,
                    _ => 200,
                }
            );

        var all = measurement.Rows(TimeSpan.FromSeconds(10))[^1];

        Assert.That(
            (all.Count, all.RequestsPerSecond, all.P50, all.P95, all.P99, all.Max),
            Is.EqualTo((100, 10.0, 50.0, 95.0, 99.0, 100.0))
        );
        Assert.That(all.ErrorText, Is.EqualTo("2 × no answer, 3 × 503"));
        Assert.That(new LoadResult("", "", new(null, default, 1, 1, 1), default, [all], 0, [], default, false).IsGood, Is.False);
        Assert.That(
            new LoadResult(
                "",
                "",
                new(null, default, 1, 1, 1),
                default,
                [all with { Errors = new Dictionary<int, int>() }],
                3,
                [],
                default,
                false
            ).IsGood,
            Is.False,
            "due and not sent"
        );
    }

    static async Task<LoadResult> RunAsync(
        TestDirectory directory,
        LoadOptions options,
        Action<OperationFigures, TimeSpan, int>? tell = null,
        CancellationToken ct = default
    )
    {
        using var client = new ScimClient(new Uri(directory.Url), directory.Connection.Token, TimeSpan.FromSeconds(30));
        return await new LoadRun(client, "load", 1, options, TimeProvider.System).RunAsync(tell ?? ((_, _, _) => { }), ct);
    }
}
