using ScimProvisioning.Client;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>An app that follows the events of a connection, and keeps a mirror in its own database.</summary>
[TestFixture, Parallelizable]
sealed class FollowerTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task The_mirror_equals_what_is_released_and_each_event_was_told_once()
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase();
        await using var following = await RunningFollower.StartAsync(_server, app, database, database.Positions);
        var directory = new RandomDirectory(new(20_261_129));

        for (var i = 0; i < 200; i++)
            await directory.ChangeAsync(app.Directory);

        await following.AssertMirroredAsync();
    }

    [TestCase(CrashPoint.BeforeRead)]
    [TestCase(CrashPoint.BeforeAdvance)]
    [TestCase(CrashPoint.InHandler)]
    [TestCase(CrashPoint.BeforeCommit)]
    [TestCase(CrashPoint.AfterCommit)]
    public async Task Wherever_it_fails_nothing_is_lost_and_nothing_is_done_twice(CrashPoint point)
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase();
        var store = new CrashingPositions(database.Positions, point, new(7));
        await using var following = await RunningFollower.StartAsync(_server, app, database, store);
        var directory = new RandomDirectory(new(11));

        for (var i = 0; i < 80; i++)
            await directory.ChangeAsync(app.Directory);

        await following.AssertMirroredAsync();
        Assert.That(store.Crashes, Is.GreaterThan(0));
    }

    [TestCase(false, Description = "SQLite")]
    [TestCase(true, Description = "PostgreSQL")]
    public async Task Two_that_follow_with_one_store_share_the_events(bool postgres)
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase(postgres ? await PostgresFixture.CreateEmptyDatabaseAsync() : null);
        await using var first = await RunningFollower.StartAsync(_server, app, database, database.Positions);
        await using var second = await RunningFollower.StartAsync(_server, app, database, database.Positions);
        var directory = new RandomDirectory(new(13));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ChangeAsync()));

        await first.AssertMirroredAsync();

        async Task ChangeAsync()
        {
            for (var i = 0; i < 60; i++)
                await directory.ChangeAsync(app.Directory);
        }
    }

    [Test]
    public async Task A_webhook_wakes_one_that_does_not_wait()
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase();
        var options = RunningFollower.Options(app) with { WaitSeconds = 0, Pause = TimeSpan.FromHours(1) };
        await using var following = await RunningFollower.StartAsync(_server, app, database, database.Positions, options);
        await app.Directory.User("ella");
        await app.Settle();

        // It may have been awake when it was woken.
        await Wait.UntilAsync(
            async () =>
            {
                following.Follower.Wake();
                return (await database.ToldAsync()).Count > 0;
            },
            "the follower sleeps"
        );
    }

    [Test]
    public async Task An_event_that_the_app_cannot_handle_keeps_only_those_after_it()
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase();
        var isMended = false;
        await using var following = await RunningFollower.StartAsync(
            _server,
            app,
            database,
            database.Positions,
            handle: (db, e, ct) =>
                e.User?.UserName == "bad" && !Volatile.Read(ref isMended)
                    ? throw new InvalidOperationException("The app has an error.")
                    : AppDatabase.HandleAsync(db, e, ct)
        );
        await using (await app.HoldHorizon())
            foreach (var name in new[] { "a", "b", "bad", "c" })
                await app.Directory.User(name);
        await app.Settle();

        await Wait.UntilAsync(async () => (await database.ToldAsync()).Count == 2, "those before it");
        await Task.Delay(200);
        Assert.That(await database.ToldAsync(), Has.Count.EqualTo(2));

        Volatile.Write(ref isMended, true);
        await following.AssertMirroredAsync();
    }

    [Test]
    public async Task A_mirror_in_memory_needs_no_database()
    {
        var app = await EnabledAsync();
        var users = await app.Directory.Users(3);
        var group = await app.Directory.Group("Design", users[0], users[1]);
        using var stop = new CancellationTokenSource();
        using var mirror = new MemoryMirror();
        var directory = new DirectoryClient(await _server.App());
        var following = mirror.FollowAsync(directory, stop.Token);

        await Wait.UntilAsync(
            () => mirror.Groups.Any(shown => shown.Id == Guid.Parse(group) && mirror.MembersOf(shown.Id).Count() == 2),
            "group"
        );
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{users[0]}}\"]"}""");
        await Wait.UntilAsync(() => mirror.MembersOf(Guid.Parse(group)).Count() == 1, "member");

        Assert.That(mirror.FindUser(mirror.MembersOf(Guid.Parse(group)).Single())!.UserName, Is.EqualTo("u1"));
        await stop.CancelAsync();
        Assert.That(() => following, Throws.InstanceOf<OperationCanceledException>());
    }

    async Task<AppView> EnabledAsync()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        return app;
    }
}
