using System.Net;
using System.Text.Json;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>What the client calls, and what it makes of the answers.</summary>
[TestFixture, Parallelizable]
sealed class DirectoryClientTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task It_lists_people_over_all_pages()
    {
        var (app, directory) = await CreateAsync();
        await app.Directory.Users(205);
        await app.Settle();

        var users = await directory.ListUsersAsync(new() { ConnectionId = app.Connection }).ToListAsync();

        Assert.That(users.Select(user => user.UserName), Is.EquivalentTo(Enumerable.Range(0, 205).Select(i => $"u{i}")));
        Assert.That(users, Is.All.Matches<DirectoryUser>(user => user is { IsActive: true, Version: 1, Source.Provider: "entra" }));
    }

    [Test]
    public async Task The_first_page_of_people_says_from_where_on_to_follow_the_events()
    {
        var (app, directory) = await CreateAsync();

        var page = await directory.ReadUsersAsync(new() { ConnectionId = app.Connection });

        Assert.That(page.EventsPosition, Does.Match("^[0-9]+-[0-9]+$"));
    }

    [Test]
    public async Task It_looks_people_up_and_reads_one()
    {
        var (app, directory) = await CreateAsync();
        await app.Directory.Create("/Users", """{"userName":"Ella","externalId":"a&b=c","displayName":"Ella Berg","title":"Engineer"}""");
        await app.Directory.User("other");
        await app.Settle();

        var found = await directory.ListUsersAsync(new() { ConnectionId = app.Connection, ExternalId = "a&b=c" }).SingleAsync();
        var read = await directory.GetUserAsync(found.Id);

        Assert.That(
            (read.UserName, read.DisplayName, read.JobTitle, read.ExternalId),
            Is.EqualTo(("Ella", "Ella Berg", "Engineer", "a&b=c"))
        );
        Assert.That(read.ManagedAttributes, Does.Contain("jobTitle"));
    }

    [Test]
    public async Task It_lists_groups_and_who_and_what_is_in_them()
    {
        var (app, directory) = await CreateAsync();
        var ella = await app.Directory.User("ella");
        var nested = await app.Directory.Group("Nested");
        var design = await app.Directory.Group("Design", ella, nested);
        await app.Settle();

        var group = await directory.ListGroupsAsync(new() { ConnectionId = app.Connection, Name = "design" }).SingleAsync();
        var members = await directory.ListMembersAsync(group.Id).ToListAsync();

        Assert.That((group.Id, (await directory.GetGroupAsync(group.Id)).MemberCount), Is.EqualTo((Guid.Parse(design), 1)));
        Assert.That(
            members.Select(member => member.User?.UserName ?? $"group {member.Group!.Name}"),
            Is.EquivalentTo(new[] { "ella", "group Nested" })
        );
    }

    [Test]
    public async Task It_resolves_who_signs_in()
    {
        var (app, directory) = await CreateAsync();
        await app.Directory.Create("/Users", """{"userName":"ella","externalId":"oid-1"}""");
        await app.Directory.Create("/Users", """{"userName":"left","externalId":"oid-2","active":false}""");
        await app.Settle();

        var ella = await directory.ResolveByExternalIdAsync(app.Connection, "oid-1");
        var left = await directory.ResolveByExternalIdAsync(app.Connection, "oid-2");
        var nobody = await directory.ResolveByUserNameAsync(app.Connection, "nobody");

        Assert.That(
            (ella.MayComeIn?.UserName, left.User?.UserName, left.MayComeIn, left.Reason, nobody.Reason),
            Is.EqualTo(("ella", "left", (DirectoryUser?)null, "inactive", "unknown"))
        );
    }

    [Test]
    public async Task It_writes_what_is_the_apps_own()
    {
        var (app, directory) = await CreateAsync();
        // Nothing of somebody who was only imported is managed.
        await _server.TwoPeople(app.Connection);
        var ella = await directory.ListUsersAsync(new() { ConnectionId = app.Connection, Uid = "1" }).SingleAsync();

        await directory.UpdateUserAsync(ella.Id, new UserChange().AppUserId("4711").Local("shoeSize", 38).Local("gone", true));
        var changed = await directory.UpdateUserAsync(ella.Id, new UserChange().Local("gone", null).BuiltIn("department", "R&D"));

        Assert.That(
            (changed.AppUserId, changed.LocalAttributes.ToJsonString(), changed.Department),
            Is.EqualTo(("4711", """{"shoeSize":38}""", "R&D"))
        );
    }

    [Test]
    public async Task It_tells_what_the_server_has_refused_and_why()
    {
        var (app, directory) = await CreateAsync();
        await app.Directory.User("ella");
        await app.Settle();
        var ella = await directory.ListUsersAsync(new() { ConnectionId = app.Connection }).SingleAsync();

        var refused = Assert.ThrowsAsync<DirectoryException>(() =>
            directory.UpdateUserAsync(ella.Id, new UserChange().BuiltIn("userName", "other"))
        );

        Assert.That(
            (refused!.Status, refused.Code, refused.Errors.Keys),
            Is.EqualTo((HttpStatusCode.Conflict, "managed_attribute", (string[])["userName"]))
        );
        Assert.That((refused.Detail, refused.RequestId), Is.Not.EqualTo(("", "")));
        Assert.That(refused.Message, Does.Contain(refused.RequestId));
    }

    [TestCase("{}", "http_502")]
    [TestCase("<html>Bad gateway</html>", "http_502")]
    [TestCase("""{"code":7,"detail":["x"],"errors":{"a":"b"}}""", "http_502")]
    public void An_answer_that_is_not_from_the_server_is_told_by_its_status(string body, string code)
    {
        using var http = new HttpClient(new Answering(body)) { BaseAddress = new("http://proxy.example/") };

        var failed = Assert.ThrowsAsync<DirectoryException>(() => new DirectoryClient(http).GetUserAsync(Guid.Empty));

        Assert.That((failed!.Code, failed.RetryAfter), Is.EqualTo((code, TimeSpan.FromSeconds(7))));
    }

    [TestCase("{}")]
    [TestCase("""{"data":[]}""")]
    [TestCase("""{"data":null,"next":"1-7"}""")]
    [TestCase("null")]
    [TestCase("OK")]
    public void An_answer_that_is_no_page_of_events_is_an_error(string body)
    {
        using var http = new HttpClient(new Answering(body, HttpStatusCode.OK)) { BaseAddress = new("http://proxy.example/") };

        Assert.That(() => new DirectoryClient(http).ReadEventsAsync(new()), Throws.InstanceOf<JsonException>());
    }

    [Test]
    public async Task It_reads_the_events()
    {
        var (app, directory) = await CreateAsync();
        await app.Directory.User("ella");
        await app.Settle();

        var page = await directory.ReadEventsAsync(
            new()
            {
                ConnectionId = app.Connection,
                Types = [DirectoryEventType.UserCreated],
                Limit = 1,
            }
        );

        Assert.That((page.Data.Single().User!.UserName, page.Data[0].ConnectionId), Is.EqualTo(("ella", app.Connection)));
    }

    async Task<(AppView, DirectoryClient)> CreateAsync()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        return (app, new(await _server.App()));
    }

    sealed class Answering(string body, HttpStatusCode status = HttpStatusCode.BadGateway) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(status)
                {
                    Content = new StringContent(body),
                    Headers = { RetryAfter = new(TimeSpan.FromSeconds(7)) },
                }
            );
    }
}
