using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>What the application writes of people.</summary>
[TestFixture, Parallelizable]
sealed class EditTests
{
    const string UserNameAlone = """
        '{"uid":["externalId","id"],"attributes":[{"name":"userName","paths":["userName"],"transform":"none","whenMissing":"ignore"}]}'
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T34_a_managed_attribute_is_refused_with_its_name_and_one_that_is_not_is_written()
    {
        var (app, _, id) = await EllaAsync();

        var refused = await Patch(id, """{"userName":"other","jobTitle":"Chief","appUserId":"4711"}""");
        Assert.That((refused.Status, (string?)refused.Body!["code"]), Is.EqualTo((409, "managed_attribute")));
        Assert.That(refused.Body["errors"]!.AsObject().Select(field => field.Key), Is.EqualTo(new[] { "userName", "jobTitle" }));
        Assert.That((await _server.Person(app))["appUserId"], Is.Null);

        var written = await Patch(id, """{"appUserId":"4711"}""");
        Assert.That((written.Status, (string?)written.Body!["appUserId"]), Is.EqualTo((200, "4711")));
    }

    [Test]
    public async Task T34_the_schema_for_a_form_says_which_inputs_to_disable()
    {
        var (app, _, id) = await EllaAsync(UserNameAlone);

        var (status, schema) = await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/attributes/schema");

        Assert.That(status, Is.EqualTo(200));
        Assert.That((bool)schema!["properties"]!["userName"]!["readOnly"]!);
        foreach (var editable in (string[])["department", "appUserId", "localAttributes"])
            Assert.That(schema["properties"]![editable]!["readOnly"], Is.Null, editable);
        Assert.That((await _server.Person(app))["managedAttributes"]!.ToJsonString(), Is.EqualTo("""["userName"]"""));
        Assert.That((await Patch(id, """{"userName":"other"}""")).Status, Is.EqualTo(409));
        Assert.That((await Patch(id, """{"department":"R&D"}""")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task T35_attributes_that_are_not_mapped_can_be_edited_and_cleared()
    {
        var (app, _, id) = await EllaAsync(UserNameAlone);

        var written = await Patch(id, """{"department":"R&D"}""");
        Assert.That((written.Status, (string?)written.Body!["department"]), Is.EqualTo((200, "R&D")));
        var shown = await _server.Person(app);
        Assert.That(((string?)shown["userName"], (string?)shown["department"]), Is.EqualTo(("ella", "R&D")), "all is shown");
        Assert.That((string?)(await Patch(id, """{"department":null}""")).Body!["department"], Is.Null);
        Assert.That((await app.Events("directory.user.updated")), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task T36_a_local_write_is_an_event_of_the_app_and_no_audit_entry()
    {
        var (app, _, id) = await EllaAsync();
        using var key = await _server.App();

        var (status, shown) = await key.Call("PATCH", $"/users/{id}", """{"localAttributes":{"photos":["a.jpg"],"size":{"shoe":38}}}""");

        Assert.That((status, (long)shown!["version"]!), Is.EqualTo((200, 2)));
        var told = (await app.Events("directory.")).Last();
        Assert.That((string?)told["type"], Is.EqualTo("directory.user.updated"));
        Assert.That((string?)told["cause"]!["kind"], Is.EqualTo("app"));
        Assert.That(told["data"]!["changes"]!.ToJsonString(), Is.EqualTo("""["localAttributes"]"""));
        Assert.That(told["data"]!["user"]!.ToJsonString(), Is.EqualTo(shown.ToJsonString()));
        var (_, audit) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={app.Connection}");
        Assert.That(audit!["data"]!.AsArray().Select(entry => (string)entry!["action"]!), Has.None.StartsWith("directory."));
        await app.AssertMirrored();
    }

    [Test]
    public async Task What_an_admin_writes_is_told_as_his_and_stands_in_the_audit_log_by_its_names_alone()
    {
        var (app, _, id) = await EllaAsync();

        await Patch(id, """{"localAttributes":{"desk":"A"} }""");
        await Patch(id, """{"localAttributes":{"desk":"A"} }""");

        Assert.That((string?)(await app.Events("directory."))[^1]["cause"]!["kind"], Is.EqualTo("admin"));
        var entry = (await AdminCalls.Audit(Guid.Parse(id))).Single();
        Assert.That(
            ((string?)entry["action"], entry["after"]!["changes"]!.ToJsonString()),
            Is.EqualTo(("directory.user_updated", """["localAttributes"]"""))
        );
    }

    [Test]
    public async Task T32_local_data_stays_whatever_the_identity_provider_does()
    {
        var (app, scim, id) = await EllaAsync();
        await Patch(id, """{"appUserId":"4711","localAttributes":{"shoeSize":38}}""");

        await app.Directory.Send("PUT", $"/Users/{scim}", """{"userName":"ella","externalId":"00000000-0000-7000-8000-00000000e11a"}""");
        await app.Directory.Patch($"/Users/{scim}", """{"op":"replace","path":"title","value":"Lead"}""");
        await app.Directory.Send("DELETE", $"/Users/{scim}");
        await app.Settle();
        await AssertLocalAsync(id);
        await app.Directory.Create("/Users", """{"userName":"ella","externalId":"00000000-0000-7000-8000-00000000e11a"}""");
        await app.Settle();
        await AssertLocalAsync(id);
        var again = (string)(await _server.Person(app))["resourceId"]!;
        await app.Directory.Send("DELETE", $"/Users/{again}");
        await app.Settle();
        await app.Admin(HttpMethod.Post, $"/resources/{again}/restore");
        await app.Settle();
        await AssertLocalAsync(id);
        await _server.Bring(app.Connection, "disconnected");
        await app.Admin(HttpMethod.Post, "/reconnect");
        await app.Enable();
        await AssertLocalAsync(id);
        Assert.That((string?)(await _server.Person(app))["status"], Is.EqualTo("active"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Once_the_connection_is_disconnected_everything_can_be_edited()
    {
        var (app, _, id) = await EllaAsync();
        Assert.That((await _server.Person(app))["managedAttributes"]!.AsArray(), Is.Not.Empty);
        await _server.Bring(app.Connection, "disconnected");
        await app.Settle();

        var (status, shown) = await Patch(id, """{"jobTitle":"Chief"}""");

        Assert.That((status, (string?)shown!["jobTitle"]), Is.EqualTo((200, "Chief")));
        Assert.That(shown["managedAttributes"]!.AsArray(), Is.Empty);
        var (_, schema) = await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/attributes/schema");
        Assert.That(schema!["properties"]!["userName"]!["readOnly"], Is.Null);
        await app.AssertMirrored();
    }

    [Test]
    public async Task Once_it_is_reconnected_everything_can_be_edited_until_it_is_enabled_again()
    {
        var (app, _, id) = await EllaAsync();
        await app.Directory.Create("/Users", """{"userName":"nils","title":"Engineer"}""");
        await app.Settle();
        await _server.Bring(app.Connection, "disconnected");
        await app.Settle();
        await Patch(id, """{"jobTitle":"Chief"}""");
        await app.Admin(HttpMethod.Post, "/reconnect");
        await app.Settle();

        Assert.That((await _server.People(app)).SelectMany(person => person["managedAttributes"]!.AsArray()), Is.Empty);
        var nils = (string)(await _server.Person(app, "&userName=nils"))["id"]!;
        Assert.That((await Patch(nils, """{"jobTitle":"Lead"}""")).Status, Is.EqualTo(200));
        var preview = await app.Admin(HttpMethod.Post, "/preview");
        Assert.That(preview!["conflicts"]!.AsArray(), Has.Count.EqualTo(2));
        await app.Enable();
        Assert.That((await Patch(id, """{"jobTitle":"Chief"}""")).Status, Is.EqualTo(409));
        Assert.That((string?)(await _server.Person(app, "&userName=nils"))["jobTitle"], Is.EqualTo("Engineer"));
        await app.AssertMirrored();
    }

    [TestCase("""{"shoeSize":38}""", "shoeSize")]
    [TestCase("""{"localAttributes":3}""", "localAttributes")]
    [TestCase("""{"attributes":{"nothing":1}}""", "attributes.nothing")]
    public async Task What_does_not_fit_is_refused_with_its_name(string json, string field)
    {
        var (_, _, id) = await EllaAsync();

        var (status, problem) = await Patch(id, json);

        Assert.That((status, problem!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, field)));
    }

    [Test]
    public async Task Local_data_may_have_64_KB_and_no_more()
    {
        var (_, _, id) = await EllaAsync();

        var (much, _) = await Patch(id, $$$"""{"localAttributes":{"a":"{{{new string('a', 65_000)}}}"}}""");
        var (more, problem) = await Patch(id, $$$"""{"localAttributes":{"b":"{{{new string('b', 1_000)}}}"}}""");

        Assert.That((much, more), Is.EqualTo((200, 400)), $"{problem}");
    }

    [Test]
    public async Task Edits_at_the_same_time_as_changes_of_the_identity_provider_are_told_in_one_order()
    {
        var (app, scim, id) = await EllaAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async i =>
                {
                    if (i % 2 == 0)
                        Assert.That((await Patch(id, $$$"""{"localAttributes":{"n":{{{i}}}}}""")).Status, Is.EqualTo(200));
                    else
                        await app.Directory.Patch($"/Users/{scim}", $$"""{"op":"replace","path":"title","value":"{{i}}"}""");
                })
        );
        await app.Settle();

        await app.AssertMirrored();
        Assert.That(await app.Users(), Has.Count.EqualTo(1));
    }

    /// <summary>A released person: the connection, the SCIM id and the id of the person.</summary>
    async Task<(AppView App, string Scim, string Id)> EllaAsync(string mapping = "NULL")
    {
        var app = await AppView.CreateAsync(_server);
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO directory_rules (connection_id, organization_id, mapping)
            SELECT id, organization_id, {mapping} FROM connections WHERE id = '{app.Connection}'
            """,
            PostgresFixture.ConnectionString
        );
        await app.Enable();
        var scim = await app.Directory.Create(
            "/Users",
            """{"userName":"ella","externalId":"00000000-0000-7000-8000-00000000e11a","title":"Engineer"}"""
        );
        await app.Settle();
        return (app, scim, (string)(await _server.Person(app))["id"]!);
    }

    Task<(int Status, JsonNode? Body)> Patch(string id, string json) => _server.Send(HttpMethod.Patch, $"/users/{id}", json);

    async Task AssertLocalAsync(string id)
    {
        var (_, person) = await _server.Send(HttpMethod.Get, $"/users/{id}");
        Assert.That(
            ((string?)person!["appUserId"], person["localAttributes"]!.ToJsonString()),
            Is.EqualTo(("4711", """{"shoeSize":38}"""))
        );
    }
}
