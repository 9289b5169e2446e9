using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.House;

/// <summary>What the README tells people to type.</summary>
[TestFixture, Parallelizable]
sealed class ReadmeTests
{
    static readonly string Readme = File.ReadAllText(ProjectFolder.Find("README.md"));

    [Test]
    public async Task The_walk_through_runs_as_it_is_printed()
    {
        await using var server = new ScimServer();
        var section = Readme[Readme.IndexOf("## Walk through it", StringComparison.Ordinal)..];

        var output = await PageScript.RunAsync(server, PageScript.Blocks(section).First());

        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.That(
            (
                (int)answers[0]["totalResults"]!,
                (bool)answers[1]["active"]!,
                (string?)answers[^2]["members"]![0]!["display"],
                (string?)answers[^1]["state"]
            ),
            Is.EqualTo((0, false, "Ella", "active"))
        );
    }
}
