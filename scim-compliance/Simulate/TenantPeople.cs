using System.Globalization;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Generates the people of a tenant, one after another; the same seed gives the same people.</summary>
sealed class TenantPeople(string mark, Random random)
{
    /// <summary>Departments and their job titles.</summary>
    public static readonly (string Name, string[] Titles)[] Departments =
    [
        ("Engineering", ["Engineer", "Senior Engineer", "Architect"]),
        ("Sales", ["Account Executive", "Sales Assistant"]),
        ("Research & Development", ["Researcher", "Scientist"]),
        ("Finance", ["Accountant", "Controller"]),
        ("Human Resources", ["Recruiter", "HR Partner"]),
        ("Legal", ["Counsel"]),
        ("Marketing \"Brand\"", ["Designer", "Editor"]),
        ("Customer Success", ["Consultant"]),
        ("IT Operations", ["Administrator", "SRE"]),
        ("Einkauf / Achats", ["Einkäufer", "Acheteuse"]),
    ];

    readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    int _made;

    /// <summary>The domain of the run: no other addresses end in it.</summary>
    public string Domain => $"sim-{mark}.example.com";

    public string NewObjectId() => random.NextGuid();

    /// <summary>The aliases of these people are not used for new ones.</summary>
    public void Reserve(Tenant tenant) => _taken.UnionWith(tenant.Users.Values.Select(user => user.UserPrincipalName.Split('@', '_')[0]));

    /// <summary>A new person: one in 40 is a guest, one in 20 has no mailbox.</summary>
    public TenantUser Next()
    {
        var culture = Pick(TenantCulture.All);
        var (given, givenAddress) = Name(Pick(culture.Given));
        var (surname, surnameAddress) = Name(Pick(culture.Surnames));
        var alias = Free($"{givenAddress}.{surnameAddress}");
        var kind = random.Next(40);
        var department = Departments[random.Next(Departments.Length)];
        return At(
            culture,
            new()
            {
                ObjectId = NewObjectId(),
                UserPrincipalName = kind is 0
                    ? $"{alias}_partner.sim-{mark}.example.org{AttributeMapping.Guest}@{Domain}"
                    : $"{alias}@{Domain}",
                DisplayName = culture.Language is "ja-JP" ? $"{surname} {given}" : $"{given} {surname}",
                GivenName = given,
                Surname = surname,
                Mail = kind switch
                {
                    0 => $"{alias}@partner.sim-{mark}.example.org",
                    1 or 2 => null,
                    _ => $"{alias}@{Domain}",
                },
                // The default mapping sends it as externalId, which some servers require to be unique.
                MailNickname = $"{alias.Replace("'", "", StringComparison.Ordinal)}.{mark}",
                EmployeeId = kind is 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{_made:000000}"),
                Department = department.Name,
                JobTitle = Pick(department.Titles),
                PreferredLanguage = culture.Language,
            }
        );
    }

    /// <summary>The same person with a new surname, and so with another display name, address and sign-in name.</summary>
    public TenantUser Renamed(TenantUser user)
    {
        var culture = TenantCulture.All.FirstOrDefault(culture => culture.Language == user.PreferredLanguage) ?? TenantCulture.All[0];
        var (surname, address) = Name(Pick(culture.Surnames));
        var alias = Free($"{user.UserPrincipalName.Split('.', '@')[0]}.{address}");
        return user with
        {
            Surname = surname,
            DisplayName = $"{user.GivenName} {surname}",
            UserPrincipalName = user.IsGuest ? user.UserPrincipalName : $"{alias}@{Domain}",
            Mail = user.Mail is null || user.IsGuest ? user.Mail : $"{alias}@{Domain}",
        };
    }

    T Pick<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    TenantUser At(TenantCulture culture, TenantUser user)
    {
        var number = random.Next(1, 200);
        string? Maybe(int percent, string text) => random.Next(100) < percent ? text : null;
        return user with
        {
            PhysicalDeliveryOfficeName = Maybe(80, string.Create(CultureInfo.InvariantCulture, $"{number % 20}/{2100 + number}")),
            TelephoneNumber = Maybe(70, string.Create(CultureInfo.InvariantCulture, $"{culture.Dial}{random.Next(1000, 9999)}")),
            Mobile = Maybe(
                50,
                string.Create(CultureInfo.InvariantCulture, $"{culture.Dial.Split(' ')[0]} 170 {random.Next(1_000_000, 9_999_999)}")
            ),
            FacsimileTelephoneNumber = Maybe(
                5,
                string.Create(CultureInfo.InvariantCulture, $"{culture.Dial}{random.Next(1000, 9999)} ext. 9")
            ),
            StreetAddress = Maybe(90, string.Create(CultureInfo.InvariantCulture, $"{Pick(culture.Streets)} {number}")),
            PostalCode = string.Format(CultureInfo.InvariantCulture, culture.Postcode, number % 10),
            City = culture.City,
            State = Maybe(60, culture.State),
            Country = culture.Country,
        };
    }

    string Free(string alias)
    {
        _made++;
        for (var (free, number) = (alias, 2); ; free = string.Create(CultureInfo.InvariantCulture, $"{alias}{number++}"))
            if (_taken.Add(free))
                return free;
    }

    static (string Name, string Address) Name(string name) =>
        name.Split('=') is [var shown, var address] ? (shown, address) : (name, name.ToLowerInvariant());
}
