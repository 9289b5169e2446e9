using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>A received user as the mapping reads it.</summary>
/// <param name="ExternalId">The attribute <c>externalId</c> as it was sent.</param>
/// <param name="UidKey">What is compared: the uid, folded when the mapping reads it from a userName or an e-mail address.</param>
/// <param name="Values">By catalogue name, typed; without <c>managerId</c> and without what has no value.</param>
/// <param name="ManagerResourceId">The id of the manager's SCIM resource.</param>
/// <param name="Groups">Ids of the groups that the user is a direct member of.</param>
/// <param name="RoleValues">The values of SCIM's <c>roles</c>.</param>
/// <param name="Problems">What the mapping itself finds; <see cref="Projector"/> adds what others have to do with.</param>
public sealed record MappedUser(
    Guid ResourceId,
    bool IsDeleted,
    bool IsActive,
    string? ExternalId,
    string? Uid,
    string? UidKey,
    JsonObject Values,
    Guid? ManagerResourceId,
    IReadOnlySet<Guid> Groups,
    IReadOnlyList<string> RoleValues,
    IReadOnlyList<Problem> Problems
)
{
    /// <summary>Names of the values that Entra had put an object id before, which is taken away.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    /// <summary>The same for the uid.</summary>
    public bool IsUidRenamed { get; init; }

    /// <summary>
    /// The user with the last good names, where Entra sent the names of a tombstone: this resource's, and not those of a former one whose
    /// person it takes over. Whoever looks for others with the same uid takes this one's <see cref="UidKey"/>. A name that came with the
    /// object id before the user was disabled was released, and is no good one.
    /// </summary>
    /// <param name="previous">The person as the app knows him, or <c>null</c>.</param>
    public MappedUser KeepingGoodNames(Person? previous)
    {
        if (previous?.IsOf(ResourceId) is not true || Renamed.Count == 0 && !IsUidRenamed)
            return this;
        var values = (JsonObject)Values.DeepClone();
        foreach (var name in Renamed)
            if (previous.Value(name) is { } good && !IsTombstone(TypedValue.Text(good)))
                values[name] = good.DeepClone();
        var keepsUid = IsUidRenamed && previous.Uid is not null && !IsTombstone(previous.Uid);
        return this with { Values = values, Uid = keepsUid ? previous.Uid : Uid, UidKey = keepsUid ? previous.UidKey : UidKey };

        static bool IsTombstone(string? name) => name is not null && TombstoneName.Strip(name) is not null;
    }
}
