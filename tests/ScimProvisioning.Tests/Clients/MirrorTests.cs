using ScimProvisioning.Client;
using static ScimProvisioning.Tests.Clients.MirrorEvents;

namespace ScimProvisioning.Tests.Clients;

/// <summary>What a mirror makes of events, in whatever order they come.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class MirrorTests
{
    [TestCase(DirectoryEventType.UserDeactivated, DirectoryUser.Inactive)]
    [TestCase(DirectoryEventType.UserDeleted, DirectoryUser.Deleted)]
    [TestCase(DirectoryEventType.UserPurged, DirectoryUser.Deleted)]
    [TestCase(DirectoryEventType.UserUpdated, DirectoryUser.Deleted, Description = "something else of somebody who is deleted")]
    public async Task The_removal_of_somebody_who_is_not_known_creates_nobody(string type, string status)
    {
        using var mirror = new MemoryMirror();

        await Apply(mirror, Of(type, status, 4));

        Assert.That(mirror.Users, Is.Empty);
    }

    [Test]
    public async Task The_removal_of_a_group_or_a_member_that_is_not_known_creates_nothing()
    {
        using var mirror = new MemoryMirror();

        await Apply(mirror, OfGroup(DirectoryEventType.GroupDeleted, 4));
        Assert.That(mirror.Groups, Is.Empty);

        await Apply(mirror, OfGroup(DirectoryEventType.MembersChanged, 5, removed: [Ella]));
        Assert.That((mirror.MembersOf(Design), mirror.Users), Is.EqualTo((Array.Empty<Guid>(), Array.Empty<DirectoryUser>())));
    }

    [TestCase(DirectoryEventType.UserDeactivated, DirectoryUser.Inactive)]
    [TestCase(DirectoryEventType.UserDeleted, DirectoryUser.Deleted)]
    public async Task Somebody_known_who_leaves_stays_with_his_status(string type, string status)
    {
        using var mirror = new MemoryMirror();
        await Apply(mirror, Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1), Of(type, status, 2));

        Assert.That(mirror.FindUser(Ella)!.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Who_is_purged_is_gone_with_his_memberships()
    {
        using var mirror = new MemoryMirror();
        await Apply(
            mirror,
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1),
            OfGroup(DirectoryEventType.GroupCreated, 1),
            OfGroup(DirectoryEventType.MembersChanged, 2, added: [Ella]),
            Of(DirectoryEventType.UserPurged, DirectoryUser.Deleted, 3)
        );

        Assert.That((mirror.FindUser(Ella), mirror.MembersOf(Design)), Is.EqualTo(((DirectoryUser?)null, Array.Empty<Guid>())));
    }

    [Test]
    public async Task An_older_event_that_comes_late_changes_nothing()
    {
        using var mirror = new MemoryMirror();
        await Apply(
            mirror,
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1),
            Of(DirectoryEventType.UserDeleted, DirectoryUser.Deleted, 3),
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2),
            OfGroup(DirectoryEventType.GroupCreated, 1),
            OfGroup(DirectoryEventType.GroupDeleted, 4),
            OfGroup(DirectoryEventType.GroupUpdated, 3),
            OfGroup(DirectoryEventType.MembersChanged, 2, added: [Ella])
        );

        Assert.That(
            (mirror.FindUser(Ella)!.Status, mirror.Groups.Any(), mirror.MembersOf(Design).Any()),
            Is.EqualTo((DirectoryUser.Deleted, false, false))
        );
    }

    [Test]
    public async Task The_order_of_the_events_of_a_group_does_not_matter()
    {
        var other = new Guid("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e14");
        DirectoryEvent[] events =
        [
            OfGroup(DirectoryEventType.GroupCreated, 1),
            OfGroup(DirectoryEventType.MembersChanged, 2, added: [Ella, other]),
            OfGroup(DirectoryEventType.MembersChanged, 3, removed: [Ella]),
            OfGroup(DirectoryEventType.MembersChanged, 4, added: [Ella], removed: [other]),
        ];

        foreach (var order in Orders(events))
        {
            using var mirror = new MemoryMirror();
            await Apply(mirror, [.. order, .. order]);
            Assert.That(mirror.MembersOf(Design), Is.EqualTo(new[] { Ella }));
        }
    }

    [Test]
    public async Task A_first_load_is_believed_after_a_restore_has_made_versions_lower()
    {
        var load = new Guid("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15");
        using var mirror = new MemoryMirror();
        await Apply(
            mirror,
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Inactive, 9),
            OfGroup(DirectoryEventType.MembersChanged, 9, added: [Ella]),
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 5) with
            {
                Position = null,
                SnapshotId = load,
            },
            OfGroup(DirectoryEventType.GroupUpdated, 5) with
            {
                Position = null,
                SnapshotId = load,
            },
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 6)
        );

        Assert.That(
            (mirror.FindUser(Ella)!.Status, mirror.FindUser(Ella)!.Version, mirror.MembersOf(Design).Any()),
            Is.EqualTo((DirectoryUser.Active, 6, false))
        );
    }

    [Test]
    public async Task A_first_load_removes_whom_nothing_has_told_since_it_began()
    {
        var load = new Guid("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15");
        var (max, gone) = (new Guid("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e16"), new Guid("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e17"));
        using var mirror = new MemoryMirror();
        await Apply(
            mirror,
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1),
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1, max),
            Of(DirectoryEventType.UserCreated, DirectoryUser.Active, 1, gone),
            OfLoad(new() { Type = DirectoryEventType.SnapshotStarted }),
            OfLoad(Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 1)),
            // By a webhook.
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2),
            Of(DirectoryEventType.UserUpdated, DirectoryUser.Active, 2, max),
            OfLoad(new() { Type = DirectoryEventType.SnapshotFinished })
        );

        Assert.That(mirror.Users.Select(user => user.Id), Is.EquivalentTo(new[] { Ella, max }));

        DirectoryEvent OfLoad(DirectoryEvent e) => e with { Position = null, SnapshotId = load };
    }

    [Test]
    public async Task A_thin_event_changes_nothing()
    {
        using var mirror = new MemoryMirror();

        await Apply(mirror, new DirectoryEvent { Type = DirectoryEventType.UserCreated });

        Assert.That(mirror.Users, Is.Empty);
    }

    static IEnumerable<DirectoryEvent[]> Orders(DirectoryEvent[] events) =>
        events.Length <= 1
            ? [events]
            : events.SelectMany(
                (first, i) => Orders([.. events[..i], .. events[(i + 1)..]]).Select(rest => (DirectoryEvent[])[first, .. rest])
            );
}
