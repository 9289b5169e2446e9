using System.Text.RegularExpressions;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Tests.Activity;

/// <summary>
/// What a run is taken for, by what identity providers are seen to send. A word is a request: what it does, and to which user. <c>p</c>
/// probe, <c>f</c> find, <c>g</c> get, <c>l</c> list, <c>s</c> schemas, <c>c</c> create, <c>u</c> update, <c>n</c> PATCH without effect,
/// <c>d</c> deactivate, <c>x</c> refused PATCH. <c>f-</c> finds nothing. With <c>G</c> in front it is about a group, <c>Gm</c> changes
/// members.
/// </summary>
[TestFixture, Parallelizable]
sealed partial class RunDetectionTests
{
    [TestCase("Test Connection of users", "p", 0, RunKind.Test)]
    [TestCase("Test Connection of users and groups", "p Gp", 0, RunKind.Test)]
    [TestCase("Test Connection, matching by externalId: its GUID looks like a user's", "f-", 0, RunKind.Test)]
    [TestCase("Test Connection of a server that is in use", "p Gp", 500, RunKind.Test)]
    [TestCase("A keep-alive that probes for an hour", "p p p p p p p p", 500, RunKind.Test)]
    [TestCase("A test that reads the schemas first", "s s s p", 0, RunKind.Test)]
    [TestCase("On demand: a new user", "p f- c1", 100, RunKind.OnDemand)]
    [TestCase("On demand: the first user of all", "p f- c1", 1, RunKind.OnDemand)]
    [TestCase("On demand: a user who is there, with a manager", "p f1 u1 f2 u1", 100, RunKind.OnDemand)]
    [TestCase("On demand: a user with nothing to change", "p f1", 100, RunKind.OnDemand)]
    [TestCase("On demand: a group with its five members", "p Gf- Gc1 f1 f2 f3 f4 f5 Gg1 Gm1", 100, RunKind.OnDemand)]
    [TestCase("On demand: three users, one after the other", "p f- c1 p f2 u2 p f- c3", 100, RunKind.OnDemand)]
    [TestCase("On demand: a user who is refused", "p f- x", 100, RunKind.OnDemand)]
    [TestCase("Full: the initial cycle", "f- f- f- f- c1 c2 c3 c4 u1 Gf- Gc1 Gg1 Gm1", 4, RunKind.Full)]
    [TestCase("Full: the initial cycle right after Test Connection", "p Gp f- f- f- f- f- f- f- c1 c2 c3 c4 c5 c6 c7", 7, RunKind.Full)]
    [TestCase("Full: a restarted job asks for everybody again", "f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 g2 u2 g7 d7", 10, RunKind.Full)]
    [TestCase("Full: four of five suffice, as one was just made by hand", "f1 f2 f3 f4", 5, RunKind.Full)]
    [TestCase("Full: a restarted job reads those that it knows by their ids", "g1 g2 g3 g4 g5 u5", 5, RunKind.Full)]
    [TestCase("Incremental: one new, one changed, one gone", "f- c1 g2 u2 g3 d3", 100, RunKind.Incremental)]
    [TestCase("Incremental: only memberships", "Gg1 Gm1 Gm1 Gm1 Gm1", 100, RunKind.Incremental)]
    [TestCase("Incremental: a retry that is refused again", "g1 x1", 100, RunKind.Incremental)]
    [TestCase("Incremental: looked up, and nothing to change", "f1 f2", 100, RunKind.Incremental)]
    [TestCase(
        "Incremental after a quarantine begins with a probe",
        "p f- f- f- f- f- f- f- f- c1 c2 c3 c4 c5 c6 c7 c8",
        100,
        RunKind.Incremental
    )]
    [TestCase("Discovery: Account Discovery reads page by page", "l l l l l", 500, RunKind.Discovery)]
    [TestCase("Discovery: with a test first, and a user it looks at", "p l l l g1", 500, RunKind.Discovery)]
    [TestCase("Somebody reads a user", "g1", 100, RunKind.Other)]
    [TestCase("A client looks at what the server can do", "s s s", 100, RunKind.Other)]
    [TestCase("Okta's test reads one page", "l", 100, RunKind.Other)]
    public void A_run_is_told_by_its_requests(string what, string requests, int known, RunKind kind)
    {
        var asked = requests.Split(' ').Select(Word).ToList();
        var parts = asked
            .GroupBy(request => (request.Operation, request.Type, request.Outcome))
            .Select(same => new RunPart(same.Key.Operation, same.Key.Type, same.Key.Outcome, same.LongCount()))
            .ToList();

        Assert.That(RunDetection.KindOf(parts, Count("User", known), Count("Group", 10)), Is.EqualTo(kind), what);

        TypeCount Count(string type, int there) =>
            new() { Touched = asked.Where(r => r.Type == type && r.Id is not "").Select(r => r.Id).Distinct().Count(), Known = there };
    }

    static (RequestOperation Operation, string? Type, RequestOutcome Outcome, string Id) Word(string word)
    {
        var parts = Parts().Match(word).Groups;
        var (operation, outcome) = parts["verb"].Value switch
        {
            "p" => (RequestOperation.Probe, RequestOutcome.Test),
            "f" => (RequestOperation.Find, parts["none"].Success ? RequestOutcome.NotFound : RequestOutcome.Matched),
            "g" => (RequestOperation.Get, RequestOutcome.Matched),
            "l" => (RequestOperation.List, RequestOutcome.Matched),
            "s" => (RequestOperation.Discovery, RequestOutcome.Matched),
            "c" => (RequestOperation.Create, RequestOutcome.Created),
            "u" => (RequestOperation.Patch, RequestOutcome.Updated),
            "n" => (RequestOperation.Patch, RequestOutcome.Unchanged),
            "d" => (RequestOperation.Patch, RequestOutcome.Deactivated),
            "m" => (RequestOperation.Patch, RequestOutcome.MembersChanged),
            "x" => (RequestOperation.Patch, RequestOutcome.Refused),
            var other => throw new ArgumentException(other),
        };
        var type =
            operation is RequestOperation.Discovery ? null
            : parts["group"].Success ? "Group"
            : "User";
        return (operation, type, outcome, parts["id"].Value);
    }

    [GeneratedRegex("^(?<group>G)?(?<verb>[a-z])(?<none>-)?(?<id>\\d*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
