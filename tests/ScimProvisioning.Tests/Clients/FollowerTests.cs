using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>An app that follows the events of a connection, and keeps a mirror in its own database.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
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
        await using var following = await FollowAsync(app, database, database.Positions);
        var directory = new RandomDirectory(new(20_261_129));

        for (var i = 0; i < 200; i++)
            await directory.ChangeAsync(app.Directory);

        await AssertMirroredAsync(app, database, following.Start);
    }

    [Test]
    public async Task What_was_there_before_is_loaded_first()
    {
        var app = await EnabledAsync();
        var directory = new RandomDirectory(new(4));
        for (var i = 0; i < 100; i++)
            await directory.ChangeAsync(app.Directory);
        await app.Settle();
        using var database = new AppDatabase();

        await using var following = await FollowAsync(app, database, database.Positions);

        await AssertMirroredAsync(app, database, following.Start, known: await StatusesAsync(app, deleted: false));
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
        await using var following = await FollowAsync(app, database, store);
        var directory = new RandomDirectory(new(11));

        for (var i = 0; i < 80; i++)
            await directory.ChangeAsync(app.Directory);

        await AssertMirroredAsync(app, database, following.Start);
        Assert.That(store.Crashes, Is.GreaterThan(0));
    }

    [TestCase(false, Description = "SQLite")]
    [TestCase(true, Description = "PostgreSQL")]
    public async Task Two_that_follow_with_one_store_share_the_events(bool postgres)
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase(postgres ? await PostgresFixture.CreateDatabaseAsync() : null);
        await using var first = await FollowAsync(app, database, database.Positions);
        await using var second = await FollowAsync(app, database, database.Positions);
        var directory = new RandomDirectory(new(13));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ChangeAsync()));

        await AssertMirroredAsync(app, database, first.Start);

        async Task ChangeAsync()
        {
            for (var i = 0; i < 60; i++)
                await directory.ChangeAsync(app.Directory);
        }
    }

    [TestCase("1-999999999", Description = "of another database")]
    [TestCase("99-1", Description = "of before a restore")]
    public async Task With_a_position_that_has_expired_everything_is_loaded_anew(string expired)
    {
        var app = await EnabledAsync();
        await app.Directory.Users(3);
        await app.Settle();
        using var database = new AppDatabase();
        await database.Positions.ReadAsync(default);
        // Somebody of whom the server knows nothing any more.
        await database.Positions.AdvanceAsync(
            null,
            expired,
            (db, ct) => db.MirrorAsync(Told(Guid.CreateVersion7(_server.Clock.GetUtcNow()), app), ct),
            default
        );

        await using var following = await FollowAsync(app, database, database.Positions, until: position => position != expired);

        await AssertMirroredAsync(app, database, following.Start);
    }

    [Test]
    public async Task A_webhook_wakes_one_that_does_not_wait()
    {
        var app = await EnabledAsync();
        using var database = new AppDatabase();
        var options = Options(app) with { WaitSeconds = 0, Pause = TimeSpan.FromHours(1) };
        await using var following = await FollowAsync(app, database, database.Positions, options);
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
        await using var following = await FollowAsync(
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
        await AssertMirroredAsync(app, database, following.Start);
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

    static FollowOptions Options(AppView app) => new() { ConnectionId = app.Connection, LongestRetry = TimeSpan.FromMilliseconds(5) };

    /// <summary>Follows once the first load is done.</summary>
    async Task<RunningFollower> FollowAsync(
        AppView app,
        AppDatabase database,
        IPositionStore<AppContext> store,
        FollowOptions? options = null,
        Func<AppContext, DirectoryEvent, CancellationToken, Task>? handle = null,
        Func<string?, bool>? until = null
    )
    {
        var follower = new DirectoryFollower<AppContext>(
            new(await _server.App()),
            store,
            handle ?? AppDatabase.HandleAsync,
            options ?? Options(app)
        );
        var running = new RunningFollower(follower);
        string? position = null;
        await Wait.UntilAsync(
            async () => (until ?? (p => p is not null))(position = await database.Positions.ReadAsync(default)),
            "the first load"
        );
        running.Start = Number(position!);
        return running;
    }

    /// <param name="start">The position after the first load, or one before it.</param>
    /// <param name="known">Ids and statuses that the mirror should have; <c>null</c>: all that are released.</param>
    async Task AssertMirroredAsync(AppView app, AppDatabase database, long start, HashSet<string>? known = null)
    {
        await app.Settle();
        var events = await app.Events();
        if (events.Count > 0)
            await Wait.UntilAsync(
                async () => Number(await database.Positions.ReadAsync(default) ?? "1-0") >= Number((string)events[^1]["position"]!),
                "the follower lags"
            );
        Assert.That(
            await database.ToldAsync(),
            Is.EquivalentTo(events.Where(e => Number((string)e["position"]!) > start).Select(e => (string)e["id"]!))
        );
        var users = await database.AskAsync(db => db.Set<MirroredUser>().ToListAsync());
        Assert.That(
            users.Select(user => $"{user.Id} {user.Version} {user.Status} {user.ToUser().StatusReason} {user.UserName}"),
            Is.EquivalentTo(known ?? await StatusesAsync(app, deleted: true))
        );
        var groups = await database.AskAsync(db => db.Set<MirroredGroup>().Where(group => !group.IsDeleted).ToListAsync());
        Assert.That(
            groups.Select(group => $"{group.Id} {group.Version} {group.Name} {group.MemberCount}"),
            Is.EquivalentTo(
                (await app.Groups())
                    .Values.Where(group => group["deleted_at"] is null)
                    .Select(group => $"{group["id"]} {group["version"]} {group["name"]} {group["member_count"]}")
            )
        );
        var members = await database.AskAsync(db => db.Set<MirroredMember>().Where(member => member.IsMember).ToListAsync());
        Assert.That(members.Select(member => $"{member.GroupId} {member.UserId}"), Is.EquivalentTo(await app.Members()));
    }

    /// <summary>What the server shows of its released people.</summary>
    async Task<HashSet<string>> StatusesAsync(AppView app, bool deleted)
    {
        var people = new List<JsonNode>();
        for (string? after = ""; after is not null; )
        {
            var (_, page) = await _server.Send(HttpMethod.Get, $"/users?connectionId={app.Connection}&limit=200{after}");
            people.AddRange(page!["data"]!.AsArray().OfType<JsonNode>());
            after = (string?)page["next"] is { } next ? $"&after={next}" : null;
        }
        return
        [
            .. people
                .Where(person => deleted || (string?)person["status"] != DirectoryUser.Deleted)
                .Select(person => $"{person["id"]} {person["version"]} {person["status"]} {person["statusReason"]} {person["userName"]}"),
        ];
    }

    static long Number(string position) => long.Parse(position.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    static DirectoryEvent Told(Guid user, AppView app) =>
        new()
        {
            Type = DirectoryEventType.UserCreated,
            Position = "1-1",
            Data = new()
            {
                User = new()
                {
                    Id = user,
                    ConnectionId = app.Connection,
                    Status = DirectoryUser.Active,
                    Version = 1,
                },
            },
        };
}

/// <summary>A follower that runs until it is disposed.</summary>
sealed class RunningFollower : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    public RunningFollower(DirectoryFollower<AppContext> follower)
    {
        Follower = follower;
        _run = follower.RunAsync(_stop.Token);
    }

    public DirectoryFollower<AppContext> Follower { get; }

    /// <summary>The number of the position from which it follows.</summary>
    public long Start { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.That(() => _run.WaitAsync(Wait.Limit), Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
    }
}

/// <summary>Where a follower can be interrupted.</summary>
enum CrashPoint
{
    BeforeRead,
    BeforeAdvance,
    InHandler,
    BeforeCommit,
    AfterCommit,
}

/// <summary>Fails every now and then at one point, as if the process were killed there.</summary>
sealed class CrashingPositions(IPositionStore<AppContext> inner, CrashPoint point, Random random) : IPositionStore<AppContext>
{
    public int Crashes { get; private set; }

    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        MayCrash(CrashPoint.BeforeRead);
        return await inner.ReadAsync(ct);
    }

    public async Task<bool> AdvanceAsync(
        string? expected,
        string? next,
        Func<AppContext, CancellationToken, Task> handle,
        CancellationToken ct
    )
    {
        MayCrash(CrashPoint.BeforeAdvance);
        var done = await inner.AdvanceAsync(
            expected,
            next,
            async (db, token) =>
            {
                MayCrash(CrashPoint.InHandler);
                await handle(db, token);
                // What was written so far is in the transaction.
                await db.SaveChangesAsync(token);
                MayCrash(CrashPoint.BeforeCommit);
            },
            ct
        );
        MayCrash(CrashPoint.AfterCommit);
        return done;
    }

    void MayCrash(CrashPoint here)
    {
        if (here != point || random.Next(2) == 0)
            return;
        Crashes++;
        throw new InvalidOperationException($"A crash: {here}.");
    }
}
