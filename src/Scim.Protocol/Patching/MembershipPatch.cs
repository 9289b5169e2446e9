namespace Scim;

/// <summary>
/// The operations of one request on the members of a group, in order (RFC 7644 §3.5.2). They are kept apart from the other operations so
/// that a server can store each member by itself: a request then reads and writes only the members that it names.
/// </summary>
public sealed class MembershipPatch
{
    /// <summary>Changes no members.</summary>
    public static readonly MembershipPatch None = new([]);

    readonly IReadOnlyList<Step> _steps;

    MembershipPatch(IReadOnlyList<Step> steps)
    {
        _steps = steps;
        Added = steps.Where(step => step.Op is not PatchOp.Remove).SelectMany(step => step.Ids).ToHashSet();
        Filters = [.. steps.Select(step => step.Filter).OfType<FilterExpression>()];
    }

    /// <summary>
    /// Every id that an operation adds, even if a later one removes it. The caller checks that a user or group with each of them exists.
    /// </summary>
    public IReadOnlyCollection<Guid> Added { get; }

    /// <summary>
    /// The filters of remove operations that say more than which ids to remove, such as <c>display co "a"</c>; paths are relative to a
    /// member. The caller finds the members that fit and gives their ids to <see cref="Resolve"/>.
    /// </summary>
    public IReadOnlyList<FilterExpression> Filters { get; }

    /// <summary>A PUT: afterwards the group has exactly these members (RFC 7644 §3.5.1).</summary>
    public static MembershipPatch Exactly(IReadOnlyCollection<Guid> members) => new([new(PatchOp.Replace, members)]);

    /// <summary>Separates the operations on the <c>members</c> of a group from all others, which stay in order.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>mutability</c> for a path to a part of a member; <c>noTarget</c> for a filter in an add or replace; <c>invalidValue</c> for
    /// a member to add that cannot exist.
    /// </exception>
    public static (MembershipPatch Membership, IReadOnlyList<PatchOperation> Others) Split(IReadOnlyList<PatchOperation> operations)
    {
        var onMembers = operations.Where(IsOnMembers).ToList();
        if (onMembers.Count == 0)
            return (None, operations);
        onMembers.ForEach(RequireWholeMembers);
        return (new([.. onMembers.Select(Read)]), [.. operations.Where(operation => !IsOnMembers(operation))]);
    }

    /// <summary>Folds the operations into one change.</summary>
    /// <param name="matches">
    /// For each of <see cref="Filters"/>, in order: the ids that fit it among the present members and <see cref="Added"/>. Whether a member
    /// fits does not depend on the operations before the filter, so that all filters can be answered at once.
    /// </param>
    public MembershipChange Resolve(IReadOnlyList<IReadOnlyCollection<Guid>> matches)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(matches.Count, Filters.Count);
        var change = new MembershipChange();
        var resolved = 0;
        foreach (var step in _steps)
            change.Apply(step.Op, step.Filter is null ? step.Ids : matches[resolved++]);
        return change;
    }

    static bool IsOnMembers(PatchOperation operation) => operation.Path.Attribute == GroupSchema.Members;

    static void RequireWholeMembers(PatchOperation operation)
    {
        if (operation.Path.Sub is not null)
            throw ScimException.Mutability($"'{operation.Path}' cannot be changed: remove the member and add another.");
        if (operation.Path.Filter is not null && operation.Op is not PatchOp.Remove)
            throw ScimException.NoTarget($"'{operation.Path}' can only be removed; add members by their value.");
    }

    static Step Read(PatchOperation operation) =>
        operation switch
        {
            { Path.Filter: { } filter } => MemberIds.NamedBy(filter) is { } ids
                ? new(PatchOp.Remove, ids)
                : new(PatchOp.Remove, [], filter),
            { Op: PatchOp.Remove, Value: { } members } => new(PatchOp.Remove, MemberIds.ReadForRemoval(members)),
            { Op: PatchOp.Remove } => new(PatchOp.Replace, []), // §3.5.2.2: without a filter, all members are removed
            _ => new(operation.Op, MemberIds.Read(operation.Value)),
        };

    /// <summary>One operation.</summary>
    /// <param name="Ids">The ids to add, to remove, or to put in the place of all members.</param>
    /// <param name="Filter">For a remove whose ids the caller finds: the filter. Otherwise <c>null</c>.</param>
    sealed record Step(PatchOp Op, IReadOnlyCollection<Guid> Ids, FilterExpression? Filter = null);
}
