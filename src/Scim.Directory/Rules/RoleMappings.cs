namespace Scim.Directory;

/// <summary>How many roles a person gets.</summary>
public enum RoleMode
{
    /// <summary>The one with the highest priority.</summary>
    Highest,
    All,
}

/// <summary>A role of the app, for the whole server: <c>{key, name, priority}</c>.</summary>
/// <param name="Priority">The higher number wins; of equal ones, the key that comes first in the alphabet.</param>
public sealed record Role(string Key, string Name, int Priority)
{
    const int LongestKey = 100;
    const int MostRoles = 1_000;

    /// <summary>What keeps these from being the roles of a server.</summary>
    public static IReadOnlyList<FieldError> Check(IReadOnlyList<Role> roles)
    {
        var errors = new List<FieldError>();
        if (roles.Count > MostRoles)
            errors.Add(new("roles", $"There are {roles.Count} roles; at most {MostRoles} are allowed."));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < roles.Count; i++)
        {
            var key = roles[i].Key;
            if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey || !StorableText.IsStorable(key))
                errors.Add(new($"roles[{i}].key", $"A role needs a key of up to {LongestKey} characters."));
            else if (!keys.Add(key))
                errors.Add(new($"roles[{i}].key", $"'{key}' is given twice."));
        }
        return errors;
    }
}

/// <summary>The members of a group have a role.</summary>
/// <param name="Role">The role's key.</param>
public sealed record RoleMapping(GroupReference Group, string Role);

/// <summary>Who has which roles: <c>{mode, default, groups, attribute}</c>.</summary>
/// <param name="Default">Key of the role of whoever has no other; <c>null</c> for none.</param>
/// <param name="Attribute">Values of SCIM's <c>roles</c> that equal a key give that role too.</param>
public sealed record RoleMappings(RoleMode Mode, string? Default, IReadOnlyList<RoleMapping> Groups, bool Attribute)
{
    public static RoleMappings None { get; } = new(RoleMode.All, null, [], false);

    /// <summary>The mappings after groups were received or renamed, with the references bound that fit one of them.</summary>
    public (RoleMappings Mappings, IReadOnlyList<Problem> Problems) Received(params IReadOnlyCollection<ReceivedGroup> groups)
    {
        var (references, problems) = GroupReference.BindAll([.. Groups.Select(mapping => mapping.Group)], groups);
        return (this with { Groups = [.. Groups.Zip(references, (mapping, reference) => mapping with { Group = reference })] }, problems);
    }

    /// <summary>The mappings after a group was deleted: what was bound to it waits for it again.</summary>
    public RoleMappings Deleted(Guid group) =>
        this with
        {
            Groups = [.. Groups.Select(mapping => mapping with { Group = mapping.Group.Unbind(group) })],
        };
}
