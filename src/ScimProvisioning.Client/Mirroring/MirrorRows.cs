using System.Text.Json;

namespace ScimProvisioning.Client;

/// <summary>A person in a mirror: what is looked up often, and all of him as JSON.</summary>
public sealed record MirroredUser
{
    /// <inheritdoc cref="DirectoryUser.Id"/>
    public Guid Id { get; init; }

    /// <inheritdoc cref="DirectoryUser.ConnectionId"/>
    public Guid ConnectionId { get; init; }

    /// <inheritdoc cref="DirectoryUser.OrganizationId"/>
    public Guid OrganizationId { get; init; }

    /// <inheritdoc cref="DirectoryUser.Status"/>
    public string Status { get; init; } = "";

    /// <inheritdoc cref="DirectoryUser.Uid"/>
    public string? Uid { get; init; }

    /// <inheritdoc cref="DirectoryUser.ExternalId"/>
    public string? ExternalId { get; init; }

    /// <inheritdoc cref="DirectoryUser.AppUserId"/>
    public string? AppUserId { get; init; }

    /// <inheritdoc cref="DirectoryUser.UserName"/>
    public string? UserName { get; init; }

    /// <inheritdoc cref="DirectoryUser.Email"/>
    public string? Email { get; init; }

    /// <inheritdoc cref="DirectoryUser.DisplayName"/>
    public string? DisplayName { get; init; }

    /// <inheritdoc cref="DirectoryUser.Version"/>
    public long Version { get; init; }

    /// <summary>
    /// The first load or snapshot that has begun since he was told last, and has not told him yet; <c>null</c>: none. Who is still awaited
    /// when it ends is gone.
    /// </summary>
    public Guid? AwaitedBy { get; init; }

    /// <summary>The snapshot of the server that told him last; <c>null</c>: none.</summary>
    public Guid? SnapshotId { get; init; }

    /// <summary>The whole person as JSON.</summary>
    public string Json { get; init; } = "{}";

    /// <summary>The whole person.</summary>
    public DirectoryUser ToUser() => JsonSerializer.Deserialize<DirectoryUser>(Json, DirectoryClient.Json)!;

    internal static MirroredUser Of(DirectoryUser user) =>
        new()
        {
            Id = user.Id,
            ConnectionId = user.ConnectionId,
            OrganizationId = user.OrganizationId,
            Status = user.Status,
            Uid = user.Uid,
            ExternalId = user.ExternalId,
            AppUserId = user.AppUserId,
            UserName = user.UserName,
            Email = user.Email,
            DisplayName = user.DisplayName,
            Version = user.Version,
            Json = JsonSerializer.Serialize(user, DirectoryClient.Json),
        };
}

/// <summary>A group in a mirror.</summary>
public sealed record MirroredGroup
{
    /// <inheritdoc cref="DirectoryGroup.Id"/>
    public Guid Id { get; init; }

    /// <inheritdoc cref="DirectoryGroup.ConnectionId"/>
    public Guid ConnectionId { get; init; }

    /// <inheritdoc cref="DirectoryGroup.OrganizationId"/>
    public Guid OrganizationId { get; init; }

    /// <inheritdoc cref="DirectoryGroup.ExternalId"/>
    public string? ExternalId { get; init; }

    /// <inheritdoc cref="DirectoryGroup.Name"/>
    public string Name { get; init; } = "";

    /// <inheritdoc cref="DirectoryGroup.MemberCount"/>
    public long MemberCount { get; init; }

    /// <inheritdoc cref="DirectoryGroup.Version"/>
    public long Version { get; init; }

    /// <summary>It is gone. The row stays, so that an older event that comes late does not bring it back.</summary>
    public bool IsDeleted { get; init; }

    /// <inheritdoc cref="MirroredUser.AwaitedBy"/>
    public Guid? AwaitedBy { get; init; }

    /// <summary>The snapshot of the server that told it last; <c>null</c>: none.</summary>
    public Guid? SnapshotId { get; init; }

