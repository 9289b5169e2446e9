using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>The groups among which an admin chooses those of a scope and of roles.</summary>
[TestFixture, Parallelizable]
sealed class ReceivedGroupTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_received_group_has_the_number_of_its_members_and_what_the_rules_make_of_it()
    {
        var app = await AppView.CreateAsync(_server);
        var (ella, nils) = (await app.Directory.User("ella"), await app.Directory.User("nils"));
        var design = await app.Directory.Group("Design", ella);
        var all = await app.Directory.Group("All", ella, nils, design);
        await app.Directory.Send("DELETE", $"/Groups/{await app.Directory.Group("Gone", ella)}");
        await app.Settle();
        Assert.That(
            (await Groups(app)).Select(group => ((string?)group["name"], (int)group["memberCount"]!, (bool)group["inScope"]!)),
            Is.EqualTo(new[] { ("Design", 1, true), ("All", 3, true) }),
            "pending, without rules"
        );

        await app.Admin(HttpMethod.Put, "/scope", """{"mode":"groups","groups":[{"name":"design"}]}""");
        await app.Enable();
        // The roles themselves are those of the whole server.
        await PostgresFixture.ExecuteAsync(
            $$"""
            UPDATE directory_rules SET role_mappings =
                '{"mode":"all","default":null,"groups":[{"group":{"id":"{{all}}"},"role":"editor"}],"attribute":false}'
            WHERE connection_id = '{{app.Connection}}'
            """,
            PostgresFixture.ConnectionString
        );

        var groups = (await Groups(app)).ToDictionary(group => (string)group["name"]!);
        Assert.That(((bool)groups["Design"]["inScope"]!, (bool)groups["All"]["inScope"]!), Is.EqualTo((true, false)));
        Assert.That(((long)groups["Design"]["releasedCount"]!, (long)groups["All"]["releasedCount"]!), Is.EqualTo((1, 1)));
        Assert.That(groups["Design"]["roles"]!.AsArray(), Is.Empty);
        Assert.That((string?)groups["All"]["roles"]!.AsArray().Single(), Is.EqualTo("editor"));
        Assert.That((bool)groups["All"]["hasMoreMembers"]!, Is.False);
    }

    [TestCase("?q=DES", "Design")]
    [TestCase("?q=g-2", "Development")]
    [TestCase("?q=de", "Design", "Development")]
    [TestCase("?q=esign")]
    public async Task Received_groups_are_found_by_how_their_name_or_externalId_begins(string query, params string[] names)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Create("/Groups", """{"displayName":"Design","externalId":"g-1"}""");
        await app.Directory.Create("/Groups", """{"displayName":"Development","externalId":"g-2"}""");

        Assert.That((await Groups(app, query)).Select(group => (string?)group["name"]), Is.EqualTo(names));
    }

    [Test]
    public async Task Pages_of_received_groups_follow_each_other()
    {
        var app = await AppView.CreateAsync(_server);
        foreach (var name in (string[])["A", "B", "C"])
            await app.Directory.Group(name);

        var first = (await app.Admin(HttpMethod.Get, "/received-groups?limit=2"))!;
        var second = (await app.Admin(HttpMethod.Get, $"/received-groups?limit=2&after={first["next"]}"))!;

        Assert.That(
            new[] { first, second }.SelectMany(page => page["data"]!.AsArray()).Select(group => (string?)group!["name"]),
            Is.EqualTo(new[] { "A", "B", "C" })
        );
        Assert.That(second["next"], Is.Null);
    }

    static async Task<List<JsonObject>> Groups(AppView app, string query = "") =>
        [.. (await app.Admin(HttpMethod.Get, $"/received-groups{query}"))!["data"]!.AsArray().Select(group => (JsonObject)group!)];
}
