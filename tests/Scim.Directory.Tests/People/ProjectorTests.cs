namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class ProjectorTests
{
    static readonly Scope InGroupOne = Given.ScopeOf(1);

    static readonly Mapping Strict = Given.Mapping(new AttributeMapping("department", ["department"], WhenMissing: WhenMissing.Hold));

    static ReceivedUser Ella(bool active = true, string? title = "Engineer", int id = 1, params int[] groups) =>
        Given.User(
            $$"""{"userName":"ella","active":{{(active ? "true" : "false")}}{{(title is null ? "" : $",\"title\":\"{title}\"")}}}""",
            id,
            groups
        );

    [TestCase(true, PersonStatus.Active)]
    [TestCase(false, PersonStatus.Inactive)]
    public void A_new_user_is_created_also_when_inactive(bool active, PersonStatus status)
    {
        var released = Given.Released(Given.Project(Ella(active)));

        Assert.That(released.Event.Type, Is.EqualTo("directory.user.created"));
        Assert.That((released.Event.Changes, released.Event.Previous.Count), Is.EqualTo((Array.Empty<string>(), 0)));
        var person = released.Next;
        Assert.That(
            (person.Id, person.ResourceId, person.IsLinked, person.Version),
            Is.EqualTo((Given.Id(100), (Guid?)Given.Id(1), true, 1L))
        );
        Assert.That((person.Status, person.Reason), Is.EqualTo((status, active ? (StatusReason?)null : StatusReason.IdentityProvider)));
        Assert.That((person.CreatedAt, person.UpdatedAt), Is.EqualTo((Given.Later, Given.Later)));
    }

    [Test]
    public void A_change_is_an_update_with_the_value_before()
    {
        var released = Given.Released(Given.Project(Ella(title: "Lead"), previous: Given.Known(Ella())));

        Assert.That(released.Event.Type, Is.EqualTo("directory.user.updated"));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "jobTitle" }));
        Assert.That(released.Event.Previous.ToJsonString(), Is.EqualTo("""{"jobTitle":"Engineer"}"""));
        Assert.That(released.Next.Version, Is.EqualTo(2));
    }

    [Test]
    public void A_custom_attribute_is_named_below_attributes()
    {
        const string Extension = EnterpriseUserSchema.Id;
        var known = Given.Known(Given.Ella($"'{Extension}':{{'costCenter':'42'}}"));

        var told = Given.Released(Given.Project(Given.Ella(), previous: known)).Event;

        Assert.That(told.Changes, Is.EqualTo(new[] { "attributes.costCenter" }));
        Assert.That(told.Previous.ToJsonString(), Is.EqualTo("""{"attributes.costCenter":"42"}"""));
    }

    [Test]
    public void What_the_app_cannot_see_makes_no_event() =>
        Assert.That(
            Given.Project(Given.Ella("'nickName':'E','groups':[]"), previous: Given.Known(Given.Ella())),
            Is.InstanceOf<Outcome.Unchanged>().And.Matches<Outcome.Unchanged>(unchanged => unchanged.Row is null)
        );

    [TestCase(true, false, "directory.user.deactivated")]
    [TestCase(false, true, "directory.user.reactivated")]
    public void Active_or_not_has_events_of_its_own(bool before, bool after, string type)
    {
        var released = Given.Released(Given.Project(Ella(after), previous: Given.Known(Ella(before))));

        Assert.That(released.Event.Type, Is.EqualTo(type));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "status", "statusReason" }));
    }

    [Test]
    public void A_tombstone_deletes_and_freezes_everything_else()
    {
        var known = Given.Known(Ella());

        var released = Given.Released(Given.Project(Given.Tombstone(), previous: known));

        Assert.That(released.Event.Type, Is.EqualTo("directory.user.deleted"));
        Assert.That(
            released.Next,
            Is.EqualTo(
                known with
                {
                    Status = PersonStatus.Deleted,
                    Reason = StatusReason.DeletedByIdentityProvider,
                    IsLinked = false,
                    Version = 2,
                    UpdatedAt = Given.Later,
                }
            )
        );
    }

    [Test]
    public void A_tombstone_of_nobody_is_nothing() => Assert.That(Given.Project(Given.Tombstone()), Is.EqualTo(new Outcome.Nothing()));

    [Test]
    public void A_tombstone_deletes_once()
    {
        var deleted = Given.Released(Given.Project(Given.Tombstone(), previous: Given.Known(Ella()))).Next;

        Assert.That(Given.Project(Given.Tombstone(), previous: deleted).Kind, Is.EqualTo(OutcomeKind.Unchanged));
    }

    [Test]
    public void A_tombstone_whose_person_has_another_live_resource_does_nothing()
    {
        var known = Given.Known(Ella(id: 2));

        Assert.That(Given.Project(Given.Tombstone(1), previous: known), Is.EqualTo(new Outcome.Unchanged([])));
    }

    [Test]
    public void A_user_created_again_is_the_same_person()
    {
        var deleted = Given.Released(Given.Project(Given.Tombstone(), previous: Given.Known(Ella()))).Next;

        var released = Given.Released(Given.Project(Ella(id: 2), previous: deleted));

        Assert.That((released.Kind, released.Event.Type), Is.EqualTo((OutcomeKind.Linked, "directory.user.reactivated")));
        Assert.That((released.Next.Id, released.Next.ResourceId), Is.EqualTo((deleted.Id, (Guid?)Given.Id(2))));
        Assert.That(released.Event.Changes, Does.Contain("resourceId"));
    }

    [Test]
    public void A_restored_resource_is_the_same_person()
    {
        var deleted = Given.Released(Given.Project(Given.Tombstone(), previous: Given.Known(Ella()))).Next;

        var released = Given.Released(Given.Project(Ella(), previous: deleted));

        Assert.That((released.Event.Type, released.Next.IsLinked), Is.EqualTo(("directory.user.reactivated", true)));
    }

    [Test]
    public void Nobody_outside_the_scope_is_released() =>
        Assert.That(Given.Project(Ella(), Given.Rules(scope: InGroupOne)), Is.EqualTo(new Outcome.Nothing()));

    [Test]
    public void Who_leaves_the_scope_is_inactive_and_nothing_else_is_told()
    {
        var known = Given.Known(Ella());

        var released = Given.Released(Given.Project(Ella(title: "Lead"), Given.Rules(scope: InGroupOne), known));

        Assert.That(released.Event.Type, Is.EqualTo("directory.user.deactivated"));
        Assert.That(
            (released.Next.Status, released.Next.Reason),
            Is.EqualTo((PersonStatus.Inactive, (StatusReason?)StatusReason.OutOfScope))
        );
        Assert.That(released.Next.Values, Is.SameAs(known.Values));
    }

    [Test]
    public void Who_is_inactive_and_leaves_the_scope_has_another_reason()
    {
        var told = Given.Released(Given.Project(Ella(false), Given.Rules(scope: InGroupOne), Given.Known(Ella(false)))).Event;

        Assert.That((told.Type, told.Changes), Is.EqualTo(("directory.user.updated", new[] { "statusReason" })));
    }

    [Test]
    public void Who_comes_back_into_the_scope_is_active_again()
    {
        var rules = Given.Rules(scope: InGroupOne);
        var outside = Given.Released(Given.Project(Ella(), rules, Given.Known(Ella()))).Next;

        var released = Given.Released(Given.Project(Ella(groups: 1), rules, outside));

        Assert.That((released.Event.Type, released.Next.Id), Is.EqualTo(("directory.user.reactivated", outside.Id)));
    }

    [Test]
    public void A_user_outside_the_scope_takes_nobody_over()
    {
        var deleted = Given.Released(Given.Project(Given.Tombstone(), previous: Given.Known(Ella()))).Next;

        Assert.That(Given.Project(Ella(id: 2), Given.Rules(scope: InGroupOne), deleted), Is.EqualTo(new Outcome.Unchanged([])));
    }

    [Test]
    public void A_problem_holds_a_new_user_back() =>
        Assert.That(
            ((Outcome.Held)Given.Project(Ella(), Given.Rules(Strict))).Problems.Single().Kind,
            Is.EqualTo(ProblemKind.MissingRequired)
        );

    [Test]
    public void A_problem_holds_changes_back() =>
        Assert.That(Given.Project(Ella(title: "Lead"), Given.Rules(Strict), Given.Known(Ella())).Kind, Is.EqualTo(OutcomeKind.Held));

    [Test]
    public void A_problem_never_holds_a_deactivation_back()
    {
        var known = Given.Known(Ella());

        var released = Given.Released(Given.Project(Ella(false, "Lead"), Given.Rules(Strict), known));

        Assert.That(released.Event.Type, Is.EqualTo("directory.user.deactivated"));
        Assert.That(released.Next.Values, Is.SameAs(known.Values));
        Assert.That(released.Problems.Single().Holds, Is.True);
    }

    [Test]
    public void A_problem_does_not_let_a_user_deactivate_somebody_he_is_not_linked_to()
    {
        var imported = Given.Known(Ella()) with { ResourceId = null, IsLinked = false };

        Assert.That(Given.Project(Ella(false), Given.Rules(Strict), imported).Kind, Is.EqualTo(OutcomeKind.Held));
    }

    [Test]
    public void A_uid_that_another_user_has_is_a_problem_that_names_him()
    {
        var held = (Outcome.Held)Given.Project(Ella(), uidTakenBy: Given.Id(9));

        Assert.That(
            (held.Problems.Single().Kind, held.Problems.Single().Other),
            Is.EqualTo((ProblemKind.DuplicateUid, (Guid?)Given.Id(9)))
        );
    }

    [Test]
    public void A_changed_uid_on_the_same_resource_is_an_update_with_a_warning()
    {
        var rules = Given.Rules(Given.Mapping() with { Uid = ["externalId"], UidFormat = UidFormat.Any });
        var known = Given.Known(Given.Ella("'externalId':'a'"), rules);

        var released = Given.Released(Given.Project(Given.Ella("'externalId':'b'"), rules, known));

        Assert.That((released.Event.Type, released.Next.Id), Is.EqualTo(("directory.user.updated", known.Id)));
        Assert.That((string?)released.Event.Previous["uid"], Is.EqualTo("a"));
        Assert.That((released.Problems.Single().Kind, released.Problems.Single().Holds), Is.EqualTo((ProblemKind.UidChanged, false)));
    }

    [Test]
    public void A_warning_holds_nobody()
    {
        var rules = Given.Rules(Given.Mapping(new AttributeMapping("department", ["department"], WhenMissing: WhenMissing.Warn)));

        Assert.That(Given.Released(Given.Project(Ella(), rules)).Problems.Single().Kind, Is.EqualTo(ProblemKind.MissingValue));
    }

    [Test]
    public void What_becomes_managed_overwrites_what_the_app_set()
    {
        var known = Given.Known(Ella()) with { Managed = [], Own = Given.Json("""{"jobTitle":"Boss","level":3}""") };

        var released = Given.Released(Given.Project(Ella(), previous: known));

        Assert.That(released.Next.Own.ToJsonString(), Is.EqualTo("""{"level":3}"""));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "jobTitle", "managedAttributes" }));
        Assert.That((string?)released.Event.Previous["jobTitle"], Is.EqualTo("Boss"));
    }

    [Test]
    public void Roles_are_compared_by_key()
    {
        var roles = new RoleMappings(
            RoleMode.All,
            null,
            [Given.RoleOf(1, "editor"), Given.RoleOf(2, "editor"), Given.RoleOf(3, "admin")],
            false
        );
        var rules = Given.Rules(roles: roles);
        var known = Given.Known(Ella(groups: 1), rules);

        var moved = (Outcome.Unchanged)Given.Project(Ella(groups: 2), rules, known);
        var told = Given.Released(Given.Project(Ella(groups: [2, 3]), rules, known)).Event;

        Assert.That(moved.Row!.Roles.Single().Via, Is.EqualTo(new[] { Given.Id(2) }));
        Assert.That(moved.Row.Version, Is.EqualTo(known.Version));
        Assert.That(told.Changes, Is.EqualTo(new[] { "roles" }));
        Assert.That(told.Previous["roles"]!.ToJsonString(), Is.EqualTo($$"""[{"key":"editor","via":["{{Given.Id(1)}}"]}]"""));
    }

    [Test]
    public void A_manager_is_a_person_or_nobody_yet()
    {
        var user = Given.Ella($"'{EnterpriseUserSchema.Id}':{{'manager':{{'value':'{Given.Id(7)}'}}}}");
        var unknown = (Outcome.Unchanged)Given.Project(user, previous: Given.Known(Given.Ella()));
        var known = Given.Released(Given.Project(user, previous: unknown.Row, manager: Given.Id(107)));

        Assert.That((unknown.Row!.ManagerResourceId, unknown.Row.ManagerId), Is.EqualTo(((Guid?)Given.Id(7), (Guid?)null)));
        Assert.That((known.Next.ManagerId, known.Event.Changes), Is.EqualTo(((Guid?)Given.Id(107), new[] { "managerId" })));
    }
}
