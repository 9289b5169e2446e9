namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class ScopeAndRoleTests
{
    static string Roles(RoleMappings mappings, string values = "", params int[] groups)
    {
        var rules = Given.Rules(roles: mappings);
        var user = rules.Read(Given.Ella($"'roles':[{values}]"));
        var roles = rules.RolesOf(user, groups.Select(Given.Id).ToHashSet());
        return string.Join(" ", roles.Select(role => $"{role.Key}:{string.Join(",", role.Via.Select(id => id.ToString()[^1]))}"));
    }

    [Test]
    public void Everybody_is_in_the_default_scope() => Assert.That(Given.Rules().InScope(new HashSet<Guid>()), Is.True);

    [TestCase(new[] { 1 }, true)]
    [TestCase(new[] { 2, 3 }, true)]
    [TestCase(new[] { 3 }, false)]
    [TestCase(new int[0], false)]
    public void Members_of_one_of_the_groups_are_in_scope(int[] groups, bool expected) =>
        Assert.That(Given.Rules(scope: Given.ScopeOf(1, 2)).InScope(groups.Select(Given.Id).ToHashSet()), Is.EqualTo(expected));

    [Test]
    public void Nobody_is_in_a_scope_whose_group_has_not_come()
    {
        var rules = Given.Rules(scope: new(ScopeMode.Groups, [new(null, "Design", null)]));

        Assert.That(rules.InScope(new HashSet<Guid> { Given.Id(1) }), Is.False);
    }

    [TestCase(RoleMode.All, new[] { 1, 2 }, "admin:2 editor:1")]
    [TestCase(RoleMode.Highest, new[] { 1, 2 }, "admin:2")]
    [TestCase(RoleMode.All, new[] { 3, 1 }, "editor:1,3")]
    [TestCase(RoleMode.Highest, new[] { 9 }, "viewer:")]
    [TestCase(RoleMode.All, new int[0], "viewer:")]
    public void Groups_give_roles_and_the_default_is_for_those_without(RoleMode mode, int[] groups, string expected)
    {
        RoleMapping[] mapped = [Given.RoleOf(1, "editor"), Given.RoleOf(2, "admin"), Given.RoleOf(3, "editor")];

        Assert.That(Roles(new(mode, "viewer", mapped, false), "", groups), Is.EqualTo(expected));
    }

    [TestCase(true, "editor:1 viewer:")]
    [TestCase(false, "editor:1")]
    public void Values_of_roles_count_when_the_mapping_says_so(bool attribute, string expected) =>
        Assert.That(
            Roles(new(RoleMode.All, null, [Given.RoleOf(1, "editor")], attribute), """{"value":"viewer"},{"value":"boss"}""", 1),
            Is.EqualTo(expected)
        );

    [Test]
    public void A_value_adds_no_group_to_a_role() =>
        Assert.That(Roles(new(RoleMode.All, null, [Given.RoleOf(1, "editor")], true), """{"value":"editor"}""", 1), Is.EqualTo("editor:1"));

    [Test]
    public void Without_mappings_nobody_has_a_role() => Assert.That(Roles(RoleMappings.None, """{"value":"admin"}""", 1), Is.Empty);
}
