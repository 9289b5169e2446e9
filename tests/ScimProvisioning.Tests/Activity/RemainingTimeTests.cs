using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Tests.Activity;

/// <summary>How long a run may still take, as a range.</summary>
[TestFixture, Parallelizable]
sealed class RemainingTimeTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [TestCase(500, 0, null, 80, 150, Description = "half of the users in 100 seconds: as long again")]
    [TestCase(500, 0, 600, 80, 750, Description = "the last full run took 600 seconds, which leaves 500")]
    [TestCase(1_000, 0, null, 0, 0, Description = "all were asked for")]
    [TestCase(1_000, 0, 130, 0, 45, Description = "all were asked for, and memberships took half a minute the last time")]
    [TestCase(1_000, 1_000, null, null, null, Description = "a first cycle makes those whom it asks for")]
    [TestCase(100, 0, null, null, null, Description = "too few to go through everybody")]
    [TestCase(0, 0, 600, null, null, Description = "nobody yet")]
    public void It_follows_from_what_was_done_and_from_the_last_time(int touched, int created, int? lastSeconds, int? least, int? most)
    {
        var users = new TypeCount
        {
            Touched = touched,
            Created = created,
            Known = 1_000,
        };
        var kind = users.IsComplete ? RunKind.Full : RunKind.Incremental;
        var counted = new CountedRun(Figures(kind), users, default);

        var remaining = RemainingTime.Of(Run(100, ended: false), counted, lastSeconds is { } last ? Run(last, ended: true) : null);

        Assert.That(((int?)remaining?.LeastSeconds, (int?)remaining?.MostSeconds), Is.EqualTo((least, most)));
    }

    [Test]
    public void Of_a_run_that_is_over_and_of_a_test_there_is_none()
    {
        var users = new TypeCount { Touched = 500, Known = 1_000 };

        Assert.That(RemainingTime.Of(Run(100, ended: true), new(Figures(RunKind.Incremental), users, default), null), Is.Null);
        Assert.That(RemainingTime.Of(Run(100, ended: false), new(Figures(RunKind.OnDemand), users, default), null), Is.Null);
    }

    static RunRow Run(int seconds, bool ended) =>
        new(
            default,
            default,
            default,
            Start,
            Start.AddSeconds(seconds),
            ended ? Start.AddSeconds(seconds) : null,
            0,
            null,
            Start.AddSeconds(seconds)
        );

    static RunFigures Figures(RunKind kind)
    {
        var none = new ObjectCounts(0, 0, 0, 0, 0, 0);
        return new(kind, 0, none, none, new(0, 0), new(0, 0, 0, 0, 0));
    }
}
