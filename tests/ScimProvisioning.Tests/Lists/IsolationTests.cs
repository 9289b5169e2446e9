namespace ScimProvisioning.Tests.Lists;

/// <summary>Two connections with the same names: neither finds, changes or refers to resources of the other.</summary>
[TestFixture, Parallelizable]
sealed class IsolationTests
{
    readonly ScimServer _server = new();
    TestDirectory _ours = null!;
    TestDirectory _theirs = null!;
    string _user = "";
    string _group = "";
    string _before = "";

    /// <summary>A user and a group in each connection, with the same names; ours must not reach theirs.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        (_ours, _theirs) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        _user = await _theirs.Create(
            "/Users",
            """{"userName":"anna","externalId":"secret","emails":[{"value":"secret@example.com","type":"work"}]}"""
        );
        _group = await _theirs.Group("Design", _user);
        await _ours.Group("Design", await _ours.User("anna"));
        _before = await Everything();
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TearDown]
    public async Task Nothing_of_theirs_has_changed() => Assert.That(await Everything(), Is.EqualTo(_before));

    [Test]
    public async Task Their_resources_are_not_found(
        [Values("GET", "PUT", "PATCH", "DELETE")] string method,
        [Values("Users", "Groups")] string collection,
        [Values] bool alias
    )
    {
        var body = method switch
        {
            "PUT" => """{"userName":"x","displayName":"x"}""",
            "PATCH" => """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                 "Operations":[{"op":"replace","path":"displayName","value":"x"}]}
                """,
            _ => null,
        };

        var answer = await (alias ? _ours.WithoutKey : _ours).Send(
            method,
            $"/{collection}/{(collection == "Users" ? _user : _group)}",
            body
        );

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    [TestCase("Users", "userName eq \"anna\"", 1)]
    [TestCase("Users", "userName pr", 1)]
    [TestCase("Users", "externalId eq \"secret\"", 0)]
    [TestCase("Users", "emails.value co \"secret\"", 0)]
    [TestCase("Users", "emails[type eq \"work\"]", 0)]
    [TestCase("Users", "id eq \"{user}\"", 0)]
    [TestCase("Users", "not (id eq \"{user}\")", 1)]
    [TestCase("Users", "groups.value eq \"{group}\"", 0)]
    [TestCase("Groups", "displayName eq \"Design\"", 1)]
    [TestCase("Groups", "members.value eq \"{user}\"", 0)]
    [TestCase("Groups", "members.display eq \"anna\"", 1)]
    public async Task Filters_never_select_theirs(string collection, string filter, int found)
    {
        var answer = await _ours.Find(
            $"/{collection}",
            filter.Replace("{user}", _user, StringComparison.Ordinal).Replace("{group}", _group, StringComparison.Ordinal)
        );

        Assert.That(((int)answer["totalResults"]!, answer.Resources.Count), Is.EqualTo((found, found)));
        Assert.That(answer.Body!.ToJsonString(), Does.Not.Contain(_user).And.Not.Contain(_group));
    }

    [Test]
    public async Task Their_resources_cannot_be_members([Values("POST", "PUT", "PATCH")] string method, [Values] bool group)
    {
        var ours = await _ours.Group($"{method} {group}");
        var member = group ? _group : _user;
        var body =
            method == "PATCH"
                ? $$"""
                    {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                     "Operations":[{"op":"add","path":"members","value":[{"value":"{{member}}"}]}]}
                    """
                : $$"""{"displayName":"{{method}} {{group}} 2","members":[{"value":"{{member}}"}]}""";

        var answer = await _ours.Send(method, $"/Groups{(method == "POST" ? "" : "/" + ours)}", body);

        Assert.That(answer.Error, Is.EqualTo((400, "invalidValue")));
        Assert.That((await _ours.Get($"/Groups/{ours}"))["members"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Their_Tenant_URL_does_not_take_our_token()
    {
        using var client = _server.ClientWith(_ours.Connection.Token);

        Assert.That(
            (await Answer.ReadAsync(await client.GetAsync(new Uri($"{_theirs.Url}/Users")))).Error,
            Is.EqualTo((401, (string?)null))
        );
    }

    async Task<string> Everything() =>
        (await _theirs.Get("/Users")).Body!.ToJsonString() + (await _theirs.Get("/Groups")).Body!.ToJsonString();
}
