namespace ScimProvisioning.Tests.Lists;

/// <summary>Lists by cursor (RFC 9865).</summary>
[TestFixture, Parallelizable]
sealed class CursorTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("")]
    [TestCase("sortBy=userName&")]
    [TestCase("sortBy=userName&sortOrder=descending&")]
    [TestCase("sortBy=title&")]
    [TestCase("sortBy=title&sortOrder=descending&")]
    [TestCase("sortBy=displayName&sortOrder=descending&")]
    [TestCase("filter=userName+sw+%22u%22&")]
    [TestCase("filter=userName+co+%22u%22&")]
    public async Task Pages_there_and_back_hold_what_the_whole_list_holds(string query)
    {
        var directory = await SevenUsersAsync();
        var whole = (await directory.Get($"/Users?{query}")).Ids;

        var (there, last) = await WalkAsync(directory, $"/Users?{query}count=2", "", "nextCursor");
        var (back, first) = await WalkAsync(directory, $"/Users?{query}count=2", (string)last["previousCursor"]!, "previousCursor");

        Assert.That(there.SelectMany(page => page), Is.EqualTo(whole));
        Assert.That(there.Select(page => page.Count), Is.EqualTo((int[])[2, 2, 2, 1]));
        Assert.That(back.AsEnumerable().Reverse().SelectMany(page => page), Is.EqualTo(whole.Take(6)));
        Assert.That(
            (first.Names.Contains("previousCursor"), first.Names.Contains("nextCursor"), last.Names.Contains("nextCursor")),
            Is.EqualTo((false, true, false))
        );
    }

    [Test]
    public async Task A_page_by_cursor_tells_the_total_and_no_index()
    {
        var directory = await SevenUsersAsync();

        var page = await directory.Get("/Users?cursor&count=3");

        Assert.That(page.Names, Is.EquivalentTo((string[])["schemas", "totalResults", "itemsPerPage", "nextCursor", "Resources"]));
        Assert.That(((int)page["totalResults"]!, (int)page["itemsPerPage"]!), Is.EqualTo((7, 3)));
        Assert.That((string)page["nextCursor"]!, Does.Match("^[A-Za-z0-9._~-]+$"));
    }

    [TestCase("userName")]
    [TestCase("title")]
    public async Task What_is_created_deleted_or_changed_meanwhile_moves_nothing_else(string sortBy)
    {
        var directory = await SevenUsersAsync();
        var before = (await directory.Get($"/Users?sortBy={sortBy}")).Ids;
        var first = await directory.Get($"/Users?cursor=&count=3&sortBy={sortBy}");

        await directory.Create("/Users", """{"userName":"a-first","title":"A"}""");
        await directory.Send("DELETE", $"/Users/{before[2]}");
        await directory.Patch($"/Users/{before[5]}", """{"op":"replace","path":"nickName","value":"x"}""");
        var (rest, _) = await WalkAsync(directory, $"/Users?count=3&sortBy={sortBy}", (string)first["nextCursor"]!, "nextCursor");

        Assert.That(first.Ids.Concat(rest.SelectMany(page => page)), Is.EqualTo(before));
    }

    [TestCase("x", "invalidCursor")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalidCursor")]
    [TestCase("%20", "invalidCursor")]
    public async Task What_is_no_cursor_is_refused(string cursor, string scimType) =>
        Assert.That((await (await SevenUsersAsync()).Get($"/Users?cursor={cursor}")).Error, Is.EqualTo((400, scimType)));

    [Test]
    public async Task A_cursor_is_good_for_its_query_and_its_connection_alone()
    {
        var (directory, other) = (await SevenUsersAsync(), await SevenUsersAsync());
        var cursor = (string)(await directory.Get("/Users?cursor&count=2"))["nextCursor"]!;
        var changed = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];

        Answer[] refused =
        [
            await directory.Get($"/Users?cursor={changed}"),
            await directory.Get($"/Groups?cursor={cursor}"),
            await directory.Get($"/?cursor={cursor}"),
            await directory.Get($"/Users?cursor={cursor}&sortBy=userName"),
            await directory.Get($"/Users?cursor={cursor}&filter=active+eq+true"),
            await other.Get($"/Users?cursor={cursor}"),
        ];

        Assert.That(refused.Select(answer => answer.Error), Is.All.EqualTo((400, "invalidCursor")));
        Assert.That(
            refused.Select(answer => answer.Detail).Distinct().Count(),
            Is.EqualTo(1),
            "the error does not say what is wrong with the cursor"
        );
        Assert.That((await directory.Get($"/Users?cursor={cursor}&count=5&attributes=id")).Resources, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_cursor_expires()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Users(3);
        var cursor = (string)(await directory.Get("/Users?cursor&count=1"))["nextCursor"]!;

        server.Clock.Advance(TimeSpan.FromSeconds(3_400));
        var late = await directory.Get($"/Users?cursor={cursor}");
        server.Clock.Advance(TimeSpan.FromSeconds(200));

        Assert.That(late.Status, Is.EqualTo(200));
        Assert.That((await directory.Get($"/Users?cursor={cursor}")).Error, Is.EqualTo((400, "expiredCursor")));
    }

    [TestCase("count=0", 200, 0)]
    [TestCase("count=-3", 200, 0)]
    [TestCase("count=5000", 200, 7)]
    [TestCase("startIndex=4", 200, 7)]
    [TestCase("count=many", 400, 0)]
    public async Task The_count_is_read_as_RFC_9865_says(string query, int status, int resources)
    {
        var page = await (await SevenUsersAsync()).Get($"/Users?cursor&{query}");

        Assert.That((page.Status, page.ScimType), Is.EqualTo((status, status == 200 ? null : "invalidCount")));
        if (status == 200)
            Assert.That(page.Resources, Has.Count.EqualTo(resources));
    }

    async Task<TestDirectory> SevenUsersAsync()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        foreach (
            var (name, title) in ((string, string)[])
                [("u3", "B"), ("u1", "a"), ("U2", ""), ("u7", "b"), ("u5", ""), ("U6", "C"), ("u4", "c")]
        )
            await directory.Create("/Users", $$"""{"userName":"{{name}}","title":"{{title}}","displayName":"{{title}}"}""");
        return directory;
    }

    static async Task<(List<IReadOnlyList<string>> Pages, Answer Last)> WalkAsync(
        TestDirectory directory,
        string path,
        string cursor,
        string direction
    )
    {
        var pages = new List<IReadOnlyList<string>>();
        for (string? at = cursor; ; )
        {
            var page = await directory.Get($"{path}&cursor={at}");
            pages.Add(page.Ids);
            Assert.That(pages, Has.Count.LessThan(100), "pages of a short list");
            at = (string?)page[direction];
            if (at is null)
                return (pages, page);
        }
    }
}
