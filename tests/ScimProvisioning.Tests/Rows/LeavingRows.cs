extern alias compliance;
using System.Text.Json.Nodes;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Compliance;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rows;

/// <summary>People who are deleted, and connections that are taken away, come back as they were.</summary>
[TestFixture, Parallelizable]
sealed class LeavingRows
{
    const string Oid = "7c3e1b52-0d6f-4f0e-9a43-0f2c5a1f9b11";
    const string Ella = $$"""{"userName":"ella","externalId":"{{Oid}}","title":"Engineer"}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("the person is restored")]
    [TestCase("the user is restored")]
    [TestCase("the user is created again")]
    public async Task T30_who_is_deleted_is_kept_and_found_by_status_and_comes_back_as_the_same_person(string how)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var before = await _server.Person(app);

        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await app.Settle();

        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(404));
        Assert.That((await app.Directory.Find("/Users", "userName eq \"ella\"")).Ids, Is.Empty);
        var deleted = await _server.Person(app, "&status=deleted");
        Assert.That(
            ((string?)deleted["id"], (string?)deleted["statusReason"], (string?)deleted["jobTitle"]),
            Is.EqualTo(((string?)before["id"], "deleted_by_identity_provider", "Engineer"))
        );
        Assert.That(await _server.People(app, "&status=active"), Is.Empty);
        Assert.That(await _server.People(app, "&status=inactive"), Is.Empty);

        var (restored, _) = how switch
        {
            "the person is restored" => await _server.Send(HttpMethod.Post, $"/users/{deleted["id"]}/restore"),
            "the user is restored" => await _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/resources/{ella}/restore"),
            _ => ((await app.Directory.Send("POST", "/Users", Ella)).Status, null),
        };
        Assert.That(restored, Is.AnyOf(200, 201));
        await app.Settle();

        Assert.That((string?)(await _server.Person(app, "&status=active"))["id"], Is.EqualTo((string?)before["id"]));
        Assert.That(await _server.People(app, "&status=deleted"), Is.Empty);
        Assert.That((await app.Directory.Find("/Users", "userName eq \"ella\"")).Ids, Has.Count.EqualTo(1));
        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created", "user.deleted", "user.reactivated" }));
        await app.AssertMirrored();
    }

    [Test]
    public async Task T37_after_a_disconnect_SCIM_is_refused_and_everybody_stays_and_can_be_edited()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", Ella);
        await app.Directory.User("nils");
        await app.Settle();
        var before = await _server.People(app);
        Assert.That(before.Select(person => person["managedAttributes"]!.AsArray().Count), Is.All.Positive);

        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();

        var tokens = (await app.Admin(HttpMethod.Get, "/tokens"))!["data"]!.AsArray();
        Assert.That(tokens.Select(token => (string?)token!["revokedAt"]), Is.Not.Empty.And.All.Not.Null);
        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(401));
        Assert.That((await app.Directory.Send("POST", "/Users", """{"userName":"late"}""")).Status, Is.EqualTo(401));

        var after = await _server.People(app);
        Assert.That(after.Select(person => person["managedAttributes"]!.AsArray().Count), Is.All.Zero);
        Assert.That(after.Select(WithoutLocks), Is.EqualTo(before.Select(WithoutLocks)));

        foreach (var person in after)
        {
            var (status, shown) = await _server.Send(HttpMethod.Patch, $"/users/{person["id"]}", """{"jobTitle":"Chief"}""");
            Assert.That((status, (string?)shown!["jobTitle"]), Is.EqualTo((200, "Chief")));
        }

        Assert.That(await app.Events("connection.disconnected"), Has.Count.EqualTo(1));
        Assert.That(
            (await app.Events()).Select(e => (string)e["type"]!).TakeLast(3),
            Is.EqualTo(new[] { "connection.disconnected", "directory.user.updated", "directory.user.updated" })
        );
        await app.AssertMirrored();

        static string WithoutLocks(JsonObject person)
        {
            var rest = (JsonObject)person.DeepClone();
            rest.Remove("managedAttributes");
            return rest.ToJsonString();
        }
    }

    [Test]
    public async Task T39_after_a_reconnect_and_a_full_cycle_nobody_is_new_and_edits_are_overwritten_only_when_it_is_enabled()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        using var first = Play.Against(app.Directory, size: new(20, 3, 30));
        await first.Simulation.ProvisionAsync(CancellationToken.None);
        await app.Settle();
        var before = await Ids(app);
        var sent = first.Simulation.Job.Users.Values.First(link => link.Sent.ContainsKey("title"));
        var person = await _server.Person(app, $"&userName={Uri.EscapeDataString(sent.Name)}");
        await Edit(person, """{"localAttributes":{"shoeSize":38}}""", 200);

        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();
        await Edit(person, """{"jobTitle":"Juggler"}""", 200);
        var (again, connection) = await Reconnect(app);
        Assert.That(
            ((Guid)connection["id"]!, (string?)connection["key"], (string?)connection["state"]),
            Is.EqualTo((app.Connection, app.Directory.Connection.Key, "pending"))
        );
        Assert.That((await app.Directory.Get("/Users")).Status, Is.EqualTo(401), "the old token");
        Assert.That((await again.Directory.Get("/Users")).Status, Is.EqualTo(200), "the new one, at the same Tenant URL");

        // A job that is restarted knows nobody: it looks everybody up.
        using var second = Play.Against(
            new ScimClient(new(again.Directory.Url), again.Directory.Connection.Token, TimeSpan.FromSeconds(30)),
            size: new(20, 3, 30)
        );
        await second.Simulation.ProvisionAsync(CancellationToken.None);
        await app.Settle();
        Assert.That(
            (second.Simulation.Job.Figures[Count.UsersCreated], second.Simulation.Job.Figures[Count.UsersMatched]),
            Is.EqualTo((0, before.Count))
        );

        var preview = await app.Admin(HttpMethod.Post, "/preview");
        var conflict = preview!["conflicts"]!.AsArray().Single()!;
        Assert.That(
            ((string?)conflict["userId"], (string?)conflict["attribute"], (string?)conflict["app"], (string?)conflict["identityProvider"]),
            Is.EqualTo(((string?)person["id"], "jobTitle", "Juggler", sent.Sent["title"]))
        );
        Assert.That(((int)preview["counts"]!["created"]!, (int)preview["counts"]!["linked"]!), Is.EqualTo((0, 0)));
        Assert.That((string?)(await Read(person))["jobTitle"], Is.EqualTo("Juggler"), "a preview overwrites nothing");

        await app.Enable();
        Assert.That(await Ids(app), Is.EquivalentTo(before));
        var after = await Read(person);
        Assert.That((string?)after["jobTitle"], Is.EqualTo(sent.Sent["title"]));
        Assert.That(after["localAttributes"]!.ToJsonString(), Is.EqualTo("""{"shoeSize":38}"""));
        Assert.That(JsonNode.DeepEquals(after["managedAttributes"], person["managedAttributes"]), "the locks are back");
        await Edit(person, """{"jobTitle":"Juggler"}""", 409);
        Assert.That(await app.Events("directory.user.created"), Has.Count.EqualTo(before.Count));
        await app.AssertMirrored();
    }

    [TestCase("externalId")]
    [TestCase("userName")]
    public async Task T39_who_is_created_anew_after_a_reconnect_is_found_by_the_uid(string uid)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Put, "/mapping", $$"""{"uid":["{{uid}}"]}""");
        await app.Enable();
        var former = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        var before = await _server.Person(app);
        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();

        var (again, _) = await Reconnect(app);
        await again.Directory.Send("DELETE", $"/Users/{former}");
        await again.Directory.Create("/Users", Ella);
        var preview = await app.Admin(HttpMethod.Post, "/preview");
        await app.Enable();

        Assert.That(((int)preview!["counts"]!["created"]!, (int)preview["counts"]!["linked"]!), Is.EqualTo((0, 1)));
        var after = await _server.Person(app);
        Assert.That(((string?)after["id"], (string?)after["status"]), Is.EqualTo(((string?)before["id"], "active")));
        await app.AssertMirrored();
    }

    /// <summary>Reconnects; the same connection with a new token.</summary>
    async Task<(AppView App, JsonNode Connection)> Reconnect(AppView app)
    {
        var connection = await app.Admin(HttpMethod.Post, "/reconnect");
        var token = (string)(await app.Admin(HttpMethod.Post, "/tokens", "{}"))!["token"]!;
        var directory = new TestDirectory(
            _server.ClientWith(token),
            app.Directory.Connection with
            {
                Token = token,
            },
            PostgresFixture.ConnectionString
        );
        return (new(_server, directory, PostgresFixture.ConnectionString), connection!);
    }

    async Task Edit(JsonObject person, string json, int expected)
    {
        var (status, body) = await _server.Send(HttpMethod.Patch, $"/users/{person["id"]}", json);
        Assert.That(status, Is.EqualTo(expected), $"{body}");
    }

    async Task<JsonNode> Read(JsonObject person) => (await _server.Send(HttpMethod.Get, $"/users/{person["id"]}")).Body!;

    /// <summary>By the userName, the ids of all people.</summary>
    async Task<Dictionary<string, string>> Ids(AppView app) =>
        (await _server.People(app, "&limit=200")).ToDictionary(person => (string)person["userName"]!, person => (string)person["id"]!);
}