    /// <summary>The version with which that snapshot told it. It tells all memberships of this version or a later one.</summary>
    public long SnapshotVersion { get; init; }

    internal static MirroredGroup Of(DirectoryGroup group, bool isDeleted) =>
        new()
        {
            Id = group.Id,
            ConnectionId = group.ConnectionId,
            OrganizationId = group.OrganizationId,
            ExternalId = group.ExternalId,
            Name = group.Name,
            MemberCount = isDeleted ? 0 : group.MemberCount,
            Version = group.Version,
            IsDeleted = isDeleted,
        };
}

/// <summary>A membership in a mirror.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="UserId">The person.</param>
/// <param name="IsMember">
/// Whether he is a member. The row of a former member stays, so that an older event that comes late does not make him one again.
/// </param>
/// <param name="Version">The version of the group at which he became or ceased to be one, or was told to be one again.</param>
/// <param name="SnapshotId">The snapshot that told it last; <c>null</c> when a later event did.</param>
public sealed record MirroredMember(Guid GroupId, Guid UserId, bool IsMember, long Version, Guid? SnapshotId);

/// <summary>Where a mirror keeps its rows. A row that is put takes the place of the one with the same key.</summary>
public interface IMirrorRows
{
    /// <summary>The person, if he is there.</summary>
    ValueTask<MirroredUser?> FindUserAsync(Guid id, CancellationToken ct);

    /// <summary>The group, if it is there.</summary>
    ValueTask<MirroredGroup?> FindGroupAsync(Guid id, CancellationToken ct);

    /// <summary>The rows of members and former members of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="users">Only of these people; <c>null</c>: of all.</param>
    /// <param name="ct">Ends it.</param>
    ValueTask<IReadOnlyList<MirroredMember>> FindMembersAsync(Guid group, IReadOnlyCollection<Guid>? users, CancellationToken ct);

    /// <summary>
    /// The members of groups that the snapshot has told (<see cref="MirroredGroup.SnapshotId"/>) whom it has not told, and who were there
    /// at the group's <see cref="MirroredGroup.SnapshotVersion"/>; with that as their version.
    /// </summary>
    ValueTask<IReadOnlyList<MirroredMember>> FindUntoldMembersAsync(Guid snapshot, CancellationToken ct);

    /// <summary>Puts a person.</summary>
    ValueTask PutAsync(MirroredUser user, CancellationToken ct);

    /// <summary>Puts a group.</summary>
    ValueTask PutAsync(MirroredGroup group, CancellationToken ct);

    /// <summary>Puts a membership.</summary>
    ValueTask PutAsync(MirroredMember member, CancellationToken ct);

    /// <summary>Removes a person and his memberships.</summary>
    ValueTask RemoveUserAsync(Guid id, CancellationToken ct);

    /// <summary>Whether the snapshot is the <c>SnapshotId</c> of a person, and of a group.</summary>
    ValueTask<(bool Users, bool Groups)> FindToldAsync(Guid snapshot, CancellationToken ct);

    /// <summary>Sets <c>AwaitedBy</c> of all people and groups.</summary>
    /// <param name="load">The first load or snapshot that begins.</param>
    /// <param name="connection">Only those of this connection; <c>null</c>: of all.</param>
    /// <param name="organization">Only those of this organization; <c>null</c>: of all.</param>
    /// <param name="ct">Ends it.</param>
    ValueTask AwaitAsync(Guid load, Guid? connection, Guid? organization, CancellationToken ct);

    /// <summary>Removes all people and groups that are awaited by the load or snapshot, with their memberships.</summary>
    /// <param name="load">The first load or snapshot that has ended.</param>
    /// <param name="users">Whether people are removed.</param>
    /// <param name="groups">Whether groups are removed.</param>
    /// <param name="ct">Ends it.</param>
    ValueTask RemoveAwaitedAsync(Guid load, bool users, bool groups, CancellationToken ct);
}
