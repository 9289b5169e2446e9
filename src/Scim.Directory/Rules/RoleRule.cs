namespace Scim.Directory;

/// <summary>Gives people their roles.</summary>
/// <param name="groups">The groups that are bound, with the roles of their members.</param>
/// <param name="byValue">The role that a value of SCIM's <c>roles</c> names; empty when the values do not count.</param>
sealed class RoleRule(
    RoleMode mode,
    Role? fallback,
    IReadOnlyList<(Guid Group, Role Role)> groups,
    IReadOnlyDictionary<string, Role> byValue
)
{
    /// <summary>Highest priority first, each with the groups that it is from.</summary>
    public IReadOnlyList<PersonRole> RolesOf(IReadOnlyList<string> values, IReadOnlySet<Guid> memberOf)
    {
        var found = new Dictionary<Role, SortedSet<Guid>>();
        foreach (var (group, role) in groups)
            if (memberOf.Contains(group))
                Via(found, role).Add(group);
        if (byValue.Count > 0)
            foreach (var value in values)
                if (byValue.GetValueOrDefault(value) is { } role)
                    Via(found, role);
        if (found.Count == 0 && fallback is not null)
            Via(found, fallback);
        var ordered = found
            .OrderByDescending(p => p.Key.Priority)
            .ThenBy(p => p.Key.Key, StringComparer.Ordinal)
            .Select(p => new PersonRole(p.Key.Key, [.. p.Value]));
        return [.. mode is RoleMode.Highest ? ordered.Take(1) : ordered];
    }

    static SortedSet<Guid> Via(Dictionary<Role, SortedSet<Guid>> found, Role role)
    {
        if (!found.TryGetValue(role, out var via))
            found[role] = via = [];
        return via;
    }
}
