namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class DepartureTests
{
    [TestCase(false, PersonStatus.Inactive, "directory.user.deactivated")]
    [TestCase(true, PersonStatus.Deleted, "directory.user.deleted")]
    public void Deleting_a_connection_deactivates_or_deletes(bool remove, PersonStatus status, string type)
    {
        var released = Given.Released(Projector.ConnectionDeleted(Given.Known(Given.Ella()), remove, Given.Catalogue, Given.Later));

        Assert.That((released.Next.Status, released.Next.Reason), Is.EqualTo((status, (StatusReason?)StatusReason.ConnectionDeleted)));
        Assert.That((released.Event.Type, released.Next.IsLinked), Is.EqualTo((type, false)));
    }

    [Test]
    public void Deleting_a_connection_tells_nothing_of_who_is_not_active()
    {
        var inactive = Given.Known(Given.User("""{"userName":"e","active":false}"""));

        var unchanged = (Outcome.Unchanged)Projector.ConnectionDeleted(inactive, remove: false, Given.Catalogue, Given.Later);

        Assert.That((unchanged.Row!.Reason, unchanged.Row.IsLinked), Is.EqualTo(((StatusReason?)StatusReason.IdentityProvider, false)));
    }

    [Test]
    public void A_person_without_a_resource_keeps_the_uid_when_the_mapping_changes()
    {
        var person = Given.Known(Given.Ella()) with { IsLinked = false, Uid = "Ella@X", UidKey = "Ella@X" };
        var rules = Given.Rules(new(["userName"], []));

        var unchanged = (Outcome.Unchanged)Projector.ProjectUnlinked(person, rules, Given.Later);

        Assert.That((unchanged.Row!.Uid, unchanged.Row.UidKey), Is.EqualTo(("Ella@X", "ella@x")));
    }

    [Test]
    public void What_the_catalogue_no_longer_has_goes()
    {
        var person = Given.Known(Given.Ella()) with { IsLinked = false, Own = Given.Json("""{"gone":1,"level":2}""") };

        var released = Given.Released(Projector.ProjectUnlinked(person, Given.Rules(), Given.Later));

        Assert.That(released.Next.Own.ToJsonString(), Is.EqualTo("""{"level":2}"""));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "attributes.gone" }));
    }

    [Test]
    public void Conflicts_are_what_the_app_set_and_the_mapping_would_overwrite()
    {
        var rules = Given.Rules();
        var user = Given.Ella("'title':'Engineer','displayName':'Ella'");
        var person = Given.Known(user) with
        {
            Managed = [],
            Own = Given.Json("""{"jobTitle":"Boss","displayName":"Ella","department":null,"level":3,"lastName":"Berg"}"""),
        };

        var conflicts = Conflict.Between(person, rules.Read(user), rules, null);

        Assert.That(
            conflicts.Select(conflict => $"{conflict.Attribute}:{conflict.App}:{conflict.IdentityProvider}"),
            Is.EqualTo(new[] { "lastName:Berg:", "jobTitle:Boss:Engineer" })
        );
    }
}
