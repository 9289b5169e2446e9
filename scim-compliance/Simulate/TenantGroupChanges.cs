namespace ScimCompliance.Simulate;

/// <summary>What happens to groups between two cycles: new, renamed and deleted ones, people and groups that become members or cease to be.</summary>
sealed class TenantGroupChanges(Tenant tenant, TenantPeople people, Random random)
{
    /// <summary>Fewer groups than this, and none is deleted.</summary>
    const int FewGroups = 5;

    int _number = 1000;

    public void Apply()
    {
        if (tenant.Groups.Count is 0)
            return;
        if (tenant.Groups.Count >= FewGroups)
            tenant.Purge(Any(tenant.Groups.Values.OrderBy(group => group.Members.Count).Take(tenant.Groups.Count / 2)));
        Found();
        var renamed = Any(tenant.Groups.Values);
        tenant.Add(renamed with { DisplayName = FreeName() });
        Nest();
        var changes = Math.Max(2, tenant.Memberships / 100);
        for (var i = 0; i < changes; i++)
            (i % 2 is 0 ? (Action)Add : Remove)();
    }

    /// <summary>Somebody changes department.</summary>
    public void Move(string user, string? from, string to)
    {
        Named(from)?.Members.Remove(user);
        Named(to)?.Members.Add(user);
    }

    /// <summary>Somebody new gets what everybody has, and a project.</summary>
    public void Join(TenantUser user)
    {
        foreach (
            var group in (TenantGroup?[])
                [Named("All Staff"), Named(user.Department), tenant.Groups.Count is 0 ? null : Any(tenant.Groups.Values)]
        )
            group?.Members.Add(user.ObjectId);
    }

    void Found()
    {
        var group = new TenantGroup { ObjectId = people.NewObjectId(), DisplayName = FreeName() };
        for (var i = random.Next(2, 12); i > 0; i--)
            group.Members.Add(Any(tenant.Users.Keys));
        tenant.Add(group);
    }

    // One more, and where there is one, one less. A parent is nobody's child, so that there is no circle.
    void Nest()
    {
        bool IsGroup(string member) => tenant.Groups.ContainsKey(member);
        var parents = tenant.Groups.Values.Where(group => group.Members.Any(IsGroup)).ToList();
        if (parents is not [])
        {
            var parent = Any(parents);
            parent.Members.Remove(Any(parent.Members.Where(IsGroup)));
        }
        var children = tenant.Groups.Values.SelectMany(group => group.Members.Where(IsGroup)).ToHashSet();
        var (above, below) = (Any(tenant.Groups.Values.Where(group => !children.Contains(group.ObjectId))), Any(tenant.Groups.Values));
        if (above != below && !below.Members.Any(IsGroup))
            above.Members.Add(below.ObjectId);
    }

    void Add() => Any(tenant.Groups.Values).Members.Add(Any(tenant.Users.Keys));

    void Remove()
    {
        var members = Any(tenant.Groups.Values).Members;
        if (members.Count > 1)
            members.Remove(Any(members));
    }

    TenantGroup? Named(string? name) =>
        name is null ? null : tenant.Groups.Values.FirstOrDefault(group => group.DisplayName == TenantGenerator.GroupName(tenant, name, 0));

    string FreeName()
    {
        for (; ; _number++)
            if (
                TenantGenerator.ProjectName(tenant, _number) is var name
                && tenant.Groups.Values.All(group => !group.DisplayName.Equals(name, StringComparison.OrdinalIgnoreCase))
            )
                return name;
    }

    T Any<T>(IEnumerable<T> all) => all.ToArray() is var array ? array[random.Next(array.Length)] : default!;
}
