using ScimCompliance.Checks;
using ScimCompliance.Reports;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;

namespace ScimCompliance.Tests;

/// <summary>Reports are given to other people, so none of them contains the token.</summary>
[Parallelizable(ParallelScope.All)]
sealed class TokenTests
{
    static readonly Defect Echo = new("Whatever comes is told")
    {
        After = (message, answer) =>
        {
            answer.Headers["X-Echo"] = message.Headers.Authorization.ToString();
            if (answer.IsError)
                answer.Body!["detail"] = message.Headers.Authorization.ToString();
        },
    };

    [Test]
    public async Task No_report_shows_the_token([Values] ReportFormat format)
    {
        await using var server = await TestServer.StartAsync(Echo);

        var verified = await Run.ChecksAsync(server, [.. Catalogue.Choose(Profiles.All, ["users.create", "errors", "connection"])]);

        var report = Report.Write(format, verified);
        Assert.That(
            (report.Contains(TestServer.Token, StringComparison.Ordinal), report.Contains(server.Url, StringComparison.Ordinal)),
            Is.EqualTo((false, true))
        );
    }

    [Test]
    public async Task A_token_that_cannot_write_is_said_once()
    {
        await using var server = await TestServer.StartAsync(
            new("Nobody may write")
            {
                Before = (message, _) =>
                {
                    if (message.Method is not "GET")
                        throw Scim.ScimException.Forbidden("This token may only read.");
                },
            }
        );

        var ran = await Tool.RunAsync($"verify --url {server.Url}");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error.Split("may read and not write"), Has.Length.EqualTo(2), ran.Error);
        Assert.That(ran.Out, Does.Not.Contain("users.create"));
    }

    [Test]
    public async Task The_terminal_says_how_much_it_has_created()
    {
        await using var server = await TestServer.StartAsync(new("Nothing is wrong"));

        var ran = await Tool.RunAsync($"verify --url {server.Url} --only users.create.minimal");

        Assert.That(ran.Out, Does.Match("[1-9][0-9]* resources were created and deleted again"));
    }

    [Test]
    public async Task The_terminal_does_not_show_it()
    {
        await using var server = await TestServer.StartAsync(
            Echo with
            {
                Before = (message, _) =>
                {
                    if (message.Method is "POST")
                        throw Scim.ScimException.Forbidden("No.");
                },
            }
        );

        var ran = await Tool.RunAsync($"verify --url {server.Url} --only users.create.minimal");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Out + ran.Error, Does.Contain("users.create.minimal").And.Not.Contain(TestServer.Token));
    }
}
