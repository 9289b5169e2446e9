extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;

namespace ScimProvisioning.Tests.Activity;

/// <summary>What <c>scim-compliance provoke</c> sends is found again in the log and the runs of the server.</summary>
[TestFixture, Parallelizable]
sealed class ProvocationTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase(Provocation.RefusedUsers, 3, "incremental 0/0/0/0/0/3")]
    [TestCase(Provocation.Discovery, 6, "discovery 0/0/0/0/0/0")]
    public async Task It_is_one_run_of_its_kind(Provocation what, int requests, string expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        _server.CatchUp();

        await ProvokeAsync(directory, what);
        await ActivityCalls.UntilLogged(directory, requests);

        var run = (await _server.Runs(directory)).Single();
        Assert.That($"{run["kind"]} {run.Counts()}", Is.EqualTo(expected));
    }

    [Test]
    public async Task Wrong_tokens_are_in_the_log_and_in_no_run()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        await ProvokeAsync(directory, Provocation.WrongToken);

        var requests = await _server.Requests(directory, 3);
        Assert.That(requests.Select(request => (string?)request["entraErrorCode"]), Is.All.EqualTo("Unauthorized"));
        Assert.That(await _server.Runs(directory), Is.Empty);
    }

    static async Task ProvokeAsync(TestDirectory directory, Provocation what)
    {
        using var client = new ScimClient(new(directory.Url), directory.Connection.Token, TimeSpan.FromSeconds(30));
        using var stranger = new ScimClient(new(directory.Url), "no.token.ofours", TimeSpan.FromSeconds(30));

        var (said, isGood) = await new Provoked(client, stranger, new(1)).RunAsync(what, 3, CancellationToken.None);

        Assert.That(isGood, said);
    }
}
