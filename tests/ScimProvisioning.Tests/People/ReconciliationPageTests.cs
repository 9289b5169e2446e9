using Scim.Directory;
using ScimProvisioning.Storage.Support;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.People;

/// <summary>docs/reconciliation.md: its commands run, and it explains every class.</summary>
[TestFixture, Parallelizable]
sealed class ReconciliationPageTests
{
    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/reconciliation.md"));

    [Test]
    public async Task The_commands_run_as_they_are_printed()
    {
        await using var server = new ScimServer();

        var output = await PageScript.RunAsync(server, string.Join('\n', PageScript.Blocks(Page)));

        Assert.That(
            output,
            Does.Contain(
                """
                "counts":{"local":1,"unassigned":1,"assigned":1,"inactive":0,"missing":1,"differing":1,"stale":0,"notLogged":0}
                """.Trim()
            )
        );
        Assert.That(output, Does.Contain("""{"told":2,"skipped":0}""").And.Contains("""{"told":1,"skipped":2}"""));
        Assert.That(output, Does.Contain("\"job\":\"reconciliation\""));
    }

    [Test]
    public void Every_class_is_explained()
    {
        foreach (var name in WireName.All<DifferenceClass>().Append("assigned"))
            Assert.That(Page, Does.Contain($"\n| `{name}` |"));
    }
}
