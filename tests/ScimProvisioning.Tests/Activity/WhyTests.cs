using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Activity;

/// <summary>Each answer to "Why is X not here?", made by what identity providers and admins really do.</summary>
[TestFixture, Parallelizable]
sealed class WhyTests
{
    const string Mapping = """
        {"uid":["externalId"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"displayName","paths":["displayName"]},
         {"name":"jobTitle","paths":["title"],"whenMissing":"hold"}]}
        """;

    const string Similar = "Nobody who was received has just this name, but others have a similar one.";

    string _database = null!;
    ScimServer _server = null!;

    /// <summary>In a database of their own: here no other server, whose clock is another one, releases what was received.</summary>
    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Whom_nobody_has_sent_was_never_received()
    {
        var app = await AppView.CreateAsync(_server, _database);

        var silent = await Why(app, "ella@contoso.com");
        await app.Directory.User("nils@contoso.com");
        await ActivityCalls.UntilLogged(app.Directory, 1);
        var unknown = await Why(app, "ella@contoso.com");
        await app.Directory.Find("/Users", "userName eq \"Ella@contoso.com\"");
        await ActivityCalls.UntilLogged(app.Directory, 2);
        var asked = await Why(app, "ella@contoso.com");

        Assert.That(new[] { silent, unknown, asked }.Select(Verdict), Is.All.EqualTo("neverReceived"));
        Assert.That(new[] { silent, unknown, asked }.Select(Sentence), Is.All.StartsWith("The identity provider never sent this person."));
        Assert.That((string?)silent["advice"], Does.StartWith("Enter the Tenant URL"));
        Assert.That((string?)unknown["advice"], Does.Contain("assign the person"));
        Assert.That(unknown["evidence"]!.AsArray(), Is.Empty);
        Assert.That(Sentence(asked), Does.Contain("It only asked whether the name is known here"));
        Assert.That(asked["evidence"]!.AsArray().Select(item => (string?)item!["requestId"]), Has.One.Not.Null);
    }

    [Test]
    public async Task Who_may_have_been_among_requests_that_were_turned_away_is_not_called_never_sent()
    {
        const int status = StatusCodes.Status503ServiceUnavailable;
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.User("nils@contoso.com");
        await app.Admin(HttpMethod.Post, "/pause");
        Assert.That((await app.Directory.Send("POST", "/Users", """{"userName":"ella@contoso.com"}""")).Status, Is.EqualTo(status));
        await ActivityCalls.UntilLogged(app.Directory, 2);

        var why = await Why(app, "ella@contoso.com");

        Assert.That(Verdict(why), Is.EqualTo("neverReceived"));
        Assert.That(Sentence(why), Does.Contain("turned away before anybody could see whom they were about").And.Not.Contain("never sent"));
        Assert.That((string?)why["advice"], Does.StartWith("Resume the connection"));
        var evidence = why["evidence"]!.AsArray().Single()!;
        Assert.That(((int?)evidence["status"], evidence["requestId"] is not null), Is.EqualTo((status, true)));
        Assert.That((string?)evidence["what"], Does.Contain("turned away"));
        Assert.That(Verdict(await Why(app, "nils@contoso.com")), Is.EqualTo("connectionPending"));
    }

    [Test]
    public async Task Who_was_sent_and_refused_has_the_reason_and_the_code_of_Entra()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var refused = await app.Directory.Send("POST", "/Users", """{"userName":"Ella@contoso.com","active":"sometimes"}""");
        await ActivityCalls.UntilLogged(app.Directory, 1);

        var why = await Why(app, "  ELLA@contoso.com ");

