using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Snapshots;

/// <summary>A snapshot: everything of a connection is told again, by events that follow those that were there.</summary>
/// <param name="Id">Its id, which is the `snapshotId` of its events.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Stage">waiting, users, groups, memberships or finished.</param>
/// <param name="Users">People that were told so far, deleted ones too.</param>
/// <param name="Groups">Groups that were told so far, deleted ones too.</param>
/// <param name="Memberships">Memberships that were told so far.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When it began; null while it waits.</param>
/// <param name="FinishedAt">When it ended; null until then.</param>
sealed record SnapshotResponse(
    Guid Id,
    Guid ConnectionId,
    string Stage,
    long Users,
    long Groups,
    long Memberships,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt
)
{
    public static SnapshotResponse Of(SnapshotRow row) =>
        new(
            row.Id,
            row.Connection,
            WireName.Of(row.Stage),
            row.Users,
            row.Groups,
            row.Memberships,
            row.CreatedAt,
            row.StartedAt,
            row.FinishedAt
        );
}
