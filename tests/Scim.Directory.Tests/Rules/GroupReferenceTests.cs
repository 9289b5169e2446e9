namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class GroupReferenceTests
{
    static readonly ReceivedGroup Design = new(Given.Id(1), "Design", "ext-1");

    static readonly GroupReference ByName = new(null, "design", null);

    [Test]
    public void A_name_is_bound_when_its_group_comes()
    {
        var (reference, problem) = ByName.Bind([Design, new(Given.Id(2), "Sales", "ext-2")]);

        Assert.That(reference, Is.EqualTo(new GroupReference(Given.Id(1), "Design", "ext-1")));
        Assert.That(problem, Is.Null);
    }

    [Test]
    public void An_externalId_is_bound_when_its_group_comes() =>
        Assert.That(new GroupReference(null, null, "ext-1").Bind([Design]).Reference.Id, Is.EqualTo(Given.Id(1)));

    [Test]
    public void A_group_that_is_created_again_is_found()
    {
        var waits = ByName.Bind([Design]).Reference.Unbind(Given.Id(1));

        Assert.That(waits.Id, Is.Null);
        Assert.That(waits.Bind([Design with { Id = Given.Id(5) }]).Reference.Id, Is.EqualTo(Given.Id(5)));
    }

    [Test]
    public void Another_group_of_the_name_does_not_take_the_place_of_a_known_one()
    {
        var waits = ByName.Bind([Design]).Reference.Unbind(Given.Id(1));

        Assert.That(waits.Bind([new(Given.Id(5), "Design", "ext-5")]).Reference.Id, Is.Null);
    }

    [Test]
    public void Two_candidates_are_a_problem_and_bind_nothing()
    {
        var (reference, problem) = ByName.Bind([Design, new(Given.Id(2), "DESIGN", "ext-2")]);

        Assert.That(reference.Id, Is.Null);
        Assert.That((problem?.Kind, problem?.Holds), Is.EqualTo((ProblemKind.AmbiguousGroup, false)));
    }

    [Test]
    public void A_second_candidate_later_is_a_problem_and_changes_nothing()
    {
        var bound = ByName.Bind([Design with { ExternalId = null }]).Reference;

        var (reference, problem) = bound.Bind([new(Given.Id(2), "Design", null)]);

        Assert.That(reference, Is.EqualTo(bound));
        Assert.That(problem?.Other, Is.EqualTo(Given.Id(2)));
    }

    [Test]
    public void A_bound_reference_learns_the_new_name_of_its_group() =>
        Assert.That(
            ByName.Bind([Design]).Reference.Bind([Design with { Name = "Product" }]).Reference,
            Is.EqualTo(new GroupReference(Given.Id(1), "Product", "ext-1"))
        );

    [Test]
    public void An_id_alone_learns_how_to_find_its_group_again() =>
        Assert.That(
            new GroupReference(Given.Id(1), null, null).Bind([Design]).Reference,
            Is.EqualTo(new GroupReference(Given.Id(1), "Design", "ext-1"))
        );

    [Test]
    public void Scope_and_roles_are_bound_and_released_together()
    {
        var scope = new Scope(ScopeMode.Groups, [ByName, new(null, "Sales", null)]);
        var roles = new RoleMappings(RoleMode.All, null, [new(ByName, "editor")], false);

        var (boundScope, boundRoles) = (scope.Received(Design).Scope, roles.Received(Design).Mappings);

        Assert.That(boundScope.Groups.Select(group => group.Id), Is.EqualTo(new Guid?[] { Given.Id(1), null }));
        Assert.That(boundRoles.Groups.Single().Group.Id, Is.EqualTo(Given.Id(1)));
        Assert.That(boundScope.Deleted(Given.Id(1)).Groups.Select(group => group.Id), Is.All.Null);
        Assert.That(boundRoles.Deleted(Given.Id(1)).Groups.Single().Group.Id, Is.Null);
    }
}
