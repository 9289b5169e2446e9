using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// Everything that decides what the app sees of one connection: catalogue, mapping, scope and roles. Compiled once, used for many users and
/// by many threads.
/// </summary>
public sealed class Rules
{
    readonly UidRule _uid;
    readonly RoleRule _roles;
    readonly IReadOnlyList<MappedAttribute> _attributes;
    readonly IReadOnlySet<Guid>? _scope;

    internal Rules(
        Catalogue catalogue,
        UidRule uid,
        IReadOnlyList<MappedAttribute> attributes,
        IReadOnlySet<Guid>? scope,
        RoleRule roles,
        IReadOnlyList<FieldError> faults
    )
    {
        (Catalogue, _uid, _attributes, _scope, _roles, Faults) = (catalogue, uid, attributes, scope, roles, faults);
        var mapped = attributes.Select(attribute => attribute.Name).ToHashSet();
        Managed = [.. catalogue.Attributes.Select(attribute => attribute.Name).Where(mapped.Contains)];
    }

    public Catalogue Catalogue { get; }

    /// <summary>Names of the mapped attributes, in the order of the catalogue: the app cannot change them.</summary>
    public IReadOnlyList<string> Managed { get; }

    /// <summary>The groups whose members are in scope; <c>null</c>: everybody is.</summary>
    public IReadOnlySet<Guid>? ScopeGroups => _scope;

    /// <summary>What <see cref="CompileStored"/> left out because it makes no sense any more; empty after <see cref="Compile"/>.</summary>
    public IReadOnlyList<FieldError> Faults { get; }

    /// <summary>Checks and compiles rules. <c>null</c> stands for the default: the catalogue's paths, everybody, no roles.</summary>
    /// <param name="types">The connection's resource types, whose schemas the paths may name.</param>
    /// <exception cref="RulesException">Some fields make no sense; it names each.</exception>
    public static Rules Compile(
        Catalogue catalogue,
        Mapping? mapping,
        Scope? scope,
        RoleMappings? roleMappings,
        IReadOnlyList<Role> roles,
        ResourceTypes types
    )
    {
        var rules = CompileStored(catalogue, mapping, scope, roleMappings, roles, types);
        return rules.Faults.Count == 0 ? rules : throw new RulesException(rules.Faults);
    }

    /// <summary>
    /// The same for rules that were checked when they were stored. An attribute, role or schema may have been removed since; what names it
    /// does nothing and is in <see cref="Faults"/>.
    /// </summary>
    public static Rules CompileStored(
        Catalogue catalogue,
        Mapping? mapping,
        Scope? scope,
        RoleMappings? roleMappings,
        IReadOnlyList<Role> roles,
        ResourceTypes types
    ) => new RuleCompiler(catalogue, types).Compile(mapping, scope ?? Scope.All, roleMappings ?? RoleMappings.None, roles);

    /// <summary>The user as the mapping reads it. Scope and roles have no part in it.</summary>
    public MappedUser Read(ReceivedUser user)
    {
        if (user.IsDeleted)
            return new(user.ResourceId, true, false, null, null, null, [], null, user.Groups, [], []);
        var isActive = user.IsActive;
        var (uid, isUidRenamed, uidProblem) = _uid.Read(user, isActive);
        var (values, renamed, problems) = (new JsonObject(), new List<string>(), new List<Problem>());
        if (uidProblem is not null)
            problems.Add(uidProblem);
        Guid? manager = null;
        foreach (var attribute in _attributes)
        {
            var (value, isRenamed, problem) = attribute.Read(user, isActive);
            if (problem is not null)
                problems.Add(problem);
            if (isRenamed)
                renamed.Add(attribute.Name);
            if (attribute.Name == Catalogue.ManagerId)
                manager = ManagerIn(value);
            else if (value is not null)
                values[attribute.Name] = value;
        }
        return new(
            user.ResourceId,
            false,
            isActive,
            TypedValue.Text(user.Document[CommonAttributes.ExternalId.Name]),
            uid,
            uid is null ? null : KeyOf(uid),
            values,
            manager,
            user.Groups,
            [.. RoleValues(user.Document)],
            problems
        )
        {
            Renamed = renamed,
            IsUidRenamed = isUidRenamed,
        };
    }

    /// <summary>True for a user that the app learns of.</summary>
    /// <param name="groups">The groups that the user is a member of.</param>
    public bool InScope(IReadOnlySet<Guid> groups) => _scope is null || _scope.Overlaps(groups);

    /// <summary>The roles, highest priority first.</summary>
    public IReadOnlyList<PersonRole> RolesOf(MappedUser user, IReadOnlySet<Guid> groups) => _roles.RolesOf(user.RoleValues, groups);

    /// <summary>What is compared of a uid that was not read from a user: of an imported person, or after the mapping has changed.</summary>
    public string KeyOf(string uid) => _uid.KeyOf(uid);

    /// <summary>
    /// True when the uid of a user with this <c>externalId</c> may be just that, so that an imported person with this uid is the same.
    /// </summary>
    public bool MayBeUid(string externalId) => _uid.MayBeUid(externalId);

    /// <summary>A manager whose id is none of ours is nobody that the app could know.</summary>
    static Guid? ManagerIn(JsonNode? value) => ResourceId.TryParse(TypedValue.Text(value) ?? "", out var id) ? id : null;

    static IEnumerable<string> RoleValues(JsonObject document) =>
        (document[UserSchema.Roles.Name] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(role => TypedValue.Text(role["value"]))
            .OfType<string>();
}
