using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Activity;

/// <summary>docs/activity.md: its commands run, and it explains every outcome and every kind.</summary>
[TestFixture, Parallelizable]
sealed class ActivityPageTests
{
    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/activity.md"));

    [Test]
    public async Task The_commands_run_as_they_are_printed()
    {
        await using var server = new ScimServer();

        var output = await PageScript.RunAsync(server, string.Join('\n', PageScript.Blocks(Page)));

        Assert.That(output, Does.Contain("\"entraErrorCode\":\"EntryConflict\"").And.Contain("\"outcome\":\"deactivated\""));
        Assert.That(output, Does.Contain("\"kind\":\"onDemand\"").And.Contain("\"outcome\":\"test\""));
    }

    [Test]
    public void Every_outcome_and_every_kind_is_explained()
    {
        foreach (var outcome in Scim.Directory.WireName.All<RequestOutcome>())
            Assert.That(Page, Does.Match($@"(?m)^\|[^|]*`{outcome}`"));
        foreach (var kind in Enum.GetNames<RunKind>())
            Assert.That(Page, Does.Contain($"\n| `{char.ToLowerInvariant(kind[0])}{kind[1..]}` |"));
    }
}
