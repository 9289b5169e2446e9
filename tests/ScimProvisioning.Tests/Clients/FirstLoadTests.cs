using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>How a follower loads everything, when there is no position or when it has expired.</summary>
[TestFixture, Parallelizable]
sealed class FirstLoadTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task What_was_there_before_is_loaded_first()
    {
        var app = await EnabledAsync();
        var directory = new RandomDirectory(new(4));
        for (var i = 0; i < 100; i++)
            await directory.ChangeAsync(app.Directory);
        await app.Settle();
        using var database = new AppDatabase();

        await using var following = await RunningFollower.StartAsync(_server, app, database, database.Positions);

        await following.AssertMirroredAsync(withDeleted: false);
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

        await using var following = await RunningFollower.StartAsync(_server, app, database, database.Positions, expired: expired);

        await following.AssertMirroredAsync();
    }

    [Test]
    public async Task One_that_begins_to_load_at_the_same_time_waits_for_the_other()
    {
        var app = await WithGroupAsync();
        using var database = new AppDatabase();
        var (ofFirst, ofSecond) = (new PausingPositions(database.Positions, 3), new PausingPositions(database.Positions, 1));
        // It has read that there is no position, and has told nothing yet.
        await using var second = await RunningFollower.BeginAsync(_server, app, database, ofSecond);
        await ofSecond.Reached.WaitAsync(Wait.Limit);
        // It has told the people, and not the group yet.
        await using var first = await RunningFollower.BeginAsync(_server, app, database, ofFirst);
        await ofFirst.Reached.WaitAsync(Wait.Limit);

        ofSecond.GoOn();
        await Wait.UntilAsync(() => ofSecond.Reads > 1, "the second one waits");
        ofFirst.GoOn();

        await first.LoadedAsync();
        await first.AssertMirroredAsync();
    }

    [Test]
    public async Task A_load_that_gets_no_further_is_taken_over_and_nobody_is_lost_when_it_goes_on_after_all()
    {
        var app = await WithGroupAsync();
        using var database = new AppDatabase();
        var (ofFirst, ofSecond) = (new PausingPositions(database.Positions, 3), new PausingPositions(database.Positions, 3));
        await using var first = await RunningFollower.BeginAsync(_server, app, database, ofFirst);
        await ofFirst.Reached.WaitAsync(Wait.Limit);
        var clock = new FakeTimeProvider();
        var options = RunningFollower.Options(app) with { Clock = clock };
        await using var second = await RunningFollower.BeginAsync(_server, app, database, ofSecond, options);
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return ofSecond.Reached.IsCompleted;
            },
            "the second one takes over"
        );

        ofFirst.GoOn();
        await Wait.UntilAsync(() => ofFirst.Reads > 1, "the first one has found that it loads no more");
        ofSecond.GoOn();

        await second.LoadedAsync();
        await second.AssertMirroredAsync();
    }

    async Task<AppView> EnabledAsync()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        return app;
    }

    /// <summary>With three people, of whom two are in a group.</summary>
    async Task<AppView> WithGroupAsync()
    {
        var app = await EnabledAsync();
        var users = await app.Directory.Users(3);
        await app.Directory.Group("Design", users[0], users[1]);
        await app.Settle();
        return app;
    }

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

/// <summary>Stops between two parts of a load, until it is told to go on.</summary>
/// <param name="inner">Where the position is.</param>
/// <param name="before">The part before which it stops, from 1.</param>
sealed class PausingPositions(IPositionStore<AppContext> inner, int before) : IPositionStore<AppContext>
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _reads;
    int _parts;

    public Task Reached => _reached.Task;

    /// <summary>How often the position was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public void GoOn() => _goOn.TrySetResult();

    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        var position = await inner.ReadAsync(ct);
        Interlocked.Increment(ref _reads);
        return position;
    }

    public async Task<bool> AdvanceAsync(
        string? expected,
        string? next,
        Func<AppContext, CancellationToken, Task> handle,
        CancellationToken ct
    )
    {
        if (++_parts == before)
        {
            _reached.TrySetResult();
            await _goOn.Task.WaitAsync(ct);
        }
        return await inner.AdvanceAsync(expected, next, handle, ct);
    }
}
