using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Faults;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>The sample app beside a server, each a process as a developer starts it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class SampleTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    const string Loaded = "Everything was loaded";

    [Test]
    public async Task It_shows_users_who_come_change_and_leave()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        using var process = ServerProcess.StartOn(database);
        var address = await process.ListensOnAsync();
        var app = await AppView.CreateAsync(here, database);
        await app.Enable();
        using var folder = new TemporaryFolder();
        using var sample = await StartAsync(here, address, folder);
        using var http = new HttpClient { BaseAddress = await sample.ListensOnAsync() };
        await ShowsAsync(http, Loaded);
        var directory = app.Directory.At(address);

        var ella = await directory.Create("/Users", """{"userName":"ella@contoso.com","displayName":"Ella <b>"}""");
        await ShowsAsync(http, "<td>Ella &lt;b&gt;<td>ella@contoso.com<td>active");
        await directory.Patch($"/Users/{ella}", """{"op":"replace","path":"displayName","value":"Ella Berg"}""");
        await ShowsAsync(http, "<td>Ella Berg<td>ella@contoso.com<td>active");
        await directory.Patch($"/Users/{ella}", """{"op":"replace","path":"active","value":false}""");
        await ShowsAsync(http, "<td>Ella Berg<td>ella@contoso.com<td>inactive");
        await directory.Send("DELETE", $"/Users/{ella}");
        await ShowsAsync(http, "<td>Ella Berg<td>ella@contoso.com<td>deleted");

        // In the order of their times, which two servers have told, of which the clock of one stands still.
        var notices = await http.GetFromJsonAsync<JsonArray>("/notices");
        Assert.That(
            notices!.Select(notice => (string?)notice!["text"]),
            Is.EquivalentTo(
                new[] { Loaded, "Ella <b> came", "Ella Berg changed: displayName", "Ella Berg may not sign in any more", "Ella Berg left" }
            )
        );
    }

    [Test]
    public async Task Its_users_equal_those_that_are_released_however_often_it_is_killed()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Enable();
        here.StartServer();
        using var folder = new TemporaryFolder();
        // Once alone, so that the first load is over, and each event after it makes a notice.
        using (var first = await StartAsync(here, here.Address, folder))
        {
            using var http = new HttpClient { BaseAddress = await first.ListensOnAsync() };
            await ShowsAsync(http, Loaded);
        }
        var random = new Random(20_261_129);
        var directory = new RandomDirectory(random);
        using var stop = new CancellationTokenSource();
        var writer = WriteAsync();

        for (var round = 0; round < FaultRounds.Count; round++)
        {
            using var sample = await StartAsync(here, here.Address, folder);
            await sample.ListensOnAsync();
            await Task.Delay(random.Next(1_000));
            await sample.KillAsync();
        }
        await stop.CancelAsync();
        await writer.WaitAsync(Wait.Limit);
        await app.Settle();

        using var last = await StartAsync(here, here.Address, folder);
        using var client = new HttpClient { BaseAddress = await last.ListensOnAsync() };
        var released = (await app.Users()).Values.Select(row => $"{row["id"]} {row["version"]} {row["status"]}").ToHashSet();
        await Wait.UntilAsync(
            async () => released.SetEquals((await UsersAsync(client)).Select(user => $"{user.Id} {user.Version} {user.Status}")),
            "the sample's users differ from those that are released"
        );
        var notices = await client.GetFromJsonAsync<JsonArray>("/notices");
        Assert.That(
            notices!.Where(notice => (string?)notice!["text"] != Loaded).Select(notice => (string?)notice!["id"]).Order(),
            Is.EqualTo((await app.Events("directory.user")).Select(e => (string?)e["id"]).Order().ToArray())
        );

        async Task WriteAsync()
        {
            while (!stop.IsCancellationRequested)
                await directory.ChangeAsync(app.Directory);
        }
    }

    [Test]
    public async Task A_webhook_must_be_signed()
    {
        await using var here = new ScimServer();
        here.StartServer();
        using var folder = new TemporaryFolder();
        using var sample = await StartAsync(here, here.Address, folder);
        using var http = new HttpClient { BaseAddress = await sample.ListensOnAsync() };
        using var body = new StringContent("{}");
        using var response = await http.PostAsync(new Uri("/hooks", UriKind.Relative), body);

        Assert.That((int)response.StatusCode, Is.EqualTo(401));
    }

    static async Task<ServerProcess> StartAsync(ScimServer here, Uri server, TemporaryFolder folder)
    {
        var (_, key) = await here.Send(HttpMethod.Post, "/admin-keys", """{"label":"sample","scope":"app"}""");
        return ServerProcess.StartSample(
            ("Directory__Url", $"{server}"),
            ("Directory__Key", (string)key!["key"]!),
            ("Directory__WebhookSecret", Secret),
            ("Database", Path.Combine(folder.FullName, "sample.db"))
        );
    }

    static async Task<List<DirectoryUser>> UsersAsync(HttpClient sample) => (await sample.GetFromJsonAsync<List<DirectoryUser>>("/users"))!;

    static Task ShowsAsync(HttpClient sample, string text) =>
        Wait.UntilAsync(async () => (await sample.GetStringAsync(new Uri("/", UriKind.Relative))).Contains(text), text);
}
