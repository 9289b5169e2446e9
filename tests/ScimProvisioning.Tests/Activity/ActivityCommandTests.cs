using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Activity;

/// <summary>The commands <c>runs</c> and <c>requests</c>.</summary>
[TestFixture, Parallelizable]
sealed class ActivityCommandTests
{
    [Test]
    public async Task They_show_what_the_admin_API_shows()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Users(2);
        await directory.Send("POST", "/Users", """{"userName":"U1"}""");
        await ActivityCalls.UntilLogged(directory, 3);
        var id = directory.Connection.Id;

        var runs = (await Run($"runs {id}")).Answer;
        var failed = (await Run($"requests {id} --failed")).Answer;
        var refused = await Run($"requests {id} --since yesterday --limit 0");

        Assert.That((string?)runs["data"]![0]!["id"], Is.EqualTo((string?)(await server.Runs(directory)).Single()["id"]));
        Assert.That(failed["data"]!.AsArray().Select(request => (string?)request!["subject"]), Is.EqualTo(new[] { "U1" }));
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((2, "--since: Must be a time such as 2026-11-21T00:00:00Z.\n")));
    }

    static Task<CommandOutcome> Run(string command) =>
        CommandOutcome.RunAsync(command, ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString));
}
