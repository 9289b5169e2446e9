using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;
using static ScimProvisioning.Tests.Clients.MirrorEvents;

namespace ScimProvisioning.Tests.Clients;

/// <summary>What a mirror makes of a snapshot of the server: who and what is not told is gone.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class SnapshotMirrorTests
{
    static readonly Guid Snapshot = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15");
    static readonly Guid Max = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e16");
    static readonly Guid Nora = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e17");
    static readonly DirectoryGroup Sales = new()
    {
        Id = Nora,
        ConnectionId = Connection,
        Name = "Sales",
        Version = 1,
    };

    /// <summary>Of a group with Ella and Max, a snapshot tells that Ella and another are in it.</summary>
    [TestCase("started group members", new[] { 0, 1, 2 }, Description = "all stay members meanwhile")]
    [TestCase("started group members finished", new[] { 0, 2 })]
    [TestCase("members group started finished", new[] { 0, 2 }, Description = "by webhooks, in another order")]
    [TestCase("group finished members", new[] { 0, 2 })]
    [TestCase("group members again finished", new[] { 0, 2 }, Description = "the event that made somebody a member comes again")]
    [TestCase("started group came members finished", new[] { 0, 2, 3 }, Description = "somebody comes meanwhile")]
    [TestCase("came started group members finished finished", new[] { 0, 2, 3 }, Description = "later events came first")]
    public async Task A_snapshot_ends_the_memberships_that_it_does_not_tell(string order, int[] members)
    {
        var people = Enumerable.Range(0, 4).Select(i => new Guid($"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e2{i}")).ToArray();
        var events = new Dictionary<string, DirectoryEvent>
        {
            ["started"] = new() { Type = DirectoryEventType.SnapshotStarted },
            ["group"] = OfGroup(DirectoryEventType.GroupUpdated, 7),
            ["members"] = OfGroup(DirectoryEventType.MembersChanged, 7, added: [people[0], people[2]]),
            ["finished"] = new() { Type = DirectoryEventType.SnapshotFinished },
        }.ToDictionary(told => told.Key, told => told.Value with { Position = "1-2", SnapshotId = Snapshot });
        events["again"] = OfGroup(DirectoryEventType.MembersChanged, 7, added: [people[2]]);
        events["came"] = OfGroup(DirectoryEventType.MembersChanged, 8, added: [people[3]]);
        using var mirror = new MemoryMirror();
        await Apply(
            mirror,
            [
                OfGroup(DirectoryEventType.GroupCreated, 1),
                OfGroup(DirectoryEventType.MembersChanged, 2, added: people[..2]),
                .. order.Split(' ').Select(name => events[name]),
            ]
        );

        Assert.That(mirror.MembersOf(Design), Is.EquivalentTo(members.Select(i => people[i])));
    }

    [Test]
    public async Task A_snapshot_ends_them_in_a_database_too()
    {
        using var database = new AppDatabase();
        await ApplyAsync(
            database,
            OfGroup(DirectoryEventType.GroupCreated, 1),
            OfGroup(DirectoryEventType.MembersChanged, 2, added: [Ella, Max])
        );
        await ApplyAsync(
            database,
            OfGroup(DirectoryEventType.GroupUpdated, 7) with
            {
                SnapshotId = Snapshot,
            },
            OfGroup(DirectoryEventType.MembersChanged, 7, added: [Ella, Nora]) with
            {
                SnapshotId = Snapshot,
            }
        );
        Assert.That(await MembersAsync(), Is.EquivalentTo(new[] { Ella, Max, Nora }));

        await ApplyAsync(
            database,
            OfGroup(DirectoryEventType.MembersChanged, 8, added: [Design]),
            new()
            {
                Type = DirectoryEventType.SnapshotFinished,
                Position = "1-2",
                SnapshotId = Snapshot,
            }
        );
        Assert.That(await MembersAsync(), Is.EquivalentTo(new[] { Ella, Nora, Design }));

        Task<List<Guid>> MembersAsync() =>
            database.AskAsync(db => db.Set<MirroredMember>().Where(row => row.IsMember).Select(row => row.UserId).ToListAsync());
    }

    /// <summary>Ella, Max and a group are there; a snapshot tells Ella. Nora comes meanwhile.</summary>
    [TestCase("started ella finished", "Ella Design", Description = "an endpoint that takes no groups")]
    [TestCase("started group finished", "Ella Max Design", Description = "an endpoint that takes no people")]
    [TestCase("started sales ella finished", "Ella Sales")]
    [TestCase("started ella max's finished", "Ella Max Design", Description = "Max is told by another event meanwhile")]
    [TestCase("started ella nora finished", "Ella Nora Design")]
    [TestCase("started older finished", "Ella Design", Description = "told in a version that is older than the mirror's")]
    [TestCase("started group ella finished", "Ella Design")]
    [TestCase("ella finished", "Ella Max Design", Description = "an endpoint that was made meanwhile")]
    [TestCase("started ella", "Ella Max Design", Description = "it has not ended")]
    [TestCase("ella started finished", "Ella Max Design", Description = "by webhooks in another order")]
    [TestCase("started ella nora started finished", "Ella Nora Design", Description = "by webhooks and the feed")]
    [TestCase("started ella finished nora started ella nora finished", "Ella Nora Design", Description = "the feed is behind the webhooks")]
    public async Task It_removes_whom_neither_it_nor_another_event_since_its_beginning_has_told(string order, string left)
    {
        using var mirror = new MemoryMirror();
        using var database = new AppDatabase();
        DirectoryEvent[] events =
        [
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 3),
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1, Max),
            OfGroup(DirectoryEventType.GroupCreated, 1),
            OfGroup(DirectoryEventType.MembersChanged, 2, added: [Ella, Max]),
            .. order.Split(' ').Select(Told),
        ];

        await Apply(mirror, events);
        // All in one transaction, and each in its own.
        await ApplyAsync(database, events);
        Assert.That(await LeftAsync(database), Is.EquivalentTo(left.Split(' ')), "one transaction");
        using var other = new AppDatabase();
        foreach (var e in events)
            await ApplyAsync(other, e);
        Assert.That(await LeftAsync(other), Is.EquivalentTo(left.Split(' ')), "many transactions");

        var names = mirror.Users.Select(user => Name(user.Id)).Concat(mirror.Groups.Select(group => group.Name));
        Assert.That(names, Is.EquivalentTo(left.Split(' ')), "in memory");
        // Where a snapshot tells the group, it tells its members: here none.
        var isMember = left.Contains("Max Design") && !order.Contains("group");
        Assert.That(mirror.MembersOf(Design).Contains(Max), Is.EqualTo(isMember));
    }

    [Test]
    public async Task It_touches_no_other_connection()
    {
        using var mirror = new MemoryMirror();
        var elsewhere = Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1, Max);
        elsewhere = elsewhere with { Data = new() { User = elsewhere.User! with { ConnectionId = Design } } };

        await Apply(mirror, elsewhere, Told("started"), Told("ella"), Told("finished"));

        Assert.That(mirror.Users.Select(user => user.Id), Is.EquivalentTo(new[] { Max, Ella }));
    }

    [Test]
    public async Task Of_two_that_change_somebody_at_once_one_must_begin_anew()
    {
        using var database = new AppDatabase();
        await ApplyAsync(database, Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1));
        await using var slow = database.CreateDbContext();
        await slow.MirrorAsync(Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2), default);

        await ApplyAsync(database, Of(DirectoryEventType.UserUpdated, DirectoryUser.Inactive, 3));

        Assert.That(() => slow.SaveChangesAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
    }

    static DirectoryEvent Told(string name)
    {
        return name switch
        {
            "started" => Again(new() { Type = DirectoryEventType.SnapshotStarted }),
            "finished" => Again(new() { Type = DirectoryEventType.SnapshotFinished }),
            "ella" => Again(Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 3)),
            "older" => Again(Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2)),
            "group" => Again(OfGroup(DirectoryEventType.GroupUpdated, 2)),
            "sales" => Again(
                new()
                {
                    Type = DirectoryEventType.GroupUpdated,
                    Data = new() { Group = Sales },
                }
            ),
            "max's" => Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2, Max),
            "nora" => Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1, Nora),
            _ => throw new ArgumentException(name),
        };

        static DirectoryEvent Again(DirectoryEvent e) => e with { Position = "1-2", ConnectionId = Connection, SnapshotId = Snapshot };
    }

    static string Name(Guid user) =>
        user == Ella ? "Ella"
        : user == Max ? "Max"
        : "Nora";

    /// <summary>As the follower does: all in one transaction.</summary>
    static async Task ApplyAsync(AppDatabase database, params DirectoryEvent[] events)
    {
        await using var db = database.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var e in events)
            await db.MirrorAsync(e, default);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    static async Task<List<string>> LeftAsync(AppDatabase database)
    {
        var users = await database.AskAsync(db => db.Set<MirroredUser>().Select(user => user.Id).ToListAsync());
        var groups = await database.AskAsync(db => db.Set<MirroredGroup>().Select(group => group.Name).ToListAsync());
        return [.. users.Select(Name), .. groups];
    }
}
