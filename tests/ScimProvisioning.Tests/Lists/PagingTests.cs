namespace ScimProvisioning.Tests.Lists;

/// <summary>Pages by index (RFC 7644 §3.4.2.4) of seven users, in order of creation.</summary>
[TestFixture, Parallelizable]
sealed class PagingTests
{
    readonly ScimServer _server = new();
    readonly List<string> _ids = [];
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        foreach (var name in (string[])["g", "f", "e", "d", "c", "b", "a"])
        {
            _ids.Add(await _directory.User(name));
            _server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("", 1, 0, 7)]
    [TestCase("startIndex=1", 1, 0, 7)]
    [TestCase("startIndex=0", 1, 0, 7)]
    [TestCase("startIndex=-5", 1, 0, 7)]
    [TestCase("startIndex=-99999999999999999999", 1, 0, 7)]
    [TestCase("startIndex=3", 3, 2, 5)]
    [TestCase("startIndex=7", 7, 6, 1)]
    [TestCase("startIndex=8", 8, 7, 0)]
    [TestCase("startIndex=1000000", 1_000_000, 7, 0)]
    [TestCase("startIndex=9223372036854775807", long.MaxValue, 7, 0)]
    [TestCase("startIndex=99999999999999999999", long.MaxValue, 7, 0)]
    [TestCase("count=3", 1, 0, 3)]
    [TestCase("count=7", 1, 0, 7)]
    [TestCase("count=8", 1, 0, 7)]
    [TestCase("count=0", 1, 0, 0)]
    [TestCase("count=-1", 1, 0, 0)]
    [TestCase("count=99999999999999999999", 1, 0, 7)]
    [TestCase("startIndex=3&count=2", 3, 2, 2)]
    [TestCase("startIndex=6&count=2", 6, 5, 2)]
    [TestCase("startIndex=6&count=5", 6, 5, 2)]
    [TestCase("startIndex=9&count=5", 9, 7, 0)]
    [TestCase("startIndex=3&count=0", 3, 2, 0)]
    [TestCase("STARTINDEX=3&Count=2", 3, 2, 2)]
    [TestCase("startIndex=&count=", 1, 0, 7)]
    [TestCase("startIndex&count", 1, 0, 7)]
    public async Task A_page_holds_what_it_asks_for_and_the_total_of_all(string query, long startIndex, int skipped, int taken)
    {
        var page = await _directory.Get($"/Users?{query}");

        Assert.That(page.Ids, Is.EqualTo(_ids.Skip(skipped).Take(taken)));
        Assert.That(
            ((int)page["totalResults"]!, (long)page["startIndex"]!, (int)page["itemsPerPage"]!),
            Is.EqualTo((7, startIndex, taken))
        );
    }

    [TestCase("startIndex=one")]
    [TestCase("startIndex=1.5")]
    [TestCase("startIndex=1e2")]
    [TestCase("startIndex=0x1")]
    [TestCase("count=ten")]
    [TestCase("count=-")]
    [TestCase("count=1,000")]
    [TestCase("count=null")]
    public async Task What_is_no_integer_is_refused(string query)
    {
        var answer = await _directory.Get($"/Users?{query}");

        Assert.That(answer.Error, Is.EqualTo((400, "invalidValue")));
        Assert.That(answer.Detail, Does.Contain(query.Split('=')[0]));
    }

    [TestCase("", 1)]
    [TestCase("", 2)]
    [TestCase("", 3)]
    [TestCase("", 7)]
    [TestCase("&filter=userName+ge+%22b%22", 2)]
    [TestCase("&filter=not+(userName+eq+%22d%22)", 4)]
    public async Task Walking_the_pages_sees_each_resource_once(string filter, int count)
    {
        var whole = await _directory.Get($"/Users?{filter.TrimStart('&')}");
        var seen = new List<string>();

        for (
            var page = await _directory.Get($"/Users?count={count}{filter}");
            page.Resources.Count > 0;
            page = await _directory.Get($"/Users?count={count}&startIndex={seen.Count + 1}{filter}")
        )
        {
            Assert.That((int)page["totalResults"]!, Is.EqualTo((int)whole["totalResults"]!));
            seen.AddRange(page.Ids);
            Assert.That(seen, Has.Count.LessThanOrEqualTo(whole.Ids.Count));
        }

        Assert.That(seen, Is.EqualTo(whole.Ids));
    }

    [TestCase("filter=userName+ge+%22c%22&count=2", 5, 2)]
    [TestCase("filter=userName+ge+%22c%22&count=2&startIndex=5", 5, 1)]
    [TestCase("filter=userName+ge+%22c%22&startIndex=6", 5, 0)]
    [TestCase("filter=userName+ge+%22c%22&count=0", 5, 0)]
    [TestCase("filter=userName+eq+%22a%22", 1, 1)]
    [TestCase("filter=userName+eq+%22nobody%22", 0, 0)]
    [TestCase("filter=userName+eq+%22nobody%22&count=0", 0, 0)]
    [TestCase("filter=userName+eq+%22nobody%22&startIndex=3", 0, 0)]
    public async Task The_total_counts_what_fits_the_filter(string query, int total, int items)
    {
        var page = await _directory.Get($"/Users?{query}");

        Assert.That(
            (page.Status, (int)page["totalResults"]!, (int)page["itemsPerPage"]!, page.Resources.Count),
            Is.EqualTo((200, total, items, items))
        );
    }

    [Test]
    public async Task A_page_is_at_most_as_long_as_the_service_provider_says()
    {
        var crowded = await TestDirectory.CreateAsync(_server);
        var most = (int)(await crowded.Get("/ServiceProviderConfig"))["filter"]!["maxResults"]!;
        await PostgresFixture.ExecuteAsync(
            $$"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, version, created_at, modified_at)
            SELECT '{{crowded.Connection.Id}}', gen_random_uuid(), 'User', '{"schemas":[]}', 1, now(), now()
            FROM generate_series(0, {{most}});
            INSERT INTO resource_counts VALUES ('{{crowded.Connection.Id}}', 'User', 0, {{most}} + 1)
            """,
            PostgresFixture.ConnectionString
        );

        var page = await crowded.Get("/Users?count=5000&attributes=id");

        Assert.That((page.Resources.Count, (int)page["itemsPerPage"]!, (int)page["totalResults"]!), Is.EqualTo((most, most, most + 1)));
    }
}
