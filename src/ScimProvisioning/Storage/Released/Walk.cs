namespace ScimProvisioning.Storage.Released;

/// <summary>What a walk does with each of a kind.</summary>
enum WalkStage
{
    /// <summary>A rebuild: groups first.</summary>
    Groups,

    /// <summary>Then received users, deleted ones too.</summary>
    Users,

    /// <summary>Then people without a received user.</summary>
    People,

    /// <summary>The connection was deleted, and its users are to be deactivated: received users first.</summary>
    DeactivateUsers,

    /// <summary>Then the people.</summary>
    DeactivatePeople,

    /// <summary>The connection was deleted with everything in it: memberships first, since one group may have a million.</summary>
    RemoveMembers,

    /// <summary>Then received users and groups.</summary>
    RemoveResources,

    /// <summary>Then the groups that the application knows.</summary>
    RemoveGroups,

    /// <summary>Then the people.</summary>
    RemovePeople,
}

/// <summary>
/// A walk through the directory that runs, in the order of the ids: a rebuild, which projects everybody again, or the end of a connection.
/// </summary>
/// <param name="After">The last id that was done in this stage.</param>
/// <param name="RequestId">The request that asked for it.</param>
/// <param name="Actor">Who asked for it, as the change log names him; <c>null</c>: the server itself.</param>
/// <param name="Exempt">Whom the guard lets go in it.</param>
sealed record Walk(
    WalkStage Stage,
    Guid After,
    long Done,
    long Total,
    DateTimeOffset StartedAt,
    string RequestId,
    string? Actor,
    Exemption Exempt = Exemption.None
)
{
    /// <summary>Whether it is the end of the connection. That goes on although nothing is released any more.</summary>
    public bool IsDeparture => Stage is not (WalkStage.Groups or WalkStage.Users or WalkStage.People);

    /// <summary>The walk at the beginning of its next stage; <c>null</c>: this was the last one.</summary>
    public Walk? Next => Following(Stage) is { } next ? this with { Stage = next, After = Guid.Empty } : null;

    static WalkStage? Following(WalkStage stage) =>
        stage switch
        {
            WalkStage.Groups => WalkStage.Users,
            WalkStage.Users => WalkStage.People,
            WalkStage.DeactivateUsers => WalkStage.DeactivatePeople,
            WalkStage.RemoveMembers => WalkStage.RemoveResources,
            WalkStage.RemoveResources => WalkStage.RemoveGroups,
            WalkStage.RemoveGroups => WalkStage.RemovePeople,
            WalkStage.People or WalkStage.DeactivatePeople or WalkStage.RemovePeople => null,
            _ => throw new InvalidOperationException($"Unhandled {stage}."),
        };
}
