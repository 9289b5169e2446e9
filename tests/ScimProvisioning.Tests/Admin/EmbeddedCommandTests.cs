using System.Net;
using System.Net.Http.Headers;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Commands on a data directory, with and without a running server.</summary>
[TestFixture, Parallelizable, CancelAfter(120_000)]
sealed class EmbeddedCommandTests
{
    TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Commands_use_the_database_of_the_running_server_and_start_it_when_there_is_none()
    {
        var applied = (await Run("migrate")).Answer["applied"]!.AsArray();
        // One command starts the database. When it is done, it must not stop the database under the other command.
        var made = await Task.WhenAll(Run("admin-key create --label First"), Run("connection create --name Acme"));
        var (key, connection) = (made[0].Answer, made[1].Answer);
        Assert.That(applied, Is.Not.Empty);
        Assert.That(File.Exists(Path.Combine(_folder.FullName, "postgres", "postmaster.pid")), Is.False);

        using var server = ServerProcess.Start(("Embedded__DataDirectory", _folder.FullName));
        using var client = new HttpClient { BaseAddress = await server.ListensOnAsync() };
        // It writes its address for commands before it says how to use it.
        await Wait.UntilAsync(
            () => Task.FromResult(server.Said.Contains("Create a connection", StringComparison.Ordinal)),
            "it has started"
        );
        var token = (await Run($"token create --connection {connection["id"]}")).Answer;

        Assert.That((string?)token["tenantUrl"], Is.EqualTo($"{client.BaseAddress}scim/v2/{connection["key"]}"));
        // While no server has started yet, it is where one would listen.
        Assert.That((string?)connection["tenantUrl"], Does.StartWith("http://localhost:8443/scim/v2/"));
        Assert.That(await Status(client, $"/api/v1/connections/{connection["id"]}", (string)key["key"]!), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await Status(client, $"/scim/v2/{connection["key"]}/Users", (string)token["token"]!), Is.EqualTo(HttpStatusCode.OK));
    }

    Task<CommandOutcome> Run(string command) =>
        CommandOutcome.RunAsync(command, ("Embedded__DataDirectory", _folder.FullName), ("ASPNETCORE_URLS", "http://+:8443"));

    static async Task<HttpStatusCode> Status(HttpClient client, string path, string bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
