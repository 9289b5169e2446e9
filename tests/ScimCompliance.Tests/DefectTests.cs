using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using ScimCompliance.Checks;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>Each defect of a server fails the checks that are about it, and no others.</summary>
[Parallelizable(ParallelScope.All)]
sealed class DefectTests
{
    /// <summary>
    /// Checks that are not applicable to a correct server: it sends no body for a PATCH of a group, it does not list the common attributes
    /// of RFC 7643 §3.1 in /Schemas, and it has no OAuth.
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

    /// <summary>
    /// Of the checks that are about something else, one of so many is run: 1, and so all, unless <c>SCIM_DEFECT_CHECKS</c> says more.
    /// </summary>
    static readonly int OneOf = int.TryParse(
        Environment.GetEnvironmentVariable("SCIM_DEFECT_CHECKS"),
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : 1;

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
        // Others for each defect.
        var first = defect.Sentence.Length % OneOf;

        var verified = await Run.AllAsync(
            server,
            [.. Catalogue.All.Where((check, i) => i % OneOf == first || defect.Caught.Contains(check.Id))]
        );

        var failed = verified.Results.Where(result => result.Outcome is Outcome.Failed).ToList();
        var missed = defect.Caught.Except(failed.Select(result => result.Check.Id)).ToList();
        var unrelated = failed.ExceptBy(defect.Caught, result => result.Check.Id).Select(Told).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(missed, Is.Empty, $"It should be caught by {string.Join(", ", missed)}");
            Assert.That(unrelated, Is.Empty, $"It should not be caught by\n{string.Join('\n', unrelated)}\n");
            Assert.That(defect.Caught, Is.Not.Empty);
            // A check that cannot read an answer has not really checked it.
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

    /// <summary>Ids decide the order of lists. In a random order a wrong page could be right by chance.</summary>
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