        Assert.That(Verdict(why), Is.EqualTo("refused"));
        Assert.That(Sentence(why), Does.EndWith($"but it was refused: {refused.Detail}"));
        var evidence = why["evidence"]!.AsArray().Single()!;
        Assert.That(
            ((int?)evidence["status"], (string?)evidence["requestId"], (string?)evidence["detail"]),
            Is.EqualTo((400, refused.Headers.GetValues("X-Request-Id").Single(), refused.Detail))
        );
        Assert.That((string?)evidence["entraErrorCode"], Is.EqualTo("SystemForCrossDomainIdentityManagementServiceIncompatible"));
    }

    [Test]
    public async Task Before_the_connection_is_enabled_it_is_pending()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.User("ella@contoso.com");

        var why = await Why(app, "ella@contoso.com");

        Assert.That((Verdict(why), (string?)why["person"]!["status"]), Is.EqualTo(("connectionPending", (string?)null)));
        Assert.That((string?)why["advice"], Does.Contain("enable the connection"));
    }

    [Test]
    public async Task After_a_disconnect_the_connection_is_the_reason()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.User("ella@contoso.com");
        await app.Admin(HttpMethod.Post, "/disconnect");

        var arrived = await Why(app, "ella@contoso.com");
        var never = await Why(app, "nils@contoso.com");

        Assert.That((Verdict(arrived), Verdict(never)), Is.EqualTo(("connectionDisconnected", "connectionDisconnected")));
        Assert.That(Sentence(arrived), Does.StartWith("This person has arrived, but your app is not told"));
        Assert.That(Sentence(never), Does.StartWith("This person never arrived, and cannot"));
    }

    [TestCase("PATCH", """{"Operations":[{"op":"replace","path":"active","value":false}]}""")]
    [TestCase("DELETE", null)]
    public async Task When_very_many_leave_at_once_the_guard_holds_each_of_them(string method, string? body)
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Admin(HttpMethod.Put, "/guard", """{"count":2}""");
        await app.Enable();
        var users = await app.Directory.Users(10);
        await app.Settle();
        await using (await app.HoldHorizon())
            foreach (var user in users[..4])
                await app.Directory.Send(method, $"/Users/{user}", body);
        await app.Settle();

        var why = await Why(app, $"{users[0]}");
        var health = (await app.Admin(HttpMethod.Get, "/health"))!;

        Assert.That((Verdict(why), (string?)why["person"]!["status"]), Is.EqualTo(("heldByGuard", "active")));
        Assert.That(Sentence(why), Does.StartWith("Very many people were about to leave your app").And.Contain("kept active since"));
        Assert.That((string?)why["advice"], Does.Contain("approve it"));
        Assert.That(((string?)health["status"], (string?)health["light"]), Is.EqualTo(("guard", "amber")));
        Assert.That((string?)health["reasons"]![0], Does.StartWith("4 people would leave your app at once"));
        Assert.That((long?)health["release"]!["held"], Is.Zero);
    }

    [Test]
    public async Task Who_lacks_something_is_held_and_the_answer_says_what_mends_it()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Admin(HttpMethod.Put, "/mapping", Mapping);
        await app.Enable();
        await app.Directory.Create("/Users", """{"userName":"ella","externalId":"1"}""");
        var nils = await app.Directory.Create("/Users", """{"userName":"nils","externalId":"2","title":"Engineer"}""");
        await app.Settle();
        await app.Directory.Patch($"/Users/{nils}", """{"op":"remove","path":"title"}""");
        await app.Settle();

        var fresh = await Why(app, "ella");
        var known = await Why(app, "nils");

        Assert.That((Verdict(fresh), Verdict(known)), Is.EqualTo(("held", "held")));
        Assert.That(Sentence(fresh), Does.StartWith("This person has arrived, but is held back:").And.Contain("jobTitle"));
        Assert.That(Sentence(known), Does.StartWith("Your app has this person, but the latest changes are held back:"));
        Assert.That((string?)fresh["advice"], Does.StartWith("Fill in jobTitle in the identity provider"));
    }

    [Test]
    public async Task Who_is_in_no_group_of_the_scope_is_told_which_would_do()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var users = await app.Directory.Users(2);
        await app.Directory.Group("Staff", users[0]);
        await app.Enable();
        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"groups","groups":[{"name":"Staff"},{"name":"Guests"}]}""");
        await app.Settle();
        await app.Directory.User("late");
        await app.Settle();

        var left = await Why(app, "u1");
        var late = await Why(app, "late");
        var inside = await Why(app, "u0");

        Assert.That((Verdict(left), Verdict(late), Verdict(inside)), Is.EqualTo(("outOfScope", "outOfScope", "released")));
        Assert.That((string?)left["person"]!["status"], Is.EqualTo("inactive"));
        Assert.That((string?)late["advice"], Does.Contain("'Staff', 'Guests' (has not arrived yet)"));
    }

    [Test]
    public async Task Whom_several_reasons_keep_away_is_told_all_of_them_the_most_decisive_first()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Admin(HttpMethod.Put, "/mapping", Mapping);
        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"groups","groups":[{"name":"Staff"}]}""");
        var off = await app.Directory.Create("/Users", """{"userName":"ella","externalId":"1","title":"Lead","active":false}""");
        await app.Directory.Create("/Users", """{"userName":"nils","externalId":"2"}""");

        var pending = await Why(app, "nils");
        await app.Enable();
        await app.Settle();
        var both = await Why(app, "ella");
        await app.Directory.Group("Staff", off);
        await app.Settle();
        var left = await Why(app, "ella");

        Assert.That(
            (Verdict(pending), Also(pending)),
            Is.EqualTo(("connectionPending", "outOfScope held")),
            "What stands against the release is known before there is any."
        );
        Assert.That((Verdict(both), Also(both)), Is.EqualTo(("outOfScope", "inactive")));
        Assert.That(
            (string?)both["also"]![0]!["sentence"],
            Does.StartWith("The identity provider switched this person off").And.Not.Contain("Your app has the person"),
            "It has not."
        );
        Assert.That((string?)both["also"]![0]!["advice"], Does.Contain("enable the account"));
        Assert.That((Verdict(left), Also(left)), Is.EqualTo(("inactive", "")));
    }

    [Test]
    public async Task Who_was_switched_off_or_deleted_has_the_time_and_the_request()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        var ella = await app.Directory.User("ella");
        var nils = await app.Directory.User("nils");
        var off = await app.Directory.Patch($"/Users/{ella}", """{"op":"Replace","path":"active","value":"False"}""");
        var deleted = await app.Directory.Send("DELETE", $"/Users/{nils}");
        await app.Settle();
        // Whom the application was never told of has left his name only there.
        await ActivityCalls.UntilLogged(app.Directory, 4);

        var inactive = await Why(app, "ella");
        var gone = await Why(app, "nils");

        Assert.That((Verdict(inactive), Verdict(gone)), Is.EqualTo(("inactive", "deleted")));
        Assert.That(Requests(inactive), Does.Contain(RequestId(off)));
        Assert.That(Requests(gone), Does.Contain(RequestId(deleted)));
        Assert.That(Sentence(inactive), Does.StartWith("The identity provider switched this person off on "));
        Assert.That(Sentence(gone), Does.StartWith("The identity provider deleted this person on "));
    }

    [Test]
    public async Task Who_was_deleted_before_your_app_was_told_is_found_by_the_log_of_requests()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var ella = await app.Directory.User("ella");
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await ActivityCalls.UntilLogged(app.Directory, 2);

        Assert.That(Verdict(await Why(app, "ella")), Is.EqualTo("deleted"));
        Assert.That(Verdict(await Why(app, ella)), Is.EqualTo("deleted"));
    }

    [Test]
    public async Task Who_was_released_has_the_event_and_how_it_stands_at_each_receiver()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        await Endpoint(app, "https://192.0.2.1/all");
        await Endpoint(app, "https://192.0.2.1/groups", ""","types":["directory.group.*"]""");
        await app.Directory.User("ella");
        await app.Settle();

        var why = await Why(app, "ella");

        Assert.That((Verdict(why), (string?)why["person"]!["status"]), Is.EqualTo(("released", "active")));
        Assert.That(
            why["evidence"]!.AsArray().Select(item => (string?)item!["what"]),
            Does.Contain("Your app was told: directory.user.created.")
        );
        Assert.That(
            why["deliveries"]!.AsArray().Select(d => ((string?)d!["url"], (string?)d["state"])),
            Does.Contain(("https://192.0.2.1/groups", "notWanted"))
        );
        Assert.That(
            why["deliveries"]!.AsArray().Where(d => (string?)d!["url"] == "https://192.0.2.1/all").Select(d => (string?)d!["state"]),
            Is.SubsetOf(new[] { "waiting", "failed" }).And.Not.Empty
        );
        Assert.That((string?)why["advice"], Does.Contain("has not reached 1 of your receivers"));
    }

    [Test]
    public async Task A_receiver_that_was_made_after_the_event_is_not_told_of_whatever_the_clocks_say()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        await app.Directory.User("ella");
        await app.Settle();
        await Endpoint(app, "https://192.0.2.1/late");
        // By the clock of another server.
        await app.Directory.Ask<long>(
            """
            WITH old AS (UPDATE webhook_endpoints SET created_at = created_at - interval '1 day' WHERE connection_id = $1 RETURNING 1)
            SELECT count(*) FROM old
            """
        );

        Assert.That((await Why(app, "ella"))["deliveries"]!.AsArray(), Is.Empty);
        await app.Directory.User("nils");
        await app.Settle();
        Assert.That((await Why(app, "nils"))["deliveries"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_has_just_arrived_is_on_the_way()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        await using (await app.HoldHorizon())
        {
            await app.Directory.User("ella");

            Assert.That(Verdict(await Why(app, "ella")), Is.EqualTo("notYet"));
        }
    }

    [Test]
    public async Task Every_name_and_id_leads_to_the_person()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        const string ExternalId = "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34";
        var ella = await app.Directory.Create(
            "/Users",
            $$"""
            {"userName":"Ella@contoso.com","displayName":"Ella Berg","externalId":"{{ExternalId}}",
             "emails":[{"value":"ella.berg@example.com","type":"work"}]}
            """
        );
        await app.Settle();
        var person = (string)(await app.User("ella@contoso.com"))["id"]!;

        foreach (var name in new[] { "ella@CONTOSO.com", "ella  berg ", "ella.berg@example.com", ExternalId, ella, person })
        {
            var why = await Why(app, name);
            Assert.That((Verdict(why), (string?)why["person"]!["resourceId"]), Is.EqualTo(("released", ella)), name);
            Assert.That(why["candidates"]!.AsArray(), Is.Empty, name);
        }
    }

    [Test]
    public async Task A_mail_address_leads_to_a_person_who_was_not_released_too()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.Create("/Users", """{"userName":"e.berg","emails":[{"value":"Ella.Berg@example.com","type":"work"}]}""");

        Assert.That(Verdict(await Why(app, "ella.berg@example.com")), Is.EqualTo("connectionPending"));
    }

    [TestCase("ella@contoso.com", Description = "another address before the @ of which is the same")]
    [TestCase("ella", Description = "the beginning")]
    [TestCase("Berg Ella", Description = "the other way round")]
    [TestCase("berg", Description = "the family name")]
    public async Task A_similar_name_makes_a_candidate(string name)
    {
        var app = await AppView.CreateAsync(_server, _database);
        var ella = await app.Directory.Create(
            "/Users",
            """{"userName":"ella@contoso.onmicrosoft.com","displayName":"Ella Berg","name":{"givenName":"Ella","familyName":"Berg"}}"""
        );

        var why = await Why(app, name);

        Assert.That((Verdict(why), Sentence(why)), Is.EqualTo(("neverReceived", Similar)));
        var candidate = why["candidates"]!.AsArray().Single()!;
        Assert.That(
            ((string?)candidate["resourceId"], (string?)candidate["verdict"], (bool)candidate["isSimilar"]!),
            Is.EqualTo((ella, "connectionPending", true))
        );
    }

    [Test]
    public async Task A_similar_name_that_was_refused_is_a_candidate_too()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.Send("POST", "/Users", """{"userName":"ella@contoso.onmicrosoft.com","active":"sometimes"}""");
        await ActivityCalls.UntilLogged(app.Directory, 1);

        var candidate = (await Why(app, "ella@contoso.com"))["candidates"]!.AsArray().Single()!;

        Assert.That(
            ((string?)candidate["userName"], (string?)candidate["verdict"]),
            Is.EqualTo(("ella@contoso.onmicrosoft.com", "refused"))
        );
    }

    [Test]
    public async Task Several_of_one_name_are_all_named()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Directory.Create("/Users", """{"userName":"ella1","displayName":"Ella Berg"}""");
        await app.Directory.Create("/Users", """{"userName":"ella2","displayName":"Ella Berg"}""");

        var why = await Why(app, "Ella Berg");

        var names = why["candidates"]!
            .AsArray()
            .Select(candidate => (string?)candidate!["userName"])
            .Append((string?)why["person"]!["userName"]);
        Assert.That(names, Is.EquivalentTo(new[] { "ella1", "ella2" }));
    }

    [Test]
    public async Task An_imported_person_was_never_received_and_a_duplicate_that_was_refused_is_evidence()
    {
        var app = await AppView.CreateAsync(_server, _database);
        await app.Enable();
        await _server.Import(app, """{"uid":"1","userName":"nils"}""");
        await app.Directory.User("ella");
        await app.Directory.Send("POST", "/Users", """{"userName":"ella"}""");
        await ActivityCalls.UntilLogged(app.Directory, 2);
        await app.Settle();

        var imported = await Why(app, "nils");
        var twice = await Why(app, "ella");

        Assert.That((Verdict(imported), (string?)imported["person"]!["status"]), Is.EqualTo(("neverReceived", "active")));
        Assert.That(Sentence(imported), Does.StartWith("Your app has added this person itself."));
        Assert.That(Verdict(twice), Is.EqualTo("released"));
        Assert.That(twice["evidence"]!.AsArray().Select(item => (string?)item!["entraErrorCode"]), Does.Contain("EntryConflict"));
    }

    [Test]
    public async Task A_connection_shows_nobody_of_another_one()
    {
        var one = await AppView.CreateAsync(_server, _database);
        var other = await AppView.CreateAsync(_server, _database);
        var ella = await one.Directory.User("ella");
        await one.Enable();
        var person = (string)(await one.User("ella"))["id"]!;
        await ActivityCalls.UntilLogged(one.Directory, 1);

        foreach (var name in new[] { "ella", ella, person })
        {
            var why = await Why(other, name);
            Assert.That((Verdict(why), why["person"]), Is.EqualTo(("neverReceived", (JsonNode?)null)), name);
            Assert.That((why["candidates"]!.AsArray().Count, why["evidence"]!.AsArray().Count), Is.EqualTo((0, 0)), name);
        }
    }

    [Test]
    public async Task It_is_for_admins_of_the_connection_and_needs_a_name()
    {
        var app = await AppView.CreateAsync(_server, _database);
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Customer"}""");
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"customer","organizationId":"{{organization!["id"]}}"}"""
        );
        var path = $"/connections/{app.Connection}/why?q=";

        var foreign = await ScimServer.Send(_server.ClientWith((string)key!["key"]!), HttpMethod.Get, path + "ella");
        var ofApp = await ScimServer.Send(await _server.App(), HttpMethod.Get, path + "ella");
        var empty = await _server.Send(HttpMethod.Get, path + "%20");

        Assert.That((foreign.Status, ofApp.Status, empty.Status), Is.EqualTo((404, 403, 400)));
    }

    [Test]
    public async Task The_command_says_the_same()
    {
        var app = await AppView.CreateAsync(_server, _database);

        var outcome = await CommandOutcome.RunAsync($"why {app.Connection} ella", ("ConnectionStrings__Postgres", _database));

        Assert.That(JsonNode.DeepEquals(outcome.Answer, await Why(app, "ella")));
    }

    async Task<JsonNode> Why(AppView app, string name) => (await app.Admin(HttpMethod.Get, $"/why?q={Uri.EscapeDataString(name)}"))!;

    async Task Endpoint(AppView app, string url, string more = "")
    {
        var (status, body) = await _server.Send(
            HttpMethod.Post,
            "/webhook-endpoints",
            $$"""{"url":"{{url}}","connectionId":"{{app.Connection}}"{{more}}}"""
        );
        Assert.That(status, Is.EqualTo(201), $"{body}");
    }

    static string? Verdict(JsonNode why) => (string?)why["verdict"];

    static string Also(JsonNode why) => string.Join(' ', why["also"]!.AsArray().Select(reason => Verdict(reason!)));

    static string? Sentence(JsonNode why) => (string?)why["sentence"];

    static IEnumerable<string?> Requests(JsonNode why) => why["evidence"]!.AsArray().Select(item => (string?)item!["requestId"]);

    static string RequestId(Answer answer) => answer.Headers.GetValues("X-Request-Id").Single();
}
