extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;
using compliance::ScimCompliance.Verify;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>Provisioning on demand: one user or one group at a time, as an admin starts it in the Entra portal.</summary>
[TestFixture, Parallelizable]
sealed class ProvisionOnDemandTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_user_is_probed_for_matched_created_and_read_back()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);
        var requests = new List<Reply>();
        var user = play.Tenant.Users.Values.First(user => user.Manager is null);

        var outcome = await OnDemand(play, requests, keep: true).UserAsync(user.UserPrincipalName, CancellationToken.None);

        Assert.That((outcome.Success, outcome.Differences.Count), Is.EqualTo((true, 0)));
        Assert.That(outcome.Steps[^1].Text, Does.StartWith("Success:").And.Contains("was created"));
        Assert.That(requests.Select(reply => reply.Exchange.Method), Is.EqualTo(new[] { "GET", "GET", "POST", "GET" }));
        Assert.That((string?)(await directory.Get("/Users")).Resources.Single()["userName"], Is.EqualTo(user.UserPrincipalName));
    }

    [Test]
    public async Task A_changed_user_of_a_directory_that_was_kept_is_patched()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);
        await play.Simulation.ProvisionAsync(CancellationToken.None);
        var user = play.Tenant.Users.Values.First(user => user is { Manager: not null, IsSoftDeleted: false }) with { JobTitle = "Chair" };
        play.Tenant.Add(user);
        var requests = new List<Reply>();

        var outcome = await OnDemand(play, requests, keep: false).UserAsync(user.UserPrincipalName, CancellationToken.None);

        Assert.That((outcome.Success, outcome.Differences.Count), Is.EqualTo((true, 0)));
        Assert.That(outcome.Steps[^1].Text, Does.EndWith("was updated."));
        Assert.That(
            requests.Single(reply => reply.Exchange.Method is "PATCH").Exchange.RequestBody,
            Does.EndWith("""[{"op":"Replace","path":"title","value":"Chair"}]}""")
        );
        Assert.That((await directory.Find("/Users", "title eq \"Chair\"")).Resources, Has.Count.EqualTo(1), "what was there before stays");
    }

    [Test]
    public async Task A_group_is_provisioned_with_the_members_that_are_there()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory, size: new(10, 1, 3));
        var group = play.Tenant.Groups.Values.Single();
        foreach (var member in group.Members.Take(2))
            await OnDemand(play, [], keep: true).UserAsync(play.Tenant.Users[member].UserPrincipalName, CancellationToken.None);

        var outcome = await OnDemand(play, [], keep: true).GroupAsync(group.DisplayName, CancellationToken.None);

        Assert.That(
            (outcome.Success, outcome.Differences.Count, outcome.Members, outcome.Missing, outcome.IsGood),
            Is.EqualTo((true, 0, 3, 1, false))
        );
        Assert.That(outcome.Steps[^1].Text, Does.EndWith("is not there, and is not sent as a member."));
        Assert.That((await directory.Get("/Groups")).Resources.Single()["members"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_created_is_removed_unless_it_shall_be_kept()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);

        await OnDemand(play, [], keep: false)
            .UserAsync(play.Tenant.Users.Values.First(user => !user.IsSoftDeleted).UserPrincipalName, CancellationToken.None);

        Assert.That(
            await directory.Ask<long>(
                "SELECT count(*) FILTER (WHERE deleted_at IS NULL) * 10 + count(*) FROM resources WHERE connection_id = $1"
            ),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task What_the_portal_refuses_is_refused_with_an_explanation()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var play = Play.Against(directory);
        var onDemand = OnDemand(play, [], keep: false);
        var disabled = play.Tenant.Users.Values.First(user => user.IsSoftDeleted).UserPrincipalName;
        var small = play
            .Tenant.Groups.Values.First(group => group.Members.Count(play.Tenant.Users.ContainsKey) is > 0 and <= 5)
            .DisplayName;
        var big = play.Tenant.Groups.Values.First(group => group.Members.Count > 5).DisplayName;

        Assert.That(
            () => onDemand.UserAsync(disabled, CancellationToken.None),
            Throws.TypeOf<CannotRun>().With.Message.Contains("disabled or deleted")
        );
        Assert.That(
            () => onDemand.GroupAsync(big, CancellationToken.None),
            Throws.TypeOf<CannotRun>().With.Message.Contains("at most 5 members")
        );
        Assert.That(
            () => onDemand.GroupAsync("nobodies", CancellationToken.None),
            Throws.TypeOf<CannotRun>().With.Message.Contains($"for example '{small}'")
        );
        Assert.That(
            () => onDemand.UserAsync("nobody", CancellationToken.None),
            Throws.TypeOf<CannotRun>().With.Message.Contains("no user 'nobody'")
        );
    }

    static ProvisionOnDemand OnDemand(Play play, List<Reply> requests, bool keep) =>
        new(play.Client, play.Tenant, new(1), requests.Add, keep);
}
