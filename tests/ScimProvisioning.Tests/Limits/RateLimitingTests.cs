namespace ScimProvisioning.Tests.Limits;

/// <summary>
/// A connection counts as alone when no other has sent a request for a second. Where a test needs the lower limit, another
/// connection therefore sends a request right before, however slow the machine is.
/// </summary>
[TestFixture, Parallelizable]
sealed class RateLimitingTests
{
    [Test]
    public async Task When_limit_and_queue_are_full_a_request_is_refused_with_the_time_to_wait()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 1), ("Queue", 1));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);

        // One of the four waits in the queue, for eight seconds at most.
        var (requests, refused) = (new List<Task<Answer>>(), new List<Answer>());
        for (var i = 0; i < 4; i++)
        {
            await other.Get("/Users");
            requests.Add(directory.Get("/Users"));
            if (i == 0)
                continue;
            var answered = await Task.WhenAny(requests).WaitAsync(Wait.Limit);
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
    public async Task While_one_connection_is_at_its_limit_all_others_are_served()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 1), ("Queue", 1));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);
        await other.Get("/Users");
        var waiting = directory.Get("/Users");

        Assert.That((await other.Get("/Users")).Status, Is.EqualTo(200));
        Assert.That((await server.Send(HttpMethod.Get, "/connections")).Status, Is.EqualTo(200));
        using var anonymous = server.ClientWith(null);
        foreach (var path in (string[])["/health/live", "/health/ready"])
            Assert.That((int)(await anonymous.GetAsync(path)).StatusCode, Is.EqualTo(200), path);
        Assert.That(waiting.IsCompleted, Is.False);

        await slow.EndAsync();
        Assert.That((await waiting).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_connection_that_is_alone_may_send_more_requests_at_once_until_another_comes()
    {
        await using var server = ServerWith(("Concurrency", 1), ("ConcurrencyAlone", 10), ("Queue", 0));
        var (directory, other) = (await TestDirectory.CreateAsync(server), await ActiveAsync(server));
        var slow = await SlowRequest.StartAsync(directory);
        await other.Get("/Users");
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(429));

        server.Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));

        await other.Get("/Users");
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(429));
        await slow.EndAsync();
    }

    [Test]
    public async Task A_connection_may_send_only_so_many_requests_a_second()
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
    public async Task Two_connections_may_each_send_hundreds_of_requests_at_once_by_default()
    {
        await using var server = ServerWith();
        var directories = await Task.WhenAll(TestDirectory.CreateAsync(server), TestDirectory.CreateAsync(server));

        var answers = await Task.WhenAll(
            directories.SelectMany(directory => Enumerable.Range(0, 300).Select(i => directory.Find("/Users", $"userName eq \"u{i}\"")))
        );

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    /// <summary>A server with these limits, and the defaults for the others.</summary>
    static ScimServer ServerWith(params (string Name, int Value)[] limits)
    {
        var settings = new Dictionary<string, string> { ["Limits:Concurrency"] = "" };
        foreach (var (name, value) in limits)
            settings[$"Limits:{name}"] = $"{value}";
        return new(settings: settings);
    }

    static async Task<TestDirectory> ActiveAsync(ScimServer server)
    {
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Get("/Users");
        return directory;
    }
}
