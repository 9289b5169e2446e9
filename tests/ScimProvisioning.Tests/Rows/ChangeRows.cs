using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rows;

/// <summary>What changes of the identity provider are for the application.</summary>
[TestFixture, Parallelizable]
sealed class ChangeRows
{
    /// <summary>Entra's object id, as it stands before the names of a user who is deleted softly.</summary>
    const string Prefix = "0f8fad5bd9cb469fa16570867728950e";

    const string Ella = """
        {"userName":"ella@contoso.com","externalId":"0f8fad5b-d9cb-469f-a165-70867728950e","title":"Engineer","nickName":"Elli",
         "emails":[{"type":"work","value":"ella@contoso.com","primary":true}] }
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T27_a_new_person_is_told_once_as_created_and_as_the_application_reads_him()
    {
        var (app, ella) = await EllaAsync();

        var told = (await app.Events("directory.")).Single();
        Assert.That((string?)told["type"], Is.EqualTo("directory.user.created"));
        Assert.That(((bool)told["initialLoad"]!, (string?)told["cause"]!["kind"]), Is.EqualTo((false, "scim")));
        var person = await _server.Person(app);
        Assert.That(told["data"]!["user"]!.ToJsonString(), Is.EqualTo(person.ToJsonString()));
        Assert.That(
            ((string?)person["resourceId"], (string?)person["status"], (string?)person["email"], (long)person["version"]!),
            Is.EqualTo((ella, "active", "ella@contoso.com", 1L))
        );
    }

    [Test]
    public async Task T28_of_a_change_the_application_is_told_what_is_mapped_and_the_rest_is_stored_alone()
    {
        var (app, ella) = await EllaAsync();

        await app.Directory.Patch(
            $"/Users/{ella}",
            """{"op":"replace","path":"title","value":"Lead"},{"op":"replace","path":"nickName","value":"El"}"""
        );
        await app.Settle();
        var told = await app.Events("directory.");
        Assert.That(told.Select(e => (string?)e["type"]), Is.EqualTo(new[] { "directory.user.created", "directory.user.updated" }));
        Assert.That(told[1]["data"]!["changes"]!.ToJsonString(), Is.EqualTo("""["jobTitle"]"""));
        Assert.That(told[1]["data"]!["previous"]!.ToJsonString(), Is.EqualTo("""{"jobTitle":"Engineer"}"""));
        var before = await _server.Person(app);

        await app.Directory.Patch($"/Users/{ella}", """{"op":"replace","path":"nickName","value":"Ellchen"}""");
        await app.Settle();

        Assert.That(await app.Events("directory."), Has.Count.EqualTo(2));
        Assert.That((await _server.Person(app)).ToJsonString(), Is.EqualTo(before.ToJsonString()));
        Assert.That((string?)(await app.Directory.Get($"/Users/{ella}"))["nickName"], Is.EqualTo("Ellchen"));
    }

    [Test]
    public async Task T29_who_is_disabled_is_deactivated_at_once()
    {
        var (app, ella) = await EllaAsync();

        await app.Directory.Patch($"/Users/{ella}", """{"op":"Replace","path":"active","value":"False"}""");
        await app.Settle();

        await AssertLeftAsync(app, "user.deactivated", "inactive", "identity_provider");
    }

    [TestCase("""{"op":"remove","path":"members[value eq \"{user}\"]"}""")]
    [TestCase("""{"op":"Remove","path":"members","value":[{"value":"{user}"}]}""")]
    [TestCase("")]
    public async Task T29_who_leaves_the_group_of_the_scope_is_deactivated_at_once(string operation)
    {
        var (app, ella) = await EllaAsync();
        var staff = await app.Directory.Group("Staff", ella);
        await app.Admin(HttpMethod.Put, "/scope", $$"""{"mode":"groups","groups":[{"id":"{{staff}}"}]}""");
        await app.Settle();

        // Without an operation the group itself goes.
        if (operation == "")
            await app.Directory.Send("DELETE", $"/Groups/{staff}");
        else
            await app.Directory.Patch($"/Groups/{staff}", operation.Replace("{user}", ella, StringComparison.Ordinal));
        await app.Settle();

        await AssertLeftAsync(app, "user.deactivated", "inactive", "out_of_scope");
    }

    [TestCase("together")]
    [TestCase("disabled first")]
    [TestCase("renamed first")]
    public async Task T29_the_names_that_Entra_gives_to_who_is_deleted_softly_never_stay_with_the_application(string order)
    {
        var (app, ella) = await EllaAsync();
        var names = $$"""
            {"op":"Replace","path":"userName","value":"{{Prefix}}ella@contoso.com"},
            {"op":"Replace","path":"emails[type eq \"work\"].value","value":"{{Prefix}}ella@contoso.com"}
            """;
        const string Disabled = """{"op":"Replace","path":"active","value":"False"}""";

        foreach (
            var operations in order switch
            {
                "together" => new[] { $"{Disabled},{names}" },
                "disabled first" => [Disabled, names],
                _ => [names, Disabled],
            }
        )
        {
            await app.Directory.Patch($"/Users/{ella}", operations);
            await app.Settle();
        }

        Assert.That((string?)(await app.Directory.Get($"/Users/{ella}"))["userName"], Is.EqualTo($"{Prefix}ella@contoso.com"));
        await AssertLeftAsync(app, "user.deactivated", "inactive", "identity_provider");
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await app.Settle();
        await AssertLeftAsync(app, "user.deleted", "deleted", "deleted_by_identity_provider");
    }

    [Test]
    public async Task T31_what_is_not_mapped_is_kept_and_not_shown()
    {
        var (app, ella) = await EllaAsync();

        Assert.That((string?)(await app.Directory.Get($"/Users/{ella}"))["nickName"], Is.EqualTo("Elli"));
        Assert.That((await _server.Person(app)).ToJsonString(), Does.Not.Contain("Elli"));
        Assert.That((await app.Events("directory.")).Select(e => e.ToJsonString()), Has.None.Contains("Elli"));

        // It is there as soon as it is mapped, without being sent again.
        await app.Admin(
            HttpMethod.Put,
            "/mapping",
            """
            {"uid":["externalId"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"displayName","paths":["nickName"]}]}
            """
        );
        await app.Settle();
        Assert.That((string?)(await _server.Person(app))["displayName"], Is.EqualTo("Elli"));
    }

    [Test]
    public async Task T33_photos_that_are_sent_are_stored_and_leave_the_photo_of_the_application_alone()
    {
        var (app, ella) = await EllaAsync();
        var id = (string?)(await _server.Person(app))["id"];
        const string Local = """{"photo":"https://app.example/ella.jpg"}""";
        await _server.Send(HttpMethod.Patch, $"/users/{id}", $$"""{"localAttributes":{{Local}} }""");

        var sent = await app.Directory.Patch(
            $"/Users/{ella}",
            """{"op":"add","path":"photos","value":[{"type":"photo","value":"https://idp.example/ella.jpg"}]}"""
        );
        await app.Settle();

        Assert.That(sent.Status, Is.AnyOf(200, 204));
        Assert.That(
            (string?)(await app.Directory.Get($"/Users/{ella}"))["photos"]![0]!["value"],
            Is.EqualTo("https://idp.example/ella.jpg")
        );
        var person = await _server.Person(app);
        Assert.That(person["localAttributes"]!.ToJsonString(), Is.EqualTo(Local));
        Assert.That(person.ToJsonString(), Does.Not.Contain("idp.example"));
        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created", "user.updated" }), "the second is the local photo");
    }

    /// <summary>The last event took Ella away, and she is shown with the names that she had.</summary>
    async Task AssertLeftAsync(AppView app, string type, string status, string reason)
    {
        var last = (await app.Events("directory.user."))[^1];
        var person = await _server.Person(app);
        Assert.That((string?)last["type"], Is.EqualTo($"directory.{type}"));
        foreach (var shown in new[] { person, last["data"]!["user"]! })
            Assert.That(
                ((string?)shown["status"], (string?)shown["statusReason"], (string?)shown["userName"], (string?)shown["email"]),
                Is.EqualTo((status, reason, "ella@contoso.com", "ella@contoso.com"))
            );
        await app.AssertMirrored();
    }

    async Task<(AppView App, string Ella)> EllaAsync()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", Ella);
        await app.Settle();
        return (app, ella);
    }
}
