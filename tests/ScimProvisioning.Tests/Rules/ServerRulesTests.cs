using System.Diagnostics;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>
/// What holds for all connections: the catalogue and the roles. In a database of its own, since it concerns every connection.
/// </summary>
[TestFixture]
sealed class ServerRulesTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    string _database = null!;
    ScimServer _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T16_a_proposed_attribute_is_added_from_the_mapping_and_appears_in_users_and_events()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.Create("/Users", $$"""{"userName":"ella","{{Enterprise}}":{"costCenter":"42"} }""");
        await app.Enable();

        var suggestions = await app.Admin(HttpMethod.Get, "/mapping/suggestions");
        var proposal = suggestions!["paths"]!.AsArray().Single(path => (string?)path!["path"] == $"{Enterprise}:costCenter")!["proposal"]!;
        proposal["type"] = "number";
        // From now on the server knows the catalogue by heart.
        _ = await _server.Person(app);
        var (status, added) = await _server.Send(HttpMethod.Post, "/attributes", proposal.ToJsonString());
        await Told(app, "connection.rules_updated");

        Assert.That((status, (string?)added!["name"]), Is.EqualTo((201, "costCenter")));
        var last = (await app.Events("directory.user."))[^1];
        Assert.That((decimal?)last["data"]!["user"]!["attributes"]!["costCenter"], Is.EqualTo(42));
        Assert.That(last["data"]!["changes"]!.AsArray().Select(name => (string?)name), Does.Contain("attributes.costCenter"));
        Assert.That((decimal?)(await _server.Person(app))["attributes"]!["costCenter"], Is.EqualTo(42));
        Assert.That((await _server.Send(HttpMethod.Post, "/attributes", """{"name":"COSTCENTER"}""")).Status, Is.EqualTo(409));
    }

    [TestCase("""{"attributes":[]}""", "attributes")]
    [TestCase("""{"attributes":[{"name":"userName","type":"number","defaultPaths":["userName"]}]}""", "attributes[0].type")]
    [TestCase("""{"attributes":[{"name":"userName","defaultPaths":["nope["]}]}""", "attributes[0].defaultPaths[0]")]
    [TestCase("""{"attributes":[{"name":"userName"},{"name":"id"}]}""", "attributes[1].name")]
    [TestCase("""{"attributes":[{"name":"userName"},{"name":"x","type":"color"}]}""", "attributes[1].type")]
    public async Task A_catalogue_that_makes_no_sense_is_refused(string catalogue, string field)
    {
        var (status, problem) = await _server.Send(HttpMethod.Put, "/attributes", catalogue);

        Assert.That(status, Is.EqualTo(400));
        Assert.That(problem!["errors"]!.AsObject().Select(error => error.Key), Does.Contain(field));
    }

    [Test]
    public async Task H11_roles_follow_memberships_within_seconds_and_tell_where_they_are_from()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await _server.Send(
            HttpMethod.Put,
            "/roles",
            """{"roles":[{"key":"viewer","name":"Viewer","priority":1},{"key":"editor","name":"Editor","priority":10}]}"""
        );
        var ella = await app.Directory.User("ella");
        await app.Enable();
        var mappings = await app.Admin(
            HttpMethod.Put,
            "/role-mappings",
            """{"mode":"highest","default":"viewer","groups":[{"group":{"name":"Editors"},"role":"editor"}]}"""
        );
        await app.Settle();
        Assert.That(await Roles(app), Is.EqualTo("""[{"key": "viewer", "via": []}]"""));

        var editors = await app.Directory.Group("Editors", ella);
        await app.Settle();
        var promoted = await Roles(app);
        await app.Directory.Patch($"/Groups/{editors}", """{"op":"remove","path":"members"}""");
        await app.Settle();

        Assert.That(promoted, Is.EqualTo($$"""[{"key": "editor", "via": ["{{editors}}"]}]"""));
        Assert.That(await Roles(app), Is.EqualTo("""[{"key": "viewer", "via": []}]"""));
        Assert.That((string?)mappings!["groups"]![0]!["group"]!["name"], Is.EqualTo("Editors"));
        Assert.That((await app.Events("directory.user."))[^1]["data"]!["changes"]!.ToJsonString(), Is.EqualTo("""["roles"]"""));

        // The quickest of several: a machine that is busy for a moment is no fault of the server's.
        var times = new List<TimeSpan>();
        foreach (var operation in (string[])["add", "remove", "add", "remove"])
        {
            var (count, watch) = ((await app.Events("directory.user.updated")).Count, Stopwatch.StartNew());
            await app.Directory.Patch(
                $"/Groups/{editors}",
                $$"""{"op":"{{operation}}","path":"members","value":{{TestDirectory.Members(ella)}} }"""
            );
            await Wait.UntilAsync(async () => (await app.Events("directory.user.updated")).Count > count, "the roles are told");
            times.Add(watch.Elapsed);
        }
        Assert.That(times.Min(), Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_role_that_is_not_there_is_refused()
    {
        var app = await AppView.CreateAsync(_server, _database);

        var (status, problem) = await _server.Send(
            HttpMethod.Put,
            $"/connections/{app.Connection}/role-mappings",
            """{"default":"emperor","groups":[]}"""
        );

        Assert.That((status, problem!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, "default")));
    }

    [Test]
    public async Task What_holds_for_all_is_changed_only_by_a_key_for_all_and_stands_in_the_audit_log()
    {
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Customer"}""");
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"customer","organizationId":"{{organization!["id"]}}"}"""
        );
        var customer = _server.ClientWith((string)key!["key"]!);

        var read = await ScimServer.Send(customer, HttpMethod.Get, "/attributes");
        var refused = await ScimServer.Send(customer, HttpMethod.Put, "/attributes", read.Body!.ToJsonString());
        var roles = await ScimServer.Send(customer, HttpMethod.Put, "/roles", """{"roles":[]}""");
        await _server.Send(HttpMethod.Post, "/attributes", """{"name":"audited"}""");
        var (_, log) = await _server.Send(HttpMethod.Get, "/audit-log?limit=200");

        Assert.That((read.Status, refused.Status, roles.Status), Is.EqualTo((200, 403, 403)));
        Assert.That(log!["data"]!.AsArray().Select(entry => (string?)entry!["action"]), Does.Contain("attributes.updated"));
    }

    static async Task Told(AppView app, string type)
    {
        await Wait.UntilAsync(async () => (await app.Events(type)).Count > 0, $"{type} is not told");
        await app.Settle();
    }

    static async Task<string> Roles(AppView app) =>
        await app.Directory.Ask<string>("SELECT roles::text FROM directory_users WHERE connection_id = $1");
}
