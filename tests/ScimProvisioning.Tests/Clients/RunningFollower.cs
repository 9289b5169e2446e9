using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Clients;

/// <summary>An app whose follower runs until it is disposed.</summary>
sealed class RunningFollower : IAsyncDisposable
{
    readonly ScimServer _server;
    readonly AppView _app;
    readonly AppDatabase _database;
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    /// <summary>The number of the position after the first load, or of one before it.</summary>
    long _start;

    RunningFollower(ScimServer server, AppView app, AppDatabase database, DirectoryFollower<AppContext> follower)
    {
        (_server, _app, _database, Follower) = (server, app, database, follower);
        _run = follower.RunAsync(_stop.Token);
    }

    public DirectoryFollower<AppContext> Follower { get; }

    public static FollowOptions Options(AppView app) =>
        new() { ConnectionId = app.Connection, LongestRetry = TimeSpan.FromMilliseconds(5) };

    /// <summary>Follows; the first load is yet to come.</summary>
    public static async Task<RunningFollower> BeginAsync(
        ScimServer server,
        AppView app,
        AppDatabase database,
        IPositionStore<AppContext> store,
        FollowOptions? options = null,
        Func<AppContext, DirectoryEvent, CancellationToken, Task>? handle = null
    ) => new(server, app, database, new(new(await server.App()), store, handle ?? AppDatabase.HandleAsync, options ?? Options(app)));

    /// <summary>Follows; the first load is done.</summary>
    /// <param name="expired">The position from which it cannot go on.</param>
    public static async Task<RunningFollower> StartAsync(
        ScimServer server,
        AppView app,
        AppDatabase database,
        IPositionStore<AppContext> store,
        FollowOptions? options = null,
        Func<AppContext, DirectoryEvent, CancellationToken, Task>? handle = null,
        string? expired = null
    )
    {
        var running = await BeginAsync(server, app, database, store, options, handle);
        await running.LoadedAsync(expired);
        return running;
    }

    public Task LoadedAsync(string? expired = null) =>
        Wait.UntilAsync(
            async () =>
            {
                var position = await _database.Positions.ReadAsync(default);
                // During the load, there is a mark in its place.
                if (position is null || position == expired || !char.IsAsciiDigit(position[0]))
                    return false;
                _start = Number(position);
                return true;
            },
            "the first load"
        );

    /// <summary>The mirror equals what is released, and each event after the first load was told once.</summary>
    /// <param name="withDeleted">False: those who were deleted before the app came are not in its mirror.</param>
    public async Task AssertMirroredAsync(bool withDeleted = true)
    {
        await _app.Settle();
        var events = await _app.Events();
        if (events.Count > 0)
            await Wait.UntilAsync(
                async () => Number(await _database.Positions.ReadAsync(default) ?? "1-0") >= Number((string)events[^1]["position"]!),
                "the follower lags"
            );
        Assert.That(
            await _database.ToldAsync(),
            Is.EquivalentTo(events.Where(e => Number((string)e["position"]!) > _start).Select(e => (string)e["id"]!))
        );
        var users = await _database.AskAsync(db => db.Set<MirroredUser>().ToListAsync());
        Assert.That(
            users.Select(user => $"{user.Id} {user.Version} {user.Status} {user.ToUser().StatusReason} {user.UserName}"),
            Is.EquivalentTo(await StatusesAsync(withDeleted))
        );
        var groups = await _database.AskAsync(db => db.Set<MirroredGroup>().Where(group => !group.IsDeleted).ToListAsync());
        Assert.That(
            groups.Select(group => $"{group.Id} {group.Version} {group.Name} {group.MemberCount}"),
            Is.EquivalentTo(
                (await _app.Groups())
                    .Values.Where(group => group["deleted_at"] is null)
                    .Select(group => $"{group["id"]} {group["version"]} {group["name"]} {group["member_count"]}")
            )
        );
        var members = await _database.AskAsync(db => db.Set<MirroredMember>().Where(member => member.IsMember).ToListAsync());
        Assert.That(members.Select(member => $"{member.GroupId} {member.UserId}"), Is.EquivalentTo(await _app.Members()));
    }

    /// <summary>What the server shows of its released people.</summary>
    async Task<HashSet<string>> StatusesAsync(bool withDeleted)
    {
        var people = new List<JsonNode>();
        for (string? after = ""; after is not null; )
        {
            var (_, page) = await _server.Send(HttpMethod.Get, $"/users?connectionId={_app.Connection}&limit=200{after}");
            people.AddRange(page!["data"]!.AsArray().OfType<JsonNode>());
            after = (string?)page["next"] is { } next ? $"&after={next}" : null;
        }
        return
        [
            .. people
                .Where(person => withDeleted || (string?)person["status"] != DirectoryUser.Deleted)
                .Select(person => $"{person["id"]} {person["version"]} {person["status"]} {person["statusReason"]} {person["userName"]}"),
        ];
    }

    static long Number(string position) => long.Parse(position.Split('-')[1], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.That(() => _run.WaitAsync(Wait.Limit), Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
    }
}
