using Microsoft.Extensions.Time.Testing;
using ScimCompliance.Checks;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>
/// A checker that passes everything is worth nothing: each defect is caught by the checks that are about it, and by no others.
/// </summary>
[Parallelizable(ParallelScope.All)]
sealed class DefectTests
{
    /// <summary>
    /// What the server has a right to leave out: a body of a PATCH of a group, rows of /Schemas for what RFC 7643 §3.1 puts in none, OAuth.
    /// </summary>
    static readonly string[] NotOffered =
    [
        "groups.patch.body",
        "discovery.shape.user.password",
        "discovery.shape.common.id",
        "discovery.shape.common.meta",
        "gallery.direct.client-credentials",
        "gallery.direct.client-credentials-body",
        "gallery.direct.token-lifetime",
        "gallery.direct.wrong-secret",
        "gallery.direct.federated-identity",
    ];

    [Test]
    public async Task A_correct_server_passes_everything()
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var verified = await Run.AllAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(verified.Results.Where(result => result.Outcome is Outcome.Failed or Outcome.Blocked).Select(Told), Is.Empty);
            Assert.That(
                verified
                    .Results.Where(result =>
                        result.Outcome is Outcome.NotApplicable
                        && result.Check.Severity is not Severity.Advice
                        && !NotOffered.Contains(result.Check.Id)
                    )
                    .Select(Told),
                Is.Empty
            );
            Assert.That(verified.AllMustsHold);
            Assert.That(server.Store.All, Is.Empty);
        });
    }

    [TestCaseSource(typeof(AllDefects), nameof(AllDefects.Cases))]
    public async Task Caught_by_the_checks_that_are_about_it(Defect defect)
    {
        await using var server = await TestServer.StartAsync(defect);

        var verified = await Run.AllAsync(server);

        var failed = verified.Results.Where(result => result.Outcome is Outcome.Failed).ToList();
        var missed = defect.Caught.Except(failed.Select(result => result.Check.Id)).ToList();
        var unrelated = failed.ExceptBy(defect.Caught, result => result.Check.Id).Select(Told).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(missed, Is.Empty, $"It should be caught by {string.Join(", ", missed)}");
            Assert.That(unrelated, Is.Empty, $"It should not be caught by\n{string.Join('\n', unrelated)}\n");
            Assert.That(defect.Caught, Is.Not.Empty);
            // A check that stumbles over an answer has not judged it.
            Assert.That(
                failed.Where(result => result.Came!.Contains("could not be read", StringComparison.Ordinal)).Select(Told),
                Is.Empty
            );
            Assert.That(
                verified.AllMustsHold,
                Is.EqualTo(
                    !verified.Results.Any(result =>
                        result.Check.Severity is Severity.Must && result.Outcome is Outcome.Failed or Outcome.Blocked
                    )
                )
            );
        });
    }

    [TestCase(39, Outcome.Passed)]
    [TestCase(41, Outcome.Failed)]
    public async Task A_rate_below_25_requests_a_second_is_caught(int millisecondsPerRequest, Outcome outcome)
    {
        var clock = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(
            new("Slow") { Before = (_, _) => clock.Advance(TimeSpan.FromMilliseconds(millisecondsPerRequest)) }
        );

        var verified = await Run.ChecksAsync(server, Catalogue.Choose(Profiles.All, ["concurrency.load.rate"]), clock: clock);

        Assert.That(verified.Results.Single().Outcome, Is.EqualTo(outcome));
    }

    /// <summary>Defects in the order of lists are caught always, and not only when ids happen to be in the order of creation.</summary>
    [Test]
    public void Ids_are_in_the_order_of_creation()
    {
        var store = new Store(new());

        Assert.That(
            Enumerable.Range(0, 1000).Select(_ => store.NewId()).ToList(),
            Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal)
        );
    }

    static string Told(CheckResult result) =>
        $"{result.Check.Id} ({result.Outcome}): expected {result.Expected}, came {result.Came}{result.Reason}";
}
