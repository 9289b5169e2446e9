extern alias compliance;
using compliance::ScimCompliance.Simulate;
using compliance::ScimCompliance.Verify;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>The tenants that the tool generates, reads and writes.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class TenantTests
{
    [TestCase(1, 0, 0)]
    [TestCase(1, 1, 1)]
    [TestCase(7, 3, 21)]
    [TestCase(50, 2, 60)]
    [TestCase(200, 20, 1000)]
    [TestCase(300, 40, 11_999)]
    public void A_tenant_has_exactly_the_size_asked_for(int users, int groups, int memberships)
    {
        var tenant = Make(new(users, groups, memberships));

        Assert.That((tenant.Users.Count, tenant.Groups.Count, tenant.Memberships), Is.EqualTo((users, groups, memberships)));
        Assert.That(() => TenantFile.Read(TenantFile.Write(tenant)), Throws.Nothing);
    }

    [Test]
    public void Equal_seeds_make_equal_tenants_and_equal_changes_and_other_seeds_others()
    {
        var (one, same, other) = (Changed(seed: 3), Changed(seed: 3), Changed(seed: 4));

        Assert.That(same, Is.EqualTo(one));
        Assert.That(other, Is.Not.EqualTo(one));
    }

    [Test]
    public void A_tenant_reads_back_as_it_was_written()
    {
        var written = Changed(seed: 5);

        Assert.That(TenantFile.Write(TenantFile.Read(written)), Is.EqualTo(written));
    }

    [Test]
    public void A_tenant_has_what_real_ones_have()
    {
        var tenant = Make(new(2000, 100, 20_000));
        var users = tenant.Users.Values;

        Assert.That(users.Count(user => user.IsGuest), Is.Positive, "guests");
        Assert.That(users.Count(user => user.Mail is null), Is.Positive, "no mailbox");
        Assert.That(users.Count(user => user.IsSoftDeleted), Is.Positive, "disabled from the beginning");
        Assert.That(users.Count(user => user.DisplayName.Contains('\'')), Is.Positive, "apostrophes");
        Assert.That(users.Count(user => !user.DisplayName.All(char.IsAscii)), Is.Positive, "accents");
        Assert.That(users.Count(user => user.Manager is null), Is.EqualTo(1), "one at the top");
        Assert.That(users.All(user => user.UserPrincipalName.All(char.IsAscii)), "addresses");
        Assert.That(tenant.Groups.Values.Count(group => group.Members.Any(tenant.Groups.ContainsKey)), Is.Positive, "nested groups");
        Assert.That(tenant.Groups.Values.Count(group => group.DisplayName.Contains('"')), Is.Positive, "quotes");
        Assert.That(tenant.Groups.Values.Count(group => group.DisplayName.Contains('\\')), Is.Positive, "backslashes");
    }

    [TestCase(1)]
    [TestCase(20)]
    [TestCase(200)]
    [TestCase(5000)]
    public void A_tenant_of_which_only_the_users_are_given_has_small_groups(int users)
    {
        var size = TenantSize.For(users, null, null);

        var tenant = Make(size);

        Assert.That((tenant.Groups.Count, tenant.Memberships), Is.EqualTo((Math.Max(4, users / 10), size.Memberships)));
        Assert.That(tenant.Groups.Values.Count(group => group.Members.Count is > 0 and <= 5), Is.Positive);
        Assert.That(tenant.Groups.Values.Max(group => group.Members.Count), Is.EqualTo(users), "all staff");
    }

    [Test]
    public void A_given_size_is_kept()
    {
        Assert.That(TenantSize.For(200, null, null), Is.EqualTo(new TenantSize(200, 20, 1000)));
        Assert.That(TenantSize.For(20, 6, 70), Is.EqualTo(new TenantSize(20, 6, 70)));
        Assert.That(TenantSize.For(20, 0, null), Is.EqualTo(new TenantSize(20, 0, 0)));
    }

    [TestCase("""{"users":[]}""", "the file has no 'mark'")]
    [TestCase(
        """
            {"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A"},
                                    {"objectId":"2","userPrincipalName":"b@abcd.example"}]}
            """,
        "entry 2 of 'users' ('b@abcd.example') has no 'displayName'"
    )]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","accountEnabled":"yes"}]}""",
        "'accountEnabled' of entry 1 of 'users' ('a@abcd.example') must be true or false"
    )]
    [TestCase("""{"mark":"abcd","users":[{"objectId":1}]}""", "entry 1 of 'users' has no 'userPrincipalName'")]
    [TestCase("""{"mark":"abcd","users":["ada"]}""", "entry 1 of 'users' must be an object")]
    [TestCase("""{"mark":"abcd","users":{}}""", "'users' of the file must be a list")]
    [TestCase(
        """{"mark":"abcd","groups":[{"objectId":"1","displayName":"abcd","members":[2]}]}""",
        "'members' of entry 1 of 'groups' ('abcd') must be a list of texts"
    )]
    [TestCase("""{"mark":null}""", "'mark' of the file must be a text")]
    [TestCase("[]", "the file must be an object")]
    [TestCase("null", "the file must be an object")]
    [TestCase("{\n\"mark\": \"abcd\",\nusers", "no JSON from line 3 on")]
    [TestCase("""{"mark":"ab","users":[]}""", "at least 4 characters")]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"ada@example.com","displayName":"Ada"}]}""",
        "does not contain the mark 'abcd'"
    )]
    [TestCase(
        """
            {"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A"},
                                    {"objectId":"1","userPrincipalName":"b@abcd.example","displayName":"B"}]}
            """,
        "same objectId"
    )]
    [TestCase(
        """
            {"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A"},
                                    {"objectId":"2","userPrincipalName":"A@abcd.example","displayName":"B"}]}
            """,
        "is there twice"
    )]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","manager":"2"}]}""",
        "is no user"
    )]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","manager":"1"}]}""",
        "'a@abcd.example' is the manager of themselves"
    )]
    [TestCase(
        """
            {"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","manager":"2"},
                                    {"objectId":"2","userPrincipalName":"b@abcd.example","displayName":"B","manager":"3"},
                                    {"objectId":"3","userPrincipalName":"c@abcd.example","displayName":"C","manager":"2"}]}
            """,
        "'b@abcd.example' is the manager of themselves, directly or over others"
    )]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a_b.example#EXT#@abcd.example","displayName":"A"}]}""",
        "does not contain the mark"
    )]
    [TestCase("""{"mark":"abcd","groups":[{"objectId":"1","displayName":"abcd","members":["2"]}]}""", "neither a user nor a group")]
    [TestCase(
        """{"mark":"abcd","groups":[{"objectId":"1","displayName":"abcd","members":null}]}""",
        "'members' of entry 1 of 'groups' ('abcd') must be a list"
    )]
    [TestCase(
        """{"mark":"abcd","users":[{"objectId":"1","userPrincipalName":"a@abcd.example","displayName":"A","jobtitel":"X"}]}""",
        "'jobtitel' of entry 1 of 'users' ('a@abcd.example') is not known; there are objectId,"
    )]
    [TestCase("[", "cannot be read")]
    public void A_tenant_file_that_cannot_be_used_is_refused_with_an_explanation(string json, string says) =>
        Assert.That(
            () => TenantFile.Read(json),
            Throws.TypeOf<CannotRun>().With.Message.Contains(says).And.Message.Not.Contains("ScimCompliance")
        );

    [TestCase(3, 2, 7)]
    [TestCase(0, 0, 0)]
    [TestCase(1, -1, 0)]
    public void An_impossible_size_is_refused(int users, int groups, int memberships) =>
        Assert.That(() => Make(new(users, groups, memberships)), Throws.TypeOf<CannotRun>());

    [TestCase("ada@contoso.com", ExpectedResult = "ada@contoso.com")]
    [TestCase("ada_lovelace_partner.org#EXT#@contoso.com", ExpectedResult = "ada_lovelace@partner.org")]
    public string The_userName_of_a_guest_is_the_address_in_the_home_tenant(string userPrincipalName) =>
        AttributeMapping.UserName(userPrincipalName);

    static Tenant Make(TenantSize size) => TenantGenerator.Generate(size, 1, "test").Tenant;

    static string Changed(int seed)
    {
        var (tenant, people, random) = TenantGenerator.Generate(new(100, 10, 400), seed, "test");
        var changes = new TenantChanges(tenant, people, random);
        for (var day = 0; day < 5; day++)
            changes.Apply(day * 10);
        return TenantFile.Write(tenant);
    }
}
