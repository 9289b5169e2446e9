using System.Collections.Concurrent;

namespace ScimProvisioning.Client;

/// <summary>
/// A mirror in memory, with its position: for small directories and for apps without a database. It begins empty, so the app loads the
/// whole directory at each start.
/// </summary>
public sealed class MemoryMirror : IMirrorRows, IPositionStore<MemoryMirror>, IDisposable
{
    readonly ConcurrentDictionary<Guid, MirroredUser> _users = [];
    readonly ConcurrentDictionary<Guid, MirroredGroup> _groups = [];
    readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, MirroredMember>> _members = [];
    readonly SemaphoreSlim _writer = new(1);
    string? _position;

    /// <summary>All people, those who are inactive or deleted too.</summary>
    public IEnumerable<DirectoryUser> Users => _users.Values.Select(user => user.ToUser());

    /// <summary>All groups that are there.</summary>
    public IEnumerable<MirroredGroup> Groups => _groups.Values.Where(group => !group.IsDeleted);

    /// <summary>The person, if he is known.</summary>
    public DirectoryUser? FindUser(Guid id) => _users.TryGetValue(id, out var user) ? user.ToUser() : null;

    /// <summary>The ids of the people in a group.</summary>
    public IEnumerable<Guid> MembersOf(Guid group) =>
        _members.TryGetValue(group, out var members) ? members.Values.Where(member => member.IsMember).Select(member => member.UserId) : [];

    /// <summary>Keeps the mirror in step with a directory until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">Always, in the end.</exception>
    public Task FollowAsync(DirectoryClient directory, CancellationToken ct) =>
        directory.FollowAsync(this, (mirror, e, token) => Mirror.ApplyAsync(mirror, e, token).AsTask(), ct);

    /// <inheritdoc/>
    public Task<string?> ReadAsync(CancellationToken ct) => Task.FromResult(Volatile.Read(ref _position));

    /// <inheritdoc/>
    /// <remarks>Nothing is taken back when <paramref name="handle"/> throws. It need not be: an event may be applied again.</remarks>
    public async Task<bool> AdvanceAsync(
        string? expected,
        string? next,
        Func<MemoryMirror, CancellationToken, Task> handle,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(handle);
        await _writer.WaitAsync(ct);
        try
        {
            if (_position != expected)
                return false;
            await handle(this, ct);
            Volatile.Write(ref _position, next);
            return true;
        }
        finally
        {
            _writer.Release();
        }
    }

    ValueTask<MirroredUser?> IMirrorRows.FindUserAsync(Guid id, CancellationToken ct) => new(_users.GetValueOrDefault(id));

    ValueTask<MirroredGroup?> IMirrorRows.FindGroupAsync(Guid id, CancellationToken ct) => new(_groups.GetValueOrDefault(id));

    ValueTask<IReadOnlyList<MirroredMember>> IMirrorRows.FindMembersAsync(
        Guid group,
        IReadOnlyCollection<Guid>? users,
        CancellationToken ct
    )
    {
        var members = _members.GetValueOrDefault(group) ?? [];
        return new(
            users is null ? [.. members.Values] : [.. users.Select(user => members.GetValueOrDefault(user)).OfType<MirroredMember>()]
        );
    }

    ValueTask<IReadOnlyList<MirroredMember>> IMirrorRows.FindUntoldMembersAsync(Guid snapshot, CancellationToken ct) =>
        new([
            .. from @group in _groups.Values
            where @group.SnapshotId == snapshot
            from member in _members.GetValueOrDefault(@group.Id)?.Values ?? []
            where member.IsMember && member.SnapshotId != snapshot && member.Version <= @group.SnapshotVersion
            select member with
            {
                Version = @group.SnapshotVersion,
            },
        ]);

    ValueTask IMirrorRows.PutAsync(MirroredUser user, CancellationToken ct)
    {
        _users[user.Id] = user;
        return ValueTask.CompletedTask;
    }

    ValueTask IMirrorRows.PutAsync(MirroredGroup group, CancellationToken ct)
    {
        _groups[group.Id] = group;
        return ValueTask.CompletedTask;
    }

    ValueTask IMirrorRows.PutAsync(MirroredMember member, CancellationToken ct)
    {
        _members.GetOrAdd(member.GroupId, _ => [])[member.UserId] = member;
        return ValueTask.CompletedTask;
    }

    ValueTask IMirrorRows.RemoveUserAsync(Guid id, CancellationToken ct)
    {
        _users.TryRemove(id, out _);
        foreach (var members in _members.Values)
            members.TryRemove(id, out _);
        return ValueTask.CompletedTask;
    }

    ValueTask<(bool Users, bool Groups)> IMirrorRows.FindToldAsync(Guid snapshot, CancellationToken ct) =>
        new((_users.Values.Any(user => user.SnapshotId == snapshot), _groups.Values.Any(group => group.SnapshotId == snapshot)));

    ValueTask IMirrorRows.AwaitAsync(Guid load, Guid? connection, Guid? organization, CancellationToken ct)
    {
        foreach (var user in _users.Values.Where(user => Of(user.ConnectionId, user.OrganizationId)))
            _users[user.Id] = user with { AwaitedBy = load };
        foreach (var group in _groups.Values.Where(group => Of(group.ConnectionId, group.OrganizationId)))
            _groups[group.Id] = group with { AwaitedBy = load };
        return ValueTask.CompletedTask;

        bool Of(Guid ofConnection, Guid ofOrganization) =>
            (connection is null || connection == ofConnection) && (organization is null || organization == ofOrganization);
    }

    async ValueTask IMirrorRows.RemoveAwaitedAsync(Guid load, bool users, bool groups, CancellationToken ct)
    {
        foreach (var user in _users.Values.Where(user => users && user.AwaitedBy == load))
            await ((IMirrorRows)this).RemoveUserAsync(user.Id, ct);
        foreach (var group in _groups.Values.Where(group => groups && group.AwaitedBy == load))
        {
            _groups.TryRemove(group.Id, out _);
            _members.TryRemove(group.Id, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
