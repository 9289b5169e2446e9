using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.House;

/// <summary>What the README and the page about the directory tell people to type.</summary>
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
                (string?)answers[2]["members"]![0]!["display"],
                (string?)answers[3]["state"],
                (string?)answers[4]["data"]![0]!["status"],
                (string?)answers[5]["user"]!["userName"],
                (bool)answers[6]["active"]!,
                (string?)answers[7]["reason"]
            ),
            Is.EqualTo((0, "Ella", "active", "active", "ella@contoso.com", false, "inactive"))
        );
    }

    [Test]
    public async Task The_page_about_the_directory_runs_as_it_is_printed()
    {
        // Attributes and roles are those of the whole database.
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        var page = File.ReadAllText(ProjectFolder.Find("docs/directory.md"));

        var output = await PageScript.RunAsync(server, string.Join('\n', PageScript.Blocks(page)));

        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var mapping = answers[4]["attributes"]!.AsArray().ToDictionary(attribute => (string)attribute!["name"]!, attribute => attribute!);
        Assert.That(
            (
                (string?)answers[0]["reason"],
                (int)answers[1]["created"]!,
                (string?)answers[2]["user"]!["appUserId"],
                (string?)mapping["email"]["transform"],
                (string?)mapping["displayName"]["whenMissing"]
            ),
            Is.EqualTo(("unknown", 1, "4711", "lower", "hold"))
        );
        Assert.That(mapping.Keys, Is.SupersetOf(new[] { "userName", "firstName", "jobTitle", "costCenter" }));
    }
}
