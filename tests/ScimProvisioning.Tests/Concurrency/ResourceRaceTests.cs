namespace ScimProvisioning.Tests.Concurrency;

/// <summary>Concurrent requests for one resource or one name.</summary>
[TestFixture, Parallelizable]
sealed class ResourceRaceTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Parallel_patches_of_different_attributes_all_survive()
    {
        string[] attributes = ["displayName", "nickName", "title", "userType", "locale", "timezone", "preferredLanguage"];
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");

        var statuses = await Task.WhenAll(
            attributes.Select(async name =>
                (await directory.Patch($"/Users/{user}", $$"""{"op":"Replace","path":"{{name}}","value":"new {{name}}"}""")).Status
            )
        );

        var body = (await directory.Get($"/Users/{user}")).Body!;
        Assert.That(statuses, Has.All.EqualTo(200));
        Assert.That(attributes.Select(name => (string?)body[name]), Is.EqualTo(attributes.Select(name => "new " + name)));
        Assert.That((string?)body["meta"]!["version"], Is.EqualTo("W/\"8\""));
    }

    [TestCase("/Users", "userName")]
    [TestCase("/Groups", "displayName")]
    public async Task Of_parallel_posts_of_one_name_in_any_case_one_wins(string collection, string attribute)
    {
        const string Name = "adélelovelaceofuk";
        var directory = await TestDirectory.CreateAsync(_server);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i =>
                    directory.Send(
                        "POST",
                        collection,
                        $$"""{"{{attribute}}":"{{Name[..i] + char.ToUpperInvariant(Name[i]) + Name[(i + 1)..]}}"}"""
                    )
                )
        );

        Assert.That(answers.Count(a => a.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != 201).Select(a => a.Error), Is.EqualTo(Enumerable.Repeat((409, "uniqueness"), 15)));
        Assert.That(await directory.Changes(), Has.Length.EqualTo(1));
    }

    [TestCase("/Users")]
    [TestCase("/Groups")]
    public async Task Of_parallel_deletes_one_finds_the_resource(string collection)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = collection == "/Users" ? await directory.User("ada") : await directory.Group("Team");

        var statuses = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(async _ => (await directory.Send("DELETE", $"{collection}/{id}")).Status)
        );

        Assert.That(statuses.Order(), Is.EqualTo(Enumerable.Repeat(204, 1).Concat(Enumerable.Repeat(404, 9))));
        Assert.That(await directory.Changes(id), Has.Length.EqualTo(2));
    }

    [TestCase("PATCH", """{"Operations":[{"op":"replace","path":"title","value":"#"}]}""")]
    [TestCase("PUT", """{"userName":"ada","title":"#"}""")]
    [TestCase("DELETE", null)]
    public async Task Of_parallel_writes_with_one_If_Match_one_wins(string method, string? json)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    directory.Send(method, $"/Users/{user}", json?.Replace("#", $"{i}", StringComparison.Ordinal), ("If-Match", "W/\"1\""))
                )
        );

        var lost = method == "DELETE" ? 404 : 412;
        Assert.That(answers.Count(a => a.Status is 200 or 204), Is.EqualTo(1));
        Assert.That(
            answers.Where(a => a.Status is not (200 or 204)).Select(a => a.Error),
            Is.EqualTo(Enumerable.Repeat((lost, (string?)null), 9))
        );
        Assert.That(await directory.Changes(user), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Parallel_renames_to_one_name_leave_one_holder()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(8);

        var statuses = await Task.WhenAll(
            users.Select(async user =>
                (await directory.Patch($"/Users/{user}", """{"op":"Replace","path":"userName","value":"the.one"}""")).Status
            )
        );

        Assert.That(statuses.Order(), Is.EqualTo(Enumerable.Repeat(200, 1).Concat(Enumerable.Repeat(409, 7))));
        Assert.That(await directory.Changes(), Has.Length.EqualTo(9));
    }

    [Test]
    public async Task Users_that_swap_names_in_parallel_never_share_one()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var (one, two) = (await directory.User("one"), await directory.User("two"));

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i =>
                    directory.Patch(
                        $"/Users/{(i % 2 == 0 ? one : two)}",
                        $$"""{"op":"Replace","path":"userName","value":"{{(i % 4 < 2 ? "one" : "two")}}"}"""
                    )
                )
        );

        Assert.That(answers.Select(a => a.Status), Has.All.AnyOf(200, 409));
        Assert.That(await directory.Ask<long>("SELECT count(DISTINCT user_name) FROM resources WHERE connection_id = $1"), Is.EqualTo(2));
    }
}
