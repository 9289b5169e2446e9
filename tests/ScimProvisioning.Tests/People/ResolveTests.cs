using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>Who signs in, or why nobody may.</summary>
[TestFixture, Parallelizable]
sealed class ResolveTests
{
    const string Oid = "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("externalId=" + Oid)]
    [TestCase("uid=" + Oid)]
    [TestCase("userName=ELLA")]
    public async Task An_active_person_is_found_by(string query)
    {
        var app = await CreateAsync("""{"userName":"ella","externalId":"5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34"}""");

        var answer = await Resolve(app, query);

        Assert.That(((string?)answer["user"]!["userName"], answer.ContainsKey("reason")), Is.EqualTo(("ella", false)));
    }

    [Test]
    public async Task Nobody_who_was_received_is_unknown() =>
        Assert.That((await Resolve(await CreateAsync(), "userName=nobody")).ToJsonString(), Is.EqualTo("""{"reason":"unknown"}"""));

    [Test]
    public async Task An_inactive_person_is_told_with_the_reason() =>
        await AssertReasonAsync(await CreateAsync("""{"userName":"ella","active":false}"""), "inactive", hasUser: true);

    [Test]
    public async Task A_deleted_person_is_told_with_the_reason()
    {
        var app = await CreateAsync();
        var ella = await app.Directory.User("ella");
        await app.Settle();
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await app.Settle();

        await AssertReasonAsync(app, "deleted", hasUser: true);
    }

    [Test]
    public async Task Somebody_outside_the_scope_is_out_of_scope_whether_he_was_ever_inside_or_not()
    {
        var app = await CreateAsync(null, """'{"mode":"groups","groups":[{"name":"Staff"}]}'""");
        var (inside, _) = (await app.Directory.User("ella"), await app.Directory.User("never"));
        var staff = await app.Directory.Group("Staff", inside);
        await app.Settle();
        Assert.That((await Resolve(app, "userName=ella")).ContainsKey("user"));
        await app.Directory.Patch($"/Groups/{staff}", """{"op":"remove","path":"members"}""");
        await app.Settle();

        await AssertReasonAsync(app, "out_of_scope", hasUser: true);
        await AssertReasonAsync(app, "out_of_scope", hasUser: false, "userName=never");
    }

    [Test]
    public async Task Somebody_of_a_connection_that_is_not_enabled_is_held()
    {
        var app = await AppView.CreateAsync(_server);
        var ella = await app.Directory.User("ella");
        await app.Settle();

        await AssertReasonAsync(app, "held", hasUser: false);
        await AssertReasonAsync(app, "held", hasUser: false, $"uid={ella}");
    }

    [Test]
    public async Task An_imported_person_is_found_by_what_will_be_the_externalId_before_the_push_while_pending_and_after_it_is_enabled()
    {
        var app = await AppView.CreateAsync(_server);
        await _server.Import(app, $$"""{"uid":"{{Oid}}","userName":"ella","appUserId":"4711"}""");
        var before = await Resolve(app, $"externalId={Oid}");
        await app.Directory.Create("/Users", $$"""{"userName":"ella","externalId":"{{Oid}}"}""");
        await app.Settle();
        var pending = await Resolve(app, $"externalId={Oid}");
        await app.Enable();
        var after = await Resolve(app, $"externalId={Oid}");

        Assert.That(
            new[] { before, pending, after }.Select(answer => ((string?)answer["user"]?["appUserId"], answer.ContainsKey("reason"))),
            Is.All.EqualTo(("4711", false))
        );
        Assert.That((string?)after["user"]!["resourceId"], Is.Not.Null);
    }

    [TestCase("ella", null, TestName = "By the default a uid is a GUID, and a nickname is none")]
    [TestCase(Oid, """{"uid":["userName"]}""", TestName = "The uid is read from something else")]
    public async Task An_imported_person_is_not_found_by_an_externalId_that_would_not_be_its_uid(string uid, string? mapping)
    {
        var app = await AppView.CreateAsync(_server);
        if (mapping is not null)
            await app.Admin(HttpMethod.Put, "/mapping", mapping);
        await _server.Import(app, $$"""{"uid":"{{uid}}"}""");

        await AssertReasonAsync(app, "unknown", hasUser: false, $"externalId={uid}");
    }

    [Test]
    public async Task An_imported_person_who_is_inactive_is_told_with_the_reason()
    {
        var app = await AppView.CreateAsync(_server);
        await _server.Import(app, $$"""{"uid":"{{Oid}}","status":"inactive"}""");

        await AssertReasonAsync(app, "inactive", hasUser: true, $"externalId={Oid}");
    }

    [Test]
    public async Task Two_who_fit_are_ambiguous()
    {
        var app = await CreateAsync();
        await _server.Import(app, """{"uid":"1","userName":"ella"}""" + "\n" + """{"uid":"2","userName":"ella"}""");

        await AssertReasonAsync(app, "ambiguous", hasUser: false);
    }

    [Test]
    public async Task After_the_connection_is_closed_nobody_may_come()
    {
        var app = await CreateAsync("""{"userName":"ella"}""");
        await _server.Bring(app.Connection, "disconnected");

        await AssertReasonAsync(app, "connection_closed", hasUser: false);
        await AssertReasonAsync(app, "connection_closed", hasUser: false, "userName=nobody");
    }

    [Test]
    public async Task An_address_suggests_people_and_is_nobody()
    {
        var app = await CreateAsync("""{"userName":"ella","emails":[{"type":"work","value":"ella@contoso.com"}]}""");

        var answer = await Resolve(app, "email=Ella@contoso.com");

        Assert.That(((string?)answer["reason"], answer.ContainsKey("user")), Is.EqualTo(("unknown", false)));
        Assert.That(answer["candidates"]!.AsArray().Select(person => (string?)person!["userName"]), Is.EqualTo(new[] { "ella" }));
    }

    [TestCase("", "externalId")]
    [TestCase("uid=1&userName=2", "externalId")]
    public async Task One_thing_must_say_who_it_is(string query, string field)
    {
        var app = await AppView.CreateAsync(_server);

        var (status, problem) = await _server.Send(HttpMethod.Get, $"/resolve?connectionId={app.Connection}&{query}");

        Assert.That((status, problem!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, field)));
    }

    async Task AssertReasonAsync(AppView app, string reason, bool hasUser, string query = "userName=ella")
    {
        var answer = await Resolve(app, query);
        Assert.That(((string?)answer["reason"], answer.ContainsKey("user")), Is.EqualTo((reason, hasUser)), answer.ToJsonString());
    }

    async Task<JsonObject> Resolve(AppView app, string query)
    {
        var (status, answer) = await _server.Send(HttpMethod.Get, $"/resolve?connectionId={app.Connection}&{query}");
        Assert.That(status, Is.EqualTo(200), $"{answer}");
        return (JsonObject)answer!;
    }

    async Task<AppView> CreateAsync(string? user = null, string scope = "NULL")
    {
        var app = await AppView.CreateAsync(_server);
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO directory_rules (connection_id, organization_id, scope)
            SELECT id, organization_id, {scope} FROM connections WHERE id = '{app.Connection}'
            """,
            PostgresFixture.ConnectionString
        );
        await app.Enable();
        if (user is not null)
            await app.Directory.Create("/Users", user);
        await app.Settle();
        return app;
    }
}
