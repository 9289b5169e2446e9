using System.Net;
using System.Runtime.CompilerServices;

namespace ScimProvisioning.Client;

/// <summary>
/// Reads the whole directory and tells it in the events of a snapshot: started, each person, each group with its members, finished. What
/// changes meanwhile is in the events after the position that was read first; versions say which is newer.
/// </summary>
sealed class FirstLoad(DirectoryClient directory, FollowOptions options)
{
    /// <summary>Most members of one event, as the server has it.</summary>
    const int MembersPerEvent = 500;

    /// <summary>The snapshot of its events.</summary>
    public Guid Snapshot { get; } = Guid.CreateVersion7(options.Clock.GetUtcNow());

    /// <summary>The last event.</summary>
    public DirectoryEvent Finished => Tell(DirectoryEventType.SnapshotFinished, new());

    /// <summary>The events in parts that fit into a transaction, each with the position from which to go on after the load.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<DirectoryEvent> Events, string Position)> ReadAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var users = new UserQuery { ConnectionId = options.ConnectionId, OrganizationId = options.OrganizationId };
        var page = await directory.ReadUsersAsync(users, ct: ct);
        var position = page.EventsPosition ?? throw new InvalidOperationException("The server does not tell Events-Position.");
        yield return ([Tell(DirectoryEventType.SnapshotStarted, new())], position);
        for (; ; page = await directory.ReadUsersAsync(users, page.Next, ct: ct))
        {
            yield return ([.. page.Data.Select(Told)], position);
            if (page.Next is null)
                break;
        }
        if (!options.LoadGroups)
            yield break;
        var groups = new GroupQuery { ConnectionId = options.ConnectionId, OrganizationId = options.OrganizationId };
        await foreach (var group in directory.ListGroupsAsync(groups, ct))
        await foreach (var events in TellAsync(group, ct))
            yield return (events, position);
    }

    DirectoryEvent Told(DirectoryUser user) =>
        Tell(
            user.Status == DirectoryUser.Deleted ? DirectoryEventType.UserDeleted : DirectoryEventType.UserUpdated,
            new() { User = user },
            (user.OrganizationId, user.ConnectionId)
        );

    async IAsyncEnumerable<IReadOnlyList<DirectoryEvent>> TellAsync(DirectoryGroup group, [EnumeratorCancellation] CancellationToken ct)
    {
        var of = (group.OrganizationId, group.ConnectionId);
        yield return [Tell(DirectoryEventType.GroupUpdated, new() { Group = group }, of)];
        await foreach (var part in MembersAsync(group.Id, ct).Chunk(MembersPerEvent).WithCancellation(ct))
            yield return [Tell(DirectoryEventType.MembersChanged, new() { Group = group, Added = part }, of)];
    }

    /// <summary>None for a group that was deleted meanwhile: the feed tells it.</summary>
    async IAsyncEnumerable<Guid> MembersAsync(Guid group, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var members = directory.ListMembersAsync(group, ct).GetAsyncEnumerator(ct);
        while (await MoreAsync())
            if (members.Current.User is { } user)
                yield return user.Id;

        async Task<bool> MoreAsync()
        {
            try
            {
                return await members.MoveNextAsync();
            }
            catch (DirectoryException e) when (e.Status == HttpStatusCode.NotFound)
            {
                return false;
            }
        }
    }

    DirectoryEvent Tell(string type, DirectoryEventData data, (Guid Organization, Guid Connection)? of = null)
    {
        var now = options.Clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            Type = type,
            Timestamp = now,
            OrganizationId = of?.Organization ?? options.OrganizationId,
            ConnectionId = of?.Connection ?? options.ConnectionId,
            InitialLoad = true,
            SnapshotId = Snapshot,
            Cause = new("snapshot", null, null),
            Data = data,
        };
    }
}
