namespace ScimProvisioning.Client;

/// <summary>
/// Keeps a copy of people, groups and memberships in step with the events. Versions decide: what is older than the copy changes nothing, so
/// an event may come twice, or late. A first load is believed whatever its versions are: after the server was restored from a backup, they
/// may be lower, and what has changed since it began is told again.
/// </summary>
public static class Mirror
{
    /// <summary>Applies an event. Events about other things change nothing.</summary>
    public static async ValueTask ApplyAsync(IMirrorRows rows, DirectoryEvent e, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(e);
        if (e.Type == DirectoryEventType.UserPurged)
            await PurgeAsync(rows, e, ct);
        else if (e.User is { } user)
            await ApplyAsync(rows, e, user, ct);
        else if (e.Group is { } group)
            await ApplyAsync(rows, e, group, ct);
        else if (e is { Type: DirectoryEventType.SnapshotStarted, SnapshotId: { } begun })
            await BeginAsync(rows, e, begun, ct);
        else if (e is { Type: DirectoryEventType.SnapshotFinished, SnapshotId: { } ended })
            await EndAsync(rows, e, ended, ct);
    }

    /// <summary>
    /// From here on everybody is awaited. Who is told by another event meanwhile, such as by a webhook, stays: he may have come after his
    /// page was read.
    /// </summary>
    static async ValueTask BeginAsync(IMirrorRows rows, DirectoryEvent e, Guid snapshot, CancellationToken ct)
    {
        if (e.IsFirstLoad)
            await rows.AwaitAsync(snapshot, e.ConnectionId, e.OrganizationId, ct);
        // A snapshot of the server that comes twice, by the feed and by webhooks, has told people before its second beginning.
        else if (e.ConnectionId is { } connection && await rows.FindToldAsync(snapshot, ct) is (false, false))
            await rows.AwaitAsync(snapshot, connection, null, ct);
    }

    /// <summary>
    /// A snapshot of the server tells the memberships long after the groups, so those that it does not tell end here and not before. Where
    /// it has told nobody, the app does not take such events here, and nobody is missing.
    /// </summary>
    static async ValueTask EndAsync(IMirrorRows rows, DirectoryEvent e, Guid snapshot, CancellationToken ct)
    {
        if (e.IsFirstLoad)
        {
            await rows.RemoveAwaitedAsync(snapshot, users: true, groups: true, ct);
            return;
        }
        foreach (var member in await rows.FindUntoldMembersAsync(snapshot, ct))
            await rows.PutAsync(member with { IsMember = false, SnapshotId = snapshot }, ct);
        var (users, groups) = await rows.FindToldAsync(snapshot, ct);
        await rows.RemoveAwaitedAsync(snapshot, users, groups, ct);
    }

    static ValueTask PurgeAsync(IMirrorRows rows, DirectoryEvent e, CancellationToken ct) =>
        e.User is { } user ? rows.RemoveUserAsync(user.Id, ct) : ValueTask.CompletedTask;

    static async ValueTask ApplyAsync(IMirrorRows rows, DirectoryEvent e, DirectoryUser user, CancellationToken ct)
    {
        var own = await rows.FindUserAsync(user.Id, ct);
        // Somebody who was never here need not be removed.
        if (own is null && e.IsRemoval)
            return;
        var next = IsOlder(e, user.Version, own?.Version) ? own! : MirroredUser.Of(user);
        var snapshot = e.IsFirstLoad ? null : e.SnapshotId;
        await rows.PutAsync(next with { AwaitedBy = null, SnapshotId = snapshot ?? own?.SnapshotId }, ct);
    }

    static async ValueTask ApplyAsync(IMirrorRows rows, DirectoryEvent e, DirectoryGroup group, CancellationToken ct)
    {
        var own = await rows.FindGroupAsync(group.Id, ct);
        var isOlder = IsOlder(e, group.Version, own?.Version);
        if (own is null && e.IsRemoval || own is { IsDeleted: true } && isOlder)
            return;
        var next = (isOlder ? own! : MirroredGroup.Of(group, e.IsRemoval)) with { AwaitedBy = null };
        var isToldAgain = e is { SnapshotId: not null, IsFirstLoad: false, Type: DirectoryEventType.GroupUpdated };
        await rows.PutAsync(
            isToldAgain
                ? next with
                {
                    SnapshotId = e.SnapshotId,
                    SnapshotVersion = group.Version,
                }
                : next with
                {
                    SnapshotId = own?.SnapshotId,
                    SnapshotVersion = own?.SnapshotVersion ?? 0,
                },
            ct
        );
        // A deleted group has no members. A first load tells all members of a group right after it.
        if (e.IsRemoval || e.IsFirstLoad && e.Type != DirectoryEventType.MembersChanged)
            foreach (var member in await rows.FindMembersAsync(group.Id, null, ct))
                await SetAsync(rows, e, member, member.UserId, isMember: false, ct);
        if (e.Data.Added.Count + e.Data.Removed.Count == 0)
            return;
        var known = (await rows.FindMembersAsync(group.Id, [.. e.Data.Added, .. e.Data.Removed], ct)).ToDictionary(member => member.UserId);
        foreach (var user in e.Data.Added)
            await SetAsync(rows, e, known.GetValueOrDefault(user), user, isMember: true, ct);
        foreach (var user in e.Data.Removed)
            await SetAsync(rows, e, known.GetValueOrDefault(user), user, isMember: false, ct);
    }

    /// <summary>Each membership has a version of its own, so the order in which events of a group come does not matter.</summary>
    static ValueTask SetAsync(IMirrorRows rows, DirectoryEvent e, MirroredMember? own, Guid user, bool isMember, CancellationToken ct)
    {
        var group = e.Group!;
        if (IsOlder(e, group.Version, own?.Version))
            return ValueTask.CompletedTask;
        // The event of this version may come again after a snapshot has told the same.
        var snapshot = e.SnapshotId ?? (own?.Version == group.Version ? own.SnapshotId : null);
        return rows.PutAsync(new MirroredMember(group.Id, user, isMember, group.Version, snapshot), ct);
    }

    static bool IsOlder(DirectoryEvent e, long version, long? own) => !e.IsFirstLoad && own > version;
}
