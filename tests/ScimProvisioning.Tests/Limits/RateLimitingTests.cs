namespace ScimProvisioning.Tests.Limits;

[TestFixture, Parallelizable, CancelAfter(60_000)]
sealed class RateLimitingTests
{
    [Test]
    public async Task Beyond_turns_and_queue_a_request_is_refused_with_the_time_to_wait()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 1), ("Queue", 1));
        // Another one is here, so that the first does not change from one kind of turns to the other.
        var (directory, _) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);

        var requests = Enumerable.Range(0, 10).Select(_ => directory.Get("/Users")).ToList();
        var refused = new List<Answer>();
        while (requests.Count > 1)
        {
            var answered = await Task.WhenAny(requests);
            requests.Remove(answered);
            refused.Add(await answered);
        }

        Assert.That(refused.Select(answer => answer.Error), Is.All.EqualTo((429, (string?)null)));
        Assert.That(refused.Select(answer => answer.Headers.RetryAfter?.Delta), Is.All.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(refused[0].Detail, Does.Contain("more requests than the server takes").And.Contain("Retry-After"));
        await slow.EndAsync();
        Assert.That((await requests[0]).Status, Is.EqualTo(200));
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task While_one_connection_is_at_its_limit_everybody_else_is_served()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 1), ("Queue", 1));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);
        var waiting = directory.Get("/Users");

        Assert.That((await other.Get("/Users")).Status, Is.EqualTo(200));
        Assert.That((await server.Send(HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));
        using var anonymous = server.ClientWith(null);
        foreach (var path in (string[])["/health/live", "/health/ready", "/swagger/v1/swagger.json"])
            Assert.That((int)(await anonymous.GetAsync(path)).StatusCode, Is.EqualTo(200), path);
        Assert.That(waiting.IsCompleted, Is.False);

        await slow.EndAsync();
        Assert.That((await waiting).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_connection_that_is_alone_gets_more_turns_until_another_comes()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 10), ("Queue", 0));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(429));

        await Task.Delay(TimeSpan.FromSeconds(1.1));
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));

        await other.Get("/Users");
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(429));
        await slow.EndAsync();
    }

    [Test]
    public async Task A_second_has_room_for_so_many_requests_of_a_connection()
    {
        await using var server = ServerWith(("RequestsPerSecond", 5));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await TestDirectory.CreateAsync(server));

        var statuses = (await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => directory.Get("/ServiceProviderConfig"))))
            .Select(answer => answer.Status)
            .ToList();

        Assert.That(statuses.Count(status => status == 200), Is.AtLeast(5));
        Assert.That(statuses.Where(status => status != 200), Is.Not.Empty.And.All.EqualTo(429));
        Assert.That((await other.Get("/ServiceProviderConfig")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_burst_of_hundreds_is_served_by_default_beside_another_one()
    {
        await using var server = ServerWith();
        var directories = await Task.WhenAll(TestDirectory.CreateAsync(server), TestDirectory.CreateAsync(server));

        var answers = await Task.WhenAll(
            directories.SelectMany(directory => Enumerable.Range(0, 300).Select(i => directory.Find("/Users", $"userName eq \"u{i}\"")))
        );

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    static ScimServer ServerWith(params (string Name, int Value)[] limits) =>
        new(settings: limits.ToDictionary(limit => $"Limits:{limit.Name}", limit => $"{limit.Value}"));

    static async Task<TestDirectory> ActiveAsync(ScimServer server)
    {
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Get("/Users");
        return directory;
    }
}
