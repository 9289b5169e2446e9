using System.Globalization;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>The size of a generated tenant: users, groups, and memberships of all groups.</summary>
sealed record TenantSize(int Users, int Groups, int Memberships)
{
    /// <summary>
    /// Missing numbers follow from the number of users: a group for every tenth, and so few memberships that some groups stay small.
    /// </summary>
    public static TenantSize For(int users, int? groups, int? memberships)
    {
        var count = groups ?? Math.Max(4, users / 10);
        return new(users, count, memberships ?? (int)Math.Clamp(Math.Min(5L * users, users * ((count + 1L) / 2)), 0, int.MaxValue));
    }
}

/// <summary>
/// Generates a tenant: a tree of managers, a group of all staff, one per department, big and small projects, some with a group as a member.
/// Equal arguments give an equal tenant.
/// </summary>
sealed class TenantGenerator
{
    /// <summary>One in this many users cannot sign in from the beginning: Entra never creates those.</summary>
    const int DisabledOneIn = 50;

    /// <summary>How many people report to one manager.</summary>
    const int ReportsPerManager = 8;

    /// <summary>The highest number of members of a small project: as many as provision on demand accepts.</summary>
    const int MostMembersOfSmall = 5;

    static readonly string[] Projects =
    [
        "Apollo",
        "Project \"Zürich\"",
        "R\\D Préparation",
        "O'Hare Move",
        "数据平台",
        "Budget & Forecast (FY)",
        "Night, Shift; EMEA",
        "Größe 50%",
        "C:\\Share\\Readers",
        "Beta+Testers",
    ];

    readonly Random _random;
    readonly Tenant _tenant;

    TenantGenerator(int seed, string mark)
    {
        _random = new Random(seed);
        _tenant = new() { Mark = mark };
        People = new(mark, _random);
    }

    /// <summary>Generates more people of the same tenant.</summary>
    TenantPeople People { get; }

    /// <exception cref="CannotRun">No tenant can have this size.</exception>
    public static (Tenant Tenant, TenantPeople People, Random Random) Generate(TenantSize size, int seed, string mark)
    {
        if (size is { Users: < 1 } or { Groups: < 0 } or { Memberships: < 0 })
            throw new CannotRun("A tenant has at least one user, and no negative number of groups or memberships.");
        if (size.Memberships > (long)size.Users * size.Groups)
            throw new CannotRun(
                $"{size.Groups} groups of {size.Users} users have at most {(long)size.Users * size.Groups} memberships, "
                    + $"not {size.Memberships}."
            );
        var generator = new TenantGenerator(seed, mark);
        generator.AddUsers(size.Users);
        generator.AddMemberships(generator.AddGroups(size.Groups), size.Memberships);
        return (generator._tenant, generator.People, generator._random);
    }

    /// <summary>The displayName of a group: marked and unique.</summary>
    public static string GroupName(Tenant tenant, string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}{(number is 0 ? "" : $" {number + 1}")} [sim-{tenant.Mark}]");

    /// <summary>The name of a project with this number.</summary>
    public static string ProjectName(Tenant tenant, int number) =>
        GroupName(tenant, Projects[number % Projects.Length], number / Projects.Length);

    void AddUsers(int count)
    {
        var managers = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var user = People.Next() with { AccountEnabled = i % DisabledOneIn != DisabledOneIn - 1 };
            if (i > 0)
                user = user with { Manager = managers[Math.Min((i - 1) / ReportsPerManager, managers.Count - 1)] };
            if (user.AccountEnabled && (!user.IsGuest || i is 0))
                managers.Add(user.ObjectId);
            _tenant.Add(i is 0 ? user with { JobTitle = "Chief Executive Officer", AccountEnabled = true } : user);
        }
    }

    // All staff first, then departments, then projects.
    List<TenantGroup> AddGroups(int count)
    {
        var departments = Math.Min(TenantPeople.Departments.Length, Math.Max(0, (count - 1) / 2));
        var groups = Enumerable
            .Range(0, count)
            .Select(i => new TenantGroup
            {
                ObjectId = People.NewObjectId(),
                DisplayName =
                    i is 0 ? GroupName(_tenant, "All Staff", 0)
                    : i <= departments ? GroupName(_tenant, TenantPeople.Departments[i - 1].Name, 0)
                    : ProjectName(_tenant, i - departments - 1),
            })
            .ToList();
        foreach (var group in groups)
            _tenant.Add(group);
        return groups;
    }

    void AddMemberships(List<TenantGroup> groups, int memberships)
    {
        var departments = Math.Min(TenantPeople.Departments.Length, Math.Max(0, (groups.Count - 1) / 2));
        var projects = groups.Skip(departments + 1).ToList();
        bool Add(TenantGroup group, string member) => memberships > 0 && group.Members.Add(member) && memberships-- > 0;

        // Every fourth project is small, and at least one.
        var small = projects.TakeLast(Math.Max(1, projects.Count / 4)).ToList();
        var big = projects.SkipLast(small.Count).ToList();
        var users = _tenant.Users.Keys.ToArray();

        // One project in eight is a member of the project before it, which is no member of another.
        for (var i = 1; i < projects.Count; i += 8)
            Add(projects[i - 1], projects[i].ObjectId);
        foreach (var project in small)
            for (var wanted = _random.Next(2, MostMembersOfSmall + 1); wanted > 0; wanted--)
                Add(project, users[_random.Next(users.Length)]);
        foreach (var user in _tenant.Users.Values)
            for (var i = 0; i < departments; i++)
                if (TenantPeople.Departments[i].Name == user.Department)
                    Add(groups[i + 1], user.ObjectId);
        foreach (var user in _tenant.Users.Values)
            if (groups.Count > 0)
                Add(groups[0], user.ObjectId);

        // Because of the square, few groups are big and many are small.
        for (var tries = memberships * 2L; tries > 0 && memberships > 0 && big.Count > 0; tries--)
            Add(big[(int)(Math.Pow(_random.NextDouble(), 2) * big.Count)], users[_random.Next(users.Length)]);
        foreach (var group in big.Concat(groups.Except(small)).Concat(small))
        foreach (var user in users)
            if (memberships > 0)
                Add(group, user);
    }
}
