using Scim;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// Lists of random resources by cursor, in the order of any attribute. <c>SCIM_SORT_WALKS</c> says how many lists are read
/// to the end and back, <c>SCIM_SORT_SEED</c> which.
/// </summary>
[TestFixture, Parallelizable]
sealed class GeneratedSortTests
{
    static readonly long Walks = GeneratedAmount.Of("SCIM_SORT_WALKS", 60);
    static readonly int Seed = (int)GeneratedAmount.Of("SCIM_SORT_SEED", 7);

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;
    GeneratedDirectory _generated = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        foreach (var (path, documents) in new[] { ("schemas", GeneratedTypes.Schemas()), ("resource-types", GeneratedTypes.Types()) })
        foreach (var document in documents)
            Assert.That(
                (await _server.Send(HttpMethod.Post, $"/connections/{_directory.Connection.Id}/{path}", document!.ToJsonString())).Status,
                Is.EqualTo(201)
            );
        _generated = await GeneratedDirectory.LoadAsync(_server, _directory.Connection.Id, Seed, perType: 25);
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_walk_by_cursor_meets_every_resource_once_in_the_order_of_any_attribute()
    {
        var walks = GeneratedTypes
            .Now.All.SelectMany(type => Sortable(type).SelectMany(path => new[] { (type, path, false), (type, path, true) }))
            .ToArray();
        new Random(Seed).Shuffle(walks);

        foreach (var (type, path, descending) in walks.Take((int)Walks))
        {
            var resources = _generated.Resources[type.Name].Values.ToList();
            resources.Sort(new ReferenceOrder(path, descending));
            var expected = resources.Select(resource => (string)resource["id"]!).ToList();

            var (forward, backward) = await WalkAsync(type, path, descending);

            Assert.That(forward, Is.EqualTo(expected), $"{type} by {path}, {(descending ? "descending" : "ascending")}, seed {Seed}");
            Assert.That(
                backward,
                Is.EqualTo(expected),
                $"{type} by {path}, {(descending ? "descending" : "ascending")}, seed {Seed}, backward"
            );
        }
    }

    [
        TestCase("userName"),
        TestCase("title"),
        TestCase("emails.value"),
        TestCase("active"),
        TestCase("meta.lastModified"),
        TestCase("id"),
        TestCase(GeneratedTypes.Badge + ":aCount")
    ]
    public async Task A_walk_skips_and_repeats_nothing_while_others_write(string sortBy)
    {
        var there = _generated.Resources["User"].Keys.Select(id => id.ToString()).ToHashSet();
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(i => WriteAsync($"{sortBy}{i}", done.Token)).ToArray();

        foreach (var descending in new[] { false, true })
        {
            var (forward, backward) = await WalkAsync(
                ResourceType.User,
                AttributePath.Find(sortBy, GeneratedTypes.Now.Named("User")!)!,
                descending
            );

            Assert.That(forward.Where(there.Contains), Is.Unique.And.EquivalentTo(there));
            Assert.That(backward.Where(there.Contains), Is.EqualTo(forward.Where(there.Contains)));
        }
        await done.CancelAsync();

        Assert.That(await Task.WhenAll(writers), Has.All.GreaterThan(0));
    }

    /// <summary>Every path that may be sorted by.</summary>
    static IEnumerable<AttributePath> Sortable(ResourceType type) =>
        from path in type
            .Extensions.SelectMany(e => e.Attributes.Select(a => new AttributePath(e.Id, a, null)))
            .Concat(type.Schema.Attributes.Concat(CommonAttributes.All).Select(a => new AttributePath(null, a, null)))
        where path.Attribute != GroupSchema.Members && path.Attribute != UserSchema.Groups && path.Attribute.Returned is not Returned.Never
        from notation in path.Attribute.IsComplex ? path.Attribute.SubAttributes.Select(sub => path.WithSub(sub.Name)!) : [path]
        select notation;

    async Task<(List<string> Forward, List<string> Backward)> WalkAsync(ResourceType type, AttributePath path, bool descending)
    {
        var order = $"sortBy={Uri.EscapeDataString(path.ToString())}{(descending ? "&sortOrder=descending" : "")}";
        var query = $"/{type.Collection}?count=3&attributes=id&{order}&cursor=";
        var (forward, backward) = (new List<string>(), new List<string>());
        var page = await PageAsync("");
        forward.AddRange(page.Ids);
        // The rest may have been deleted meanwhile. An empty page has no cursor to go back, so the last full one is kept.
        while ((string?)page["nextCursor"] is { } next && await PageAsync(next) is { Ids: not [] } following)
        {
            page = following;
            forward.AddRange(page.Ids);
        }
        backward.AddRange(page.Ids);
        while ((string?)page["previousCursor"] is { } previous)
        {
            page = await PageAsync(previous);
            backward.InsertRange(0, page.Ids);
        }
        return (forward, backward);

        async Task<Answer> PageAsync(string cursor)
        {
            var answer = await _directory.Get(query + cursor);
            Assert.That(answer.Status, Is.EqualTo(200), $"{query}: {answer.Detail}");
            Assert.That(forward.Count + backward.Count, Is.LessThan(10_000), "resources on the way there and back");
            return answer;
        }
    }

    /// <summary>Writes at most 100 users: a walk would never reach the end of a list that grows faster than it reads.</summary>
    async Task<int> WriteAsync(string name, CancellationToken done)
    {
        var written = 0;
        for (var random = new Random(Seed); written < 100 && !done.IsCancellationRequested; written++)
        {
            var userName = $"{(char)random.Next('a', 'z')}{name}{written}";
            var user = await _directory.Create(
                "/Users",
                $$"""{"userName":"{{userName}}","title":"{{random.Next(100)}}","emails":[{"value":"{{random.Next(100)}}"}]}"""
            );
            await _directory.Patch(
                $"/Users/{user}",
                $$$"""
                {"op":"replace","value":{"title":"{{{random.Next(100)}}}","active":{{{(random.Next(2) == 0 ? "true" : "false")}}},
                 "{{{GeneratedTypes.Badge}}}:aCount":{{{random.Next(20)}}}}}
                """
            );
            if (random.Next(3) > 0)
                await _directory.Send("DELETE", $"/Users/{user}");
        }
        return written;
    }
}
