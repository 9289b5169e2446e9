using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>Groups and their members as the application reads them.</summary>
[TestFixture, Parallelizable]
sealed class GroupTests
{
    readonly ScimServer _server = new();
    AppView _app = null!;
    string _all = null!;
    string _design = null!;
    string _ella = null!;
    string _nils = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _app = await AppView.CreateAsync(_server);
        await _app.Enable();
        (_ella, _nils) = (await _app.Directory.User("ella"), await _app.Directory.User("nils"));
        _design = await _app.Directory.Create(
            "/Groups",
            $$"""{"displayName":"Design","externalId":"g-1","members":{{TestDirectory.Members(_nils)}}}"""
        );
        _all = await _app.Directory.Group("All", _ella, _design);
        await _app.Directory.Send("DELETE", $"/Groups/{await _app.Directory.Group("Gone")}");
        await _app.Settle();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("", "Design", "All")]
    [TestCase("&name=DESIGN", "Design")]
    [TestCase("&externalId=g-1", "Design")]
    [TestCase("&name=Gone")]
    public async Task Groups_are_listed_and_found(string query, params string[] names)
    {
        var (_, page) = await _server.Send(HttpMethod.Get, $"/groups?connectionId={_app.Connection}{query}");

        Assert.That(page!["data"]!.AsArray().Select(group => (string)group!["name"]!), Is.EqualTo(names));
    }

    [Test]
    public async Task A_group_is_read_by_its_id_with_the_count_of_its_people()
    {
        var (status, group) = await _server.Send(HttpMethod.Get, $"/groups/{_all}");

        Assert.That((status, (long)group!["memberCount"]!, group["hint"]), Is.EqualTo((200, 1, (JsonNode?)null)));
    }

    [Test]
    public async Task Q9_groups_within_a_group_are_shown_and_who_is_in_them_is_not()
    {
        var members = new List<JsonNode>();
        for (string? after = ""; after is not null; )
        {
            var (_, page) = await _server.Send(HttpMethod.Get, $"/groups/{_all}/members?limit=1{after}");
            members.AddRange(page!["data"]!.AsArray().Select(member => member!.DeepClone()));
            after = page["next"] is { } next ? $"&after={next}" : null;
        }

        Assert.That(
            members.Select(member => ((string?)member["type"], (string?)(member["userName"] ?? member["name"]))),
            Is.EquivalentTo(new[] { ("user", "ella"), ("group", "Design") })
        );
        Assert.That(await _app.Directory.MembersOf(_all), Is.EquivalentTo(new[] { _ella, _design }));
        Assert.That((await _app.Members()).Count(member => member.StartsWith(_all, StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Q9_a_group_without_members_hints_at_nested_and_dynamic_groups()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var empty = await app.Directory.Group("Empty");
        await app.Settle();

        var outer = await app.Directory.Group("Outer", empty);
        await app.Settle();

        foreach (var id in (string[])[empty, outer])
            Assert.That((string?)(await _server.Send(HttpMethod.Get, $"/groups/{id}")).Body!["hint"], Does.Contain("nested or dynamic"));
        Assert.That((await _server.Send(HttpMethod.Get, $"/groups/{_all}")).Body!["hint"], Is.Null);
    }
}
