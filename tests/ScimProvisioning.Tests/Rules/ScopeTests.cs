using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>Whom of a connection the application learns of.</summary>
[TestFixture, Parallelizable]
sealed class ScopeTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task The_scope_shows_the_members_of_each_group_and_the_difference_before_it_is_saved()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(5);
        var staff = await app.Directory.Group("Staff", users[0], users[1]);
        await app.Enable();
        const string Narrow = """{"mode":"groups","groups":[{"name":"staff"},{"name":"Not here yet"}]}""";

        var preview = await app.Admin(HttpMethod.Post, "/preview", $$"""{"scope":{{Narrow}}}""");
        var saved = await Scope(app, Narrow);
        var wide = await app.Admin(HttpMethod.Post, "/preview", """{"scope":{"mode":"all"}}""");
        await app.Settle();

        Assert.That(((long)preview!["counts"]!["deactivated"]!, (long)preview["counts"]!["unchanged"]!), Is.EqualTo((3, 2)));
        Assert.That(preview["examples"]!["deactivated"]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That(
            saved!["groups"]!.AsArray().Select(g => ((string?)g!["id"], (string?)g["name"], (long?)g["memberCount"], (bool)g["waits"]!)),
            Is.EqualTo(new (string?, string?, long?, bool)[] { (staff, "Staff", 2, false), (null, "Not here yet", null, true) })
        );
        Assert.That(((long)saved["inScope"]!, (long)saved["users"]!), Is.EqualTo((2, 5)));
        Assert.That(await Statuses(app), Is.EqualTo(new[] { "active", "active", "inactive", "inactive", "inactive" }));
        Assert.That(wide, Is.Not.Null);
    }

    [Test]
    public async Task A_changed_list_is_recomputed_and_back_again()
    {
        var app = await AppView.CreateAsync(_server);
        var users = await app.Directory.Users(3);
        await app.Directory.Group("Staff", users[0]);
        await app.Enable();

        await Scope(app, """{"mode":"groups","groups":[{"name":"Staff"}]}""");
        await app.Settle();
        Assert.That(await Statuses(app), Is.EqualTo(new[] { "active", "inactive", "inactive" }));
        await app.Admin(HttpMethod.Delete, "/scope");
        await app.Settle();

        Assert.That(await Statuses(app), Is.All.EqualTo("active"));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Two_groups_of_one_name_are_a_problem_and_a_group_that_is_not_there_cannot_be_named_by_its_id()
    {
        // Group names are unique unless a connection says otherwise.
        var app = await AppView.CreateAsync(_server);
        await app.Admin(HttpMethod.Patch, "/settings", """{"uniqueGroupNames":false}""");
        await app.Directory.Group("Staff");
        await app.Directory.Group("Staff");

        var ambiguous = await Scope(app, """{"mode":"groups","groups":[{"name":"Staff"}]}""");
        var (status, unknown) = await _server.Send(
            HttpMethod.Put,
            $"/connections/{app.Connection}/scope",
            """{"mode":"groups","groups":[{"id":"01990000-0000-7000-8000-000000000001"}]}"""
        );

        Assert.That((bool)ambiguous!["groups"]![0]!["waits"]!);
        Assert.That((string?)ambiguous["problems"]![0], Does.Contain("could be any of 2 groups"));
        Assert.That((status, unknown!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, "groups[0].id")));
    }

    [TestCase("PUT", "/scope", """{"mode":"groups"}""", "groups")]
    [TestCase("PUT", "/scope", """{"mode":"groups","groups":[]}""", "groups")]
    [TestCase("POST", "/preview", """{"scope":{"mode":"groups"}}""", "scope.groups")]
    [TestCase("POST", "/plans", """{"scope":{"mode":"groups","groups":[]}}""", "scope.groups")]
    public async Task A_scope_of_groups_that_names_none_is_refused(string method, string path, string json, string field)
    {
        var app = await AppView.CreateAsync(_server);

        var (status, problem) = await _server.Send(new(method), $"/connections/{app.Connection}{path}", json);

        var (key, messages) = problem!["errors"]!.AsObject().Single();
        Assert.That((status, key), Is.EqualTo((400, field)));
        Assert.That((string?)messages![0], Is.EqualTo("Name at least one group, or set mode to all."));
    }

    Task<JsonNode?> Scope(AppView app, string json) => app.Admin(HttpMethod.Put, "/scope", json);

    static async Task<string[]> Statuses(AppView app) =>
        [.. (await app.Users()).Values.Select(user => (string)user["status"]!).Order(StringComparer.Ordinal)];
}
