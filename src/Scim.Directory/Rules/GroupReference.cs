namespace Scim.Directory;

/// <summary>
/// A group that a rule means. It counts by its id only; a name or externalId may be given before the group has come, and the reference then
/// waits for it. Both are kept while it is bound, so that it finds the group again that is deleted and comes back.
/// </summary>
/// <param name="Id">The received group that it is bound to; <c>null</c> while it waits.</param>
public sealed record GroupReference(Guid? Id, string? Name, string? ExternalId)
{
    /// <summary>
    /// True for a group that the reference describes: by the externalId where both have one, else by the name in any letter case. Another
    /// group that takes the name of a known one does not get its roles.
    /// </summary>
    public bool Fits(ReceivedGroup group) =>
        ExternalId is not null && group.ExternalId is not null
            ? ExternalId == group.ExternalId
            : Name is not null && CaseFolding.Fold(Name) == CaseFolding.Fold(group.Name);

    /// <summary>
    /// The reference after these groups were received. One that waits is bound when exactly one of them fits. One that is bound learns the
    /// new name of its group, and stays bound whatever else fits.
    /// </summary>
    public (GroupReference Reference, Problem? Problem) Bind(IReadOnlyCollection<ReceivedGroup> groups)
    {
        var own = groups.FirstOrDefault(group => group.Id == Id);
        var bound = own is null ? this : To(own);
        var others = groups.Where(group => group.Id != Id && bound.Fits(group)).ToArray();
        return others switch
        {
            [] => (bound, null),
            [var only] when Id is null => (To(only), null),
            _ => (bound, Ambiguous(others)),
        };
    }

    /// <summary>The references after these groups were received, and what stands against binding some of them.</summary>
    public static (IReadOnlyList<GroupReference> References, IReadOnlyList<Problem> Problems) BindAll(
        IReadOnlyList<GroupReference> references,
        IReadOnlyCollection<ReceivedGroup> groups
    )
    {
        var bound = references.Select(reference => reference.Bind(groups)).ToArray();
        return ([.. bound.Select(result => result.Reference)], [.. bound.Select(result => result.Problem).OfType<Problem>()]);
    }

    /// <summary>The reference after a group was deleted: it waits again when it was bound to it.</summary>
    public GroupReference Unbind(Guid group) => Id == group ? this with { Id = null } : this;

    public override string ToString() => Name ?? ExternalId ?? Id?.ToString() ?? "";

    GroupReference To(ReceivedGroup group) => new(group.Id, group.Name, group.ExternalId ?? ExternalId);

    Problem Ambiguous(ReceivedGroup[] others) =>
        new(
            ProblemKind.AmbiguousGroup,
            null,
            Id is null
                ? $"'{this}' could be any of {others.Length} groups. Choose one of them."
                : $"Another group is called '{others[0].Name}' too. The rule stays with the group that it was bound to first.",
            others[0].Id
        );
}
