using System.Collections.Frozen;

namespace Scim.Directory;

/// <summary>Parses the paths and finds the names of rules. What makes no sense is noted and left out.</summary>
sealed class RuleCompiler(Catalogue catalogue, ResourceTypes types)
{
    const int MostPaths = 20;

    readonly ResourceType _user = types.All.FirstOrDefault(type => type.IsUser) ?? ResourceType.User;
    readonly List<FieldError> _faults = [];

    public Rules Compile(Mapping? mapping, Scope scope, RoleMappings roleMappings, IReadOnlyList<Role> roles)
    {
        var (uid, attributes) = mapping is null ? Default() : Mapped(mapping);
        var inScope = InScope(scope);
        var roleRule = Roles(roleMappings, roles);
        return new(catalogue, uid, attributes, inScope, roleRule, [.. _faults]);
    }

    /// <summary>A default path may name a schema that this connection does not have.</summary>
    (UidRule, IReadOnlyList<MappedAttribute>) Default()
    {
        var compiled = Mapped(Mapping.DefaultFor(catalogue));
        _faults.Clear();
        return compiled;
    }

    (UidRule, IReadOnlyList<MappedAttribute>) Mapped(Mapping mapping)
    {
        if (mapping.Uid.Count == 0)
            Fault("mapping", "uid", "A mapping needs at least one path that says who a user is.");
        var uid = new UidRule(Paths(mapping.Uid, "uid"), mapping.UidFormat);
        var (attributes, names) = (new List<MappedAttribute>(), new HashSet<string>());
        for (var i = 0; i < mapping.Attributes.Count; i++)
            if (Attribute(mapping.Attributes[i], $"attributes[{i}]", names) is { } attribute)
                attributes.Add(attribute);
        return (uid, attributes);
    }

    MappedAttribute? Attribute(AttributeMapping mapping, string at, HashSet<string> names)
    {
        if (catalogue.Find(mapping.Name) is not { } attribute)
        {
            var meant = NearestName.Of(mapping.Name, catalogue.Attributes.Select(a => a.Name));
            var hint = meant is null ? "Add it to the catalogue first." : $"Did you mean '{meant}'?";
            return Fault("mapping", $"{at}.name", $"'{mapping.Name}' is no attribute of the catalogue. {hint}");
        }
        if (!names.Add(attribute.Name))
            return Fault("mapping", $"{at}.name", $"'{attribute.Name}' is mapped twice.");
        var fallback = mapping.Default is null ? null : TypedValue.Read(mapping.Default, attribute.Type, fromText: true);
        if (mapping.Default is not null && fallback is null)
            Fault("mapping", $"{at}.default", $"The default of '{attribute.Name}' must be {TypedValue.Expected(attribute.Type)}.");
        var paths = Paths(mapping.Paths, $"{at}.paths");
        if (paths.Count > 0 || fallback is not null)
            return new(attribute, mapping, paths, fallback);
        return mapping.Paths.Count > 0
            ? null
            : Fault("mapping", $"{at}.paths", $"'{attribute.Name}' needs a path or a default. Without a mapping it is the app's to edit.");
    }

    List<ResourcePath> Paths(IReadOnlyList<string> texts, string at)
    {
        if (texts.Count > MostPaths)
            Fault("mapping", at, $"There are {texts.Count} paths; at most {MostPaths} are allowed.");
        var paths = new List<ResourcePath>();
        for (var i = 0; i < texts.Count && i < MostPaths; i++)
        {
            if (SourcePath.TryParse(texts[i], _user, out var error) is { } path)
                paths.Add(path);
            else
                Fault("mapping", $"{at}[{i}]", error);
        }
        return paths;
    }

    HashSet<Guid>? InScope(Scope scope)
    {
        RequireGroups("scope", scope.Groups, i => $"groups[{i}]");
        return scope.Mode is ScopeMode.All ? null : [.. scope.Groups.Select(group => group.Id).OfType<Guid>()];
    }

    RoleRule Roles(RoleMappings mappings, IReadOnlyList<Role> roles)
    {
        const string Part = "roleMappings";
        var byKey = roles.DistinctBy(role => role.Key).ToFrozenDictionary(role => role.Key, StringComparer.Ordinal);
        RequireGroups(Part, [.. mappings.Groups.Select(mapping => mapping.Group)], i => $"groups[{i}].group");
        var groups = new List<(Guid, Role)>();
        for (var i = 0; i < mappings.Groups.Count; i++)
        {
            if (Find(mappings.Groups[i].Role, $"groups[{i}].role") is { } role && mappings.Groups[i].Group.Id is { } group)
                groups.Add((group, role));
        }
        var fallback = mappings.Default is null ? null : Find(mappings.Default, "default");
        return new(mappings.Mode, fallback, groups, mappings.Attribute ? byKey : FrozenDictionary<string, Role>.Empty);

        Role? Find(string key, string field)
        {
            if (byKey.GetValueOrDefault(key) is { } role)
                return role;
            _faults.Add(new(field, $"'{key}' is the key of no role.", Part));
            return null;
        }
    }

    void RequireGroups(string part, IReadOnlyList<GroupReference> groups, Func<int, string> at)
    {
        for (var i = 0; i < groups.Count; i++)
            if (groups[i] is { Id: null, ExternalId: null } && string.IsNullOrWhiteSpace(groups[i].Name))
                Fault(part, at(i), "A group needs an id, a name or an externalId.");
    }

    MappedAttribute? Fault(string part, string field, string message)
    {
        _faults.Add(new(field, message, part));
        return null;
    }
}
