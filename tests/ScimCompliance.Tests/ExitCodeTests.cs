using System.Net;
using System.Net.Sockets;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Tests.Defects;

namespace ScimCompliance.Tests;

/// <summary>0: every must holds; 1: some do not; 2: the tool could not run, with a sentence that helps.</summary>
[Parallelizable(ParallelScope.All)]
sealed class ExitCodeTests
{
    [TestCase("--only users.create.minimal", 0)]
    [TestCase("--only users.create.minimal,members.add.one --keep", 0)]
    [TestCase("--only nothing.of.the.kind", 2)]
    [TestCase("--profile mars", 2)]
    [TestCase("--report pdf report.pdf", 2)]
    [TestCase("--report html", 2)]
    [TestCase("--unknown-option", 2)]
    public async Task A_good_server(string options, int code)
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var ran = await Tool.RunAsync($"verify --url {server.Url} {options}");

        Assert.That(ran.Code, Is.EqualTo(code), ran.Out + ran.Error);
    }

    [Test]
    public async Task A_must_that_does_not_hold_is_1()
    {
        await using var server = await TestServer.StartAsync(
            new("A POST is answered with 200")
            {
                After = (_, answer) =>
                {
                    if (answer.Status is 201)
                        answer.Status = 200;
                },
            }
        );

        var ran = await Tool.RunAsync($"verify --url {server.Url} --only users.create.minimal");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Out, Does.Contain("users.create.minimal"));
    }

    [TestCase("verify", "--url")]
    [TestCase("verify --url not-an-address", "no http or https address")]
    [TestCase("verify --url ftp://host/scim", "no http or https address")]
    [TestCase("praise --url http://localhost/scim", "praise")]
    public async Task What_cannot_be_read_is_2(string arguments, string told)
    {
        var ran = await Tool.RunAsync(arguments);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(told));
    }

    [Test]
    public async Task An_address_without_a_server_is_2()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();

        var ran = await Tool.RunAsync($"verify --url http://127.0.0.1:{port}/scim/v2");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("Nothing answers"));
    }

    [TestCase("/elsewhere", TestServer.Token, "There is no SCIM server")]
    [TestCase("", "another-token", "token is not accepted")]
    [TestCase("", null, "SCIM_TOKEN")]
    public async Task The_wrong_address_or_token(string below, string? token, string told)
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var ran = await Tool.RunAsync($"verify --url {server.Url}{below}", token);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(told));
    }

    [Test]
    public async Task Https_where_http_is_spoken()
    {
        await using var server = await TestServer.StartAsync(Defect.None);

        var ran = await Tool.RunAsync($"verify --url {server.Url.Replace("http:", "https:", StringComparison.Ordinal)}");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("No secure connection"));
    }
}
