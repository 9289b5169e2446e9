using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;

namespace ScimCompliance.Tests;

/// <summary>The verbs that send Entra's requests, as processes: what they refuse before anything is sent, and their exit codes.</summary>
[Parallelizable(ParallelScope.All)]
sealed class SimulationCommandTests
{
    [TestCase("simulate --report json /no-such-folder/report.json", "/no-such-folder/report.json")]
    [TestCase("load --report json /no-such-folder/report.json", "/no-such-folder/report.json")]
    [TestCase("simulate --save-tenant /no-such-folder/tenant.json", "/no-such-folder/tenant.json")]
    [TestCase("simulate --tenant tenant.json --users 20", "--users")]
    [TestCase("simulate --tenant tenant.json --mark abcd", "--mark")]
    [TestCase("provision-on-demand --user ada --tenant tenant.json --groups 3", "--groups")]
    [TestCase("simulate --tenant tenant.json --memberships 3", "--memberships")]
    [TestCase("load --rate -1", "--rate")]
    [TestCase("provision-on-demand --users 20 --group nobodies", "It has for example")]
    public async Task What_cannot_be_done_is_refused_before_anything_is_sent(string arguments, string told)
    {
        var ran = await Tool.RunAsync($"{arguments} --url http://localhost:9/scim/v2");

        Assert.That(ran.Code, Is.EqualTo(2), ran.Out + ran.Error);
        Assert.That(ran.Error, Does.Contain(told).And.Not.Contain("Nothing answers"));
    }

    [Test]
    public async Task A_group_without_its_members_is_1_and_says_what_to_do()
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var ran = await Tool.RunAsync(
            $"provision-on-demand --url {server.Url} --users 20 --mark abcd --group \"Project \\\"Zürich\\\" [sim-abcd]\""
        );

        Assert.That(ran.Code, Is.EqualTo(1), ran.Out + ran.Error);
        Assert.That(
            ran.Out,
            Does.Match(@"The group is there without its \d members: provision these users first\.")
                .And.Contain("Deleted 0 users and 1 group with the mark abcd")
        );
        Assert.That(server.Store.All, Is.Empty);
    }

    [TestCase("", false)]
    [TestCase("--verbose", true)]
    public async Task Bodies_are_indented_and_shortened_unless_all_is_asked_for(string option, bool all)
    {
        await using var server = await TestServer.StartAsync(Defect.None);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            """
            {"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","givenName":"A",
              "surname":"B","mail":"a@abcd.example","mobile":"+1 2","city":"C"}]}
            """
        );

        var ran = await Tool.RunAsync($"provision-on-demand --url {server.Url} --tenant {file} --user a@abcd.example {option}");

        Assert.That(ran.Code, Is.EqualTo(0), ran.Out + ran.Error);
        Assert.That(ran.Out.Contains("more lines; --verbose prints all"), Is.EqualTo(!all));
        Assert.That(ran.Out.Split('\n'), Has.Some.EqualTo("    \"schemas\": ["), "indented");
        File.Delete(file);
    }

    [TestCase("simulate --users 5000", "INT", false)]
    [TestCase("simulate --users 5000", "INT", true)]
    [TestCase("simulate --users 5000", "TERM", false)]
    [TestCase("load --users 20", "INT", false)]
    public async Task An_interrupted_run_is_2_and_leaves_nothing(string arguments, string signal, bool isIgnoredByParent)
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var ran = await Tool.InterruptAsync(
            $"{arguments} --url {server.Url}",
            signal,
            when: () => server.Store.All.Count > 10,
            isIgnoredByParent
        );

        Assert.That(ran.Code, Is.EqualTo(2), ran.Out + ran.Error);
        Assert.That(ran.Error, Does.Contain("Interrupted."));
        Assert.That(ran.Out, Does.Match(@"Deleted \d+ users"));
        Assert.That(server.Store.All, Is.Empty);
    }
}
