namespace Scim.Directory;

/// <summary>Which users of a connection the app learns of.</summary>
public enum ScopeMode
{
    All,

    /// <summary>The direct members of some groups.</summary>
    Groups,
}

/// <summary>Whom the app learns of: <c>{mode, groups}</c>.</summary>
public sealed record Scope(ScopeMode Mode, IReadOnlyList<GroupReference> Groups)
{
    public static Scope All { get; } = new(ScopeMode.All, []);

    /// <summary>The scope after groups were received or renamed, with the references bound that fit one of them.</summary>
    public (Scope Scope, IReadOnlyList<Problem> Problems) Received(params IReadOnlyCollection<ReceivedGroup> groups)
    {
        var (references, problems) = GroupReference.BindAll(Groups, groups);
        return (this with { Groups = references }, problems);
    }

    /// <summary>The scope after a group was deleted: what was bound to it waits for it again.</summary>
    public Scope Deleted(Guid group) => this with { Groups = [.. Groups.Select(reference => reference.Unbind(group))] };
}
