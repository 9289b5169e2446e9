using System.Text.Json;
using ScimProvisioning.Activity.Health;
using ScimProvisioning.Activity.Why;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Activity;

/// <summary>docs/troubleshooting.md: its commands run and answer what it says, and it explains every verdict and every status.</summary>
[TestFixture, Parallelizable]
sealed class TroubleshootingPageTests
{
    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/troubleshooting.md"));

    [Test]
    public async Task The_commands_run_as_they_are_printed()
    {
        await using var server = new ScimServer();

        var output = await PageScript.RunAsync(server, string.Join('\n', PageScript.Blocks(Page)));

        foreach (
            var answer in new[]
            {
                "\"status\":\"working\",\"light\":\"green\",\"reasons\":[\"1 of 3 users and groups failed",
                "\"reason\":\"unknown\"",
                "\"verdict\":\"refused\"",
                "\"verdict\":\"released\"",
                "\"isSimilar\":true",
                "\"entraErrorCode\":\"EntryConflict\"",
                "{\"path\":\"title\",\"old\":\"Engineer\",\"new\":\"Lead\"",
                "\"hint\":\"The group has no members.",
                "\"isReleasedKnown\":true",
            }
        )
            Assert.That(output, Does.Contain(answer));
    }

    [Test]
    public void Every_verdict_and_every_status_is_explained()
    {
        foreach (var verdict in Enum.GetNames<WhyVerdict>())
            Assert.That(Page, Does.Contain($"\n| `{JsonNamingPolicy.CamelCase.ConvertName(verdict)}` |"));
        foreach (var status in Scim.Directory.WireName.All<HealthStatus>())
            Assert.That(Page, Does.Match($@"(?m)^\|[^|]*`{status}`"));
    }
}
