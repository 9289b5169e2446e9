namespace ScimCompliance.Simulate;

/// <summary>
/// Changes a tenant between two cycles: people join, move, leave, get a new surname, are blocked and come back; groups change.
/// </summary>
sealed class TenantChanges(Tenant tenant, TenantPeople people, Random random)
{
    public const int DaysUntilPurge = 30;

    readonly List<string> _blocked = [];
    readonly TenantGroupChanges _groups = new(tenant, people, random);

    public void Apply(double day)
    {
        Purge(day);
        Return();
        foreach (var user in SomeUsers(2))
            Leave(user, day);
        foreach (var user in SomeUsers(0.5))
            Block(user);
        foreach (var user in SomeUsers(3))
            Move(user);
        foreach (var user in SomeUsers(1))
            tenant.Add(people.Renamed(user));
        foreach (var user in SomeUsers(1))
            Clear(user);
        for (var i = 0; i < CountOf(2); i++)
            Join();
        _groups.Apply();
    }

    /// <summary>Purges users 30 days after the soft delete, and one in five of the others before, as an admin may do.</summary>
    void Purge(double day)
    {
        foreach (
            var user in tenant
                .Users.Values.Where(user =>
                    user.SoftDeletedOnDay is { } deleted && (day - deleted >= DaysUntilPurge || deleted < day && random.Next(5) is 0)
                )
                .ToList()
        )
            tenant.Purge(user);
    }

    // Some soft-deleted users are restored, and some blocked users may sign in again.
    void Return()
    {
        foreach (var user in tenant.Users.Values.Where(user => user.SoftDeletedOnDay is not null && random.Next(4) is 0).ToList())
            tenant.Add(user with { SoftDeletedOnDay = null });
        foreach (var id in _blocked.Where(_ => random.Next(2) is 0).ToList())
        {
            _blocked.Remove(id);
            if (tenant.Users.GetValueOrDefault(id) is { } user)
                tenant.Add(user with { AccountEnabled = true });
        }
    }

    void Leave(TenantUser user, double day)
    {
        foreach (var report in tenant.Users.Values.Where(report => report.Manager == user.ObjectId).ToList())
            tenant.Add(report with { Manager = user.Manager });
        tenant.Add(tenant.Users[user.ObjectId] with { SoftDeletedOnDay = day });
    }

    void Block(TenantUser user)
    {
        _blocked.Add(user.ObjectId);
        tenant.Add(user with { AccountEnabled = false });
    }

    void Move(TenantUser user)
    {
        var (department, titles) = TenantPeople.Departments[random.Next(TenantPeople.Departments.Length)];
        // The new manager does not report to this user, so that there is no circle.
        var manager = random.Next(10) is 0
            ? null
            : tenant
                .Users.Values.Where(other => !other.IsSoftDeleted && !IsBelow(other, user))
                .Select(other => other.ObjectId)
                .ElementAtOrDefault(random.Next(tenant.Users.Count))
                ?? user.Manager;
        tenant.Add(user with { Department = department, JobTitle = titles[random.Next(titles.Length)], Manager = manager });
        _groups.Move(user.ObjectId, user.Department, department);
    }

    bool IsBelow(TenantUser user, TenantUser top)
    {
        for (var at = user; at is not null; at = at.Manager is { } manager ? tenant.Users.GetValueOrDefault(manager) : null)
            if (at.ObjectId == top.ObjectId)
                return true;
        return false;
    }

    void Clear(TenantUser user) =>
        tenant.Add(
            random.Next(3) switch
            {
                0 => user with { Mobile = null },
                1 => user with { PhysicalDeliveryOfficeName = null },
                _ => user with { FacsimileTelephoneNumber = null, TelephoneNumber = null },
            }
        );

    void Join()
    {
        var managers = tenant.Users.Values.Where(user => !user.IsSoftDeleted && !user.IsGuest).ToList();
        var user = people.Next() with { Manager = managers is [] ? null : managers[random.Next(managers.Count)].ObjectId };
        tenant.Add(user);
        _groups.Join(user);
    }

    int CountOf(double percent) => Math.Max(1, (int)(tenant.Users.Count * percent / 100));

    // Some users, each read when it is its turn, since an earlier change may concern it.
    IEnumerable<TenantUser> SomeUsers(double percent)
    {
        var active = tenant.Users.Values.Where(user => !user.IsSoftDeleted).Select(user => user.ObjectId).ToArray();
        random.Shuffle(active);
        foreach (var id in active.Take(CountOf(percent)))
            yield return tenant.Users[id];
    }
}
