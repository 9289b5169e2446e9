namespace Scim;

/// <summary>
/// What a request does to the members of a group, as one step: remove all members if <see cref="Clear"/> is true, else those in
/// <see cref="Remove"/>; then add those in <see cref="Add"/>. The group may have some of these already, or not have them.
/// </summary>
public sealed class MembershipChange
{
    readonly HashSet<Guid> _add = [];
    readonly HashSet<Guid> _remove = [];

    /// <summary>True when the group keeps no member that is not in <see cref="Add"/>.</summary>
    public bool Clear { get; private set; }

    /// <summary>Ids of the members to add.</summary>
    public IReadOnlySet<Guid> Add => _add;

    /// <summary>Ids of the members to remove. None of them is in <see cref="Add"/>; empty when <see cref="Clear"/> is true.</summary>
    public IReadOnlySet<Guid> Remove => _remove;

    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => !Clear && _add.Count == 0 && _remove.Count == 0;

    /// <summary>Takes one more operation into account (RFC 7644 §3.5.2.1 to §3.5.2.3).</summary>
    internal void Apply(PatchOp op, IReadOnlyCollection<Guid> ids)
    {
        if (op is PatchOp.Remove)
        {
            _add.ExceptWith(ids);
            if (!Clear)
                _remove.UnionWith(ids);
            return;
        }
        if (op is PatchOp.Replace)
        {
            Clear = true;
            _add.Clear();
            _remove.Clear();
        }
        _add.UnionWith(ids);
        _remove.ExceptWith(ids);
    }
}
