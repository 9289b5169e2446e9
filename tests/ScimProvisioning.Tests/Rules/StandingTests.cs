using System.Text.Json.Nodes;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>How far a connection is released, what holds people back, and what an admin brings back.</summary>
[TestFixture, Parallelizable]
sealed class StandingTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_deleted_user_is_kept_and_an_admin_restores_it_as_the_same_person()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var ella = await app.Directory.Create("/Users", """{"userName":"ella","title":"Engineer"}""");
        await app.Settle();
        var id = (string?)(await app.User("ella"))["id"];
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        await app.Settle();
        Assert.That((string?)(await app.User("ella"))["status"], Is.EqualTo("deleted"));

        var restored = await app.Admin(HttpMethod.Post, $"/resources/{ella}/restore");
        await app.Settle();

        Assert.That(((string?)restored!["resourceType"], (long)restored["version"]!), Is.EqualTo(("User", 3)));
        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(200));
        Assert.That((await app.Directory.Find("/Users", "userName eq \"ella\""))["totalResults"]!.GetValue<int>(), Is.EqualTo(1));
        var person = await app.User("ella");
        Assert.That(((string?)person["id"], (string?)person["status"]), Is.EqualTo((id, "active")));
        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.created", "user.deleted", "user.reactivated" }));
        Assert.That((await app.Directory.Changes(ella)).Select(c => (string?)c["type"]).Last(), Is.EqualTo("user.restored"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task A_user_whose_name_is_taken_is_not_restored()
    {
        var app = await AppView.CreateAsync(_server);
        var ella = await app.Directory.User("ella");
        await app.Directory.Send("DELETE", $"/Users/{ella}");
        var other = await app.Directory.User("ella");

        var taken = await Restore(app, ella);
        var alive = await Restore(app, other);
        var unknown = await Restore(app, Guid.Empty.ToString());

        Assert.That((taken.Status, (string?)taken.Body!["code"]), Is.EqualTo((409, "uniqueness")));
        Assert.That((string?)taken.Body["detail"], Does.Contain("userName 'ella'"));
        Assert.That((alive.Status, (string?)alive.Body!["code"], unknown.Status), Is.EqualTo((409, "invalid_state", 404)));
        Assert.That((await app.Directory.Get($"/Users/{ella}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Problems_are_listed_page_by_page_and_by_kind()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Users(3);
        await app.Admin(
            HttpMethod.Put,
            "/mapping",
            """
            {"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]},{"name":"jobTitle","paths":["title"],"whenMissing":"hold"},
             {"name":"department","paths":["nickName"],"whenMissing":"warn"}]}
            """
        );
        await app.Enable();

        var all = new List<JsonNode>();
        for (JsonNode? page = null; page is null || page["next"] is not null; )
        {
            page = await app.Admin(
                HttpMethod.Get,
                $"/problems?limit=2{(page is null ? "" : $"&after={Uri.EscapeDataString((string)page["next"]!)}")}"
            );
            all.AddRange(page!["data"]!.AsArray().Select(problem => problem!));
        }
        var held = await app.Admin(HttpMethod.Get, "/problems?kind=missing_required");
        var (status, _) = await _server.Send(HttpMethod.Get, $"/connections/{app.Connection}/problems?kind=bad_weather");

        Assert.That(all.Select(problem => ((string?)problem["resourceId"], (string?)problem["kind"])).Distinct().Count(), Is.EqualTo(6));
        Assert.That(
            held!["data"]!.AsArray().Select(p => ((string?)p!["attribute"], (bool)p["holds"]!)),
            Is.All.EqualTo(("jobTitle", true))
        );
        Assert.That((held["data"]!.AsArray().Count, status), Is.EqualTo((3, 400)));
        Assert.That(await app.Users(), Is.Empty);
    }

    [Test]
    public async Task The_projection_says_how_far_it_is_and_what_it_waits_for()
    {
        var app = await AppView.CreateAsync(_server);
        var pending = await app.Admin(HttpMethod.Get, "/projection");
        await app.Enable();
        JsonNode? waiting;
        await using (await app.HoldHorizon())
        {
            await app.Directory.User("ella");
            waiting = await app.Admin(HttpMethod.Get, "/projection");
        }
        await app.Settle();
        var released = await app.Admin(HttpMethod.Get, "/projection");

        Assert.That(((bool)pending!["releases"]!, (bool)pending["initialLoad"]!), Is.EqualTo((false, true)));
        Assert.That((long)waiting!["lag"]!, Is.EqualTo(1));
        Assert.That((double)waiting["horizonAgeSeconds"]!, Is.GreaterThan(0));
        Assert.That((int?)waiting["blocker"]!["pid"], Is.Not.Null);
        Assert.That(
            ((bool)released!["releases"]!, (bool)released["initialLoad"]!, (long)released["lag"]!, released["rebuild"]),
            Is.EqualTo((true, false, 0L, (JsonNode?)null))
        );
    }

    [Test]
    public async Task A_person_who_never_had_a_user_or_has_one_is_not_restored()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.User("ella");
        await app.Settle();
        await _server.Import(app, """{"uid":"1","userName":"nils"}""");

        foreach (var (name, says) in new[] { ("ella", "is not deleted"), ("nils", "was imported") })
        {
            var (status, problem) = await _server.Send(HttpMethod.Post, $"/users/{(await app.User(name))["id"]}/restore");
            Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "invalid_state")));
            Assert.That((string?)problem["detail"], Does.Contain(says));
        }
    }

    Task<(int Status, JsonNode? Body)> Restore(AppView app, string id) =>
        _server.Send(HttpMethod.Post, $"/connections/{app.Connection}/resources/{id}/restore");
}
