namespace ScimProvisioning.Tests.Lists;

/// <summary>Different spellings of the same request, and invalid requests.</summary>
[TestFixture, Parallelizable]
sealed class ListQueryTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;
    string _id = "";

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        _id = await _directory.Create("/Users", """{"userName":"Anna Smith+x","externalId":"é&=#"}""");
        await _directory.User("bob");
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("Users?filter=userName+eq+%22Anna+Smith%2Bx%22")]
    [TestCase("Users?filter=userName%20eq%20%22Anna%20Smith%2Bx%22")]
    [TestCase("Users?filter=%20+userName%20+eq+++%22Anna+Smith%2bx%22++")]
    [TestCase("Users?filter=userName%09eq%0A%22Anna%20Smith%2Bx%22")]
    [TestCase("Users?Filter=userName%20eq%20\"Anna%20Smith%2Bx\"")]
    [TestCase("Users?filter=externalId+eq+%22%C3%A9%26%3D%23%22")]
    [TestCase("Users?filter=externalId+eq+%22\\u00E9%26%3D%23%22")]
    [TestCase("Users/?filter=externalId+pr")]
    [TestCase("Users//?filter=externalId+pr")]
    [TestCase("/Users?filter=externalId+pr")]
    [TestCase("/users?filter=externalId+pr")]
    [TestCase("USERS?filter=externalId+pr")]
    [TestCase("%55sers?filter=externalId+pr")]
    [TestCase("Users?filter=externalId+pr&aadOptscim062020")]
    [TestCase("Users?aadOptscim062020=&filter=externalId+pr&&x=1&sortBy=userName&sortOrder=descending")]
    [TestCase("Users?filter=externalId+pr&attributes&excludedAttributes=&startIndex&count")]
    public async Task A_list_is_understood_however_it_is_spelt(string path)
    {
        var answer = await _directory.Get($"/{path}");

        Assert.That(answer.Status, Is.EqualTo(200), () => answer.Body!.ToJsonString());
        Assert.That(answer.Ids, Is.EqualTo(new[] { _id }));
    }

    [TestCase("Users/{0}")]
    [TestCase("/Users/{0}")]
    [TestCase("//users///{0}/")]
    [TestCase("USERS/{0}?aadOptscim062020&x=")]
    public async Task A_resource_is_found_however_its_path_is_spelt(string path) =>
        Assert.That((string?)(await _directory.Get("/" + path.Replace("{0}", _id, StringComparison.Ordinal)))["id"], Is.EqualTo(_id));

    [TestCase("/Users?filter=")]
    [TestCase("/Users?filter")]
    [TestCase("/Users?filter=+")]
    [TestCase("/Users?filter=%20")]
    [TestCase("/ResourceTypes?filter=")]
    public async Task An_empty_filter_is_none(string path)
    {
        var all = await _directory.Get(path.Split('?')[0]);
        var answer = await _directory.Get(path);

        Assert.That((answer.Status, (int)answer["totalResults"]!), Is.EqualTo((200, (int)all["totalResults"]!)));
    }

    [TestCase("filter=shoeSize+eq+43", "shoeSize")]
    [TestCase("filter=name.shoeSize+eq+43", "name.shoeSize")]
    [TestCase("filter=emails[shoeSize+eq+43]", "shoeSize")]
    [TestCase("filter=urn:ietf:params:scim:schemas:core:2.0:User:shoeSize+eq+43", "shoeSize")]
    [TestCase("filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:shoeSize+pr", "shoeSize")]
    [TestCase("filter=members+pr", "members")]
    [TestCase("filter=userName", "operator")]
    [TestCase("filter=userName+eq", "value")]
    [TestCase("filter=userName+eq+%22x", "closing quote")]
    [TestCase("filter=userName+eq+%22x%22+and", "attribute")]
    [TestCase("filter=name+eq+%22x%22", "name")]
    [TestCase("filter=active+gt+true", "active")]
    [TestCase("filter=password+eq+%22x%22", "password")]
    [TestCase("filter=userName+eq+%22%00%22", "control characters")]
    [TestCase("filter=userName+eq+%22\\u0000%22", "cannot be stored")]
    [TestCase("filter=userName+eq+%22\\uD800%22", "string")]
    [TestCase("filter=userName+eq+%22%FF%22", "UTF-8")]
    [TestCase("filter=userName+eq+%22%ED%A0%80%22", "UTF-8")]
    public async Task A_filter_that_means_nothing_is_refused_with_its_reason(string query, string reason)
    {
        var answer = await _directory.Get($"/Users?{query}");

        Assert.That(answer.Error, Is.EqualTo((400, "invalidFilter")));
        Assert.That(answer.Detail, Does.Contain(reason));
    }

    [TestCase(10_000)]
    [TestCase(50_000)]
    public async Task A_filter_of_many_characters_is_answered(int length)
    {
        var value = new string('x', length - "userName eq \"\" or externalId pr".Length);

        var answer = await _directory.Get($"/Users?filter=userName+eq+%22{value}%22+or+externalId+pr");

        Assert.That((answer.Status, answer.Ids.Single()), Is.EqualTo((200, _id)));
    }

    [Test]
    public async Task A_filter_of_many_comparisons_is_answered()
    {
        var filter = string.Join(" or ", Enumerable.Range(0, 390).Select(i => $"emails[type eq \"{i:D3}\"]")) + " or externalId pr";
        Assert.That(filter, Has.Length.GreaterThan(9_500));

        Assert.That((await _directory.Find("/Users", filter)).Ids, Is.EqualTo(new[] { _id }));
    }

    [Test]
    public async Task An_empty_list_has_an_empty_array()
    {
        var answer = await _directory.Get("/Groups");

        Assert.That(
            answer.Body!.ToJsonString(),
            Is.EqualTo(
                """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"""
                    + "\"startIndex\":1,\"itemsPerPage\":0,\"Resources\":[]}"
            )
        );
        Assert.That(answer.ContentType, Is.EqualTo("application/scim+json"));
    }

    [TestCase("User")]
    [TestCase("Bulks")]
    public async Task A_collection_that_is_not_there_is_not_found(string collection) =>
        Assert.That((await _directory.Get($"/{collection}")).Status, Is.EqualTo(404));
}
