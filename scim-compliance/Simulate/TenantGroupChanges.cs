namespace ScimCompliance.Simulate;

/// <summary>
/// Changes the groups of a tenant between two cycles: groups are created, renamed and deleted; users and groups become members or are
/// removed.
/// </summary>
sealed class TenantGroupChanges(Tenant tenant, TenantPeople people, Random random)
{
    /// <summary>With fewer groups than this, none is deleted.</summary>
    const int FewGroups = 5;

    int _number = 1000;

    public void Apply()
    {
        if (tenant.Groups.Count is 0)
            return;
        if (tenant.Groups.Count >= FewGroups)
            tenant.Purge(Pick(tenant.Groups.Values.OrderBy(group => group.Members.Count).Take(tenant.Groups.Count / 2)));
        CreateGroup();
        var renamed = Pick(tenant.Groups.Values);
        tenant.Add(renamed with { DisplayName = FreeName() });
        ChangeNesting();
        var changes = Math.Max(2, tenant.Memberships / 100);
        for (var i = 0; i < changes; i++)
            (i % 2 is 0 ? (Action)AddMember : RemoveMember)();
    }

    /// <summary>A user changes department.</summary>
    public void Move(string user, string? from, string to)
    {
        FindByName(from)?.Members.Remove(user);
        FindByName(to)?.Members.Add(user);
    }

    /// <summary>A new user joins the group of all staff, the group of the department, and any other group.</summary>
    public void Join(TenantUser user)
    {
        foreach (
            var group in (TenantGroup?[])
                [FindByName("All Staff"), FindByName(user.Department), tenant.Groups.Count is 0 ? null : Pick(tenant.Groups.Values)]
        )
            group?.Members.Add(user.ObjectId);
    }

    void CreateGroup()
    {
        var group = new TenantGroup { ObjectId = people.NewObjectId(), DisplayName = FreeName() };
        for (var i = random.Next(2, 12); i > 0; i--)
            group.Members.Add(Pick(tenant.Users.Keys));
        tenant.Add(group);
    }

    // One group becomes a member of another; before that, one such membership ends. A parent is no member itself, so that there is no
    // circle.
    void ChangeNesting()
    {
        bool IsGroup(string member) => tenant.Groups.ContainsKey(member);
        var parents = tenant.Groups.Values.Where(group => group.Members.Any(IsGroup)).ToList();
        if (parents is not [])
        {
            var parent = Pick(parents);
            parent.Members.Remove(Pick(parent.Members.Where(IsGroup)));
        }
        var children = tenant.Groups.Values.SelectMany(group => group.Members.Where(IsGroup)).ToHashSet();
        var (above, below) = (Pick(tenant.Groups.Values.Where(group => !children.Contains(group.ObjectId))), Pick(tenant.Groups.Values));
        if (above != below && !below.Members.Any(IsGroup))
            above.Members.Add(below.ObjectId);
    }

    void AddMember() => Pick(tenant.Groups.Values).Members.Add(Pick(tenant.Users.Keys));

    void RemoveMember()
    {
        var members = Pick(tenant.Groups.Values).Members;
        if (members.Count > 1)
            members.Remove(Pick(members));
    }

    TenantGroup? FindByName(string? name) =>
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

    T Pick<T>(IEnumerable<T> all) => all.ToArray() is var array ? array[random.Next(array.Length)] : default!;
}
