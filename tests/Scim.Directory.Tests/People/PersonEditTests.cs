namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class PersonEditTests
{
    /// <summary>Department and the custom attributes but costCenter are the app's.</summary>
    static readonly Person Ella = Given.Known(
        Given.Ella(),
        Given.Rules(new(["id"], [new("userName", ["userName"]), new("jobTitle", ["title"]), new("costCenter", ["costCenter"])]))
    );

    static EditOutcome Edit(string body, Person? person = null) =>
        PersonEdit.Apply(person ?? Ella, Given.Json(body), Given.Catalogue, Given.Later);

    static Outcome.Released Released(string body, Person? person = null) => Given.Released(((EditOutcome.Done)Edit(body, person)).Outcome);

    [Test]
    public void The_app_sets_its_own_id()
    {
        var released = Released("""{"appUserId":"u1"}""");

        Assert.That((released.Next.AppUserId, released.Next.Version), Is.EqualTo(("u1", 2L)));
        Assert.That((released.Event.Type, released.Event.Changes), Is.EqualTo(("directory.user.updated", new[] { "appUserId" })));
    }

    [Test]
    public void Setting_what_is_there_tells_nothing() =>
        Assert.That(
            ((EditOutcome.Done)Edit("""{"appUserId":null,"localAttributes":{},"department":null}""")).Outcome.Kind,
            Is.EqualTo(OutcomeKind.Unchanged)
        );

    [Test]
    public void What_is_not_managed_is_stored_apart_and_shown()
    {
        var released = Released("""{"department":"R&D","attributes":{"level":3,"tags":["a"]}}""");

        Assert.That(released.Next.Own.ToJsonString(), Does.Contain("level"));
        Assert.That((string?)released.Next.Value("department"), Is.EqualTo("R&D"));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "department", "attributes.level", "attributes.tags" }));
        Assert.That(released.Next.Values, Is.SameAs(Ella.Values));
    }

    [Test]
    public void Every_managed_attribute_is_refused_by_name() =>
        Assert.That(
            ((EditOutcome.Refused)Edit("""{"jobTitle":"x","department":"y","attributes":{"costCenter":"z"}}""")).Managed,
            Is.EqualTo(new[] { "jobTitle", "attributes.costCenter" })
        );

    [TestCase("""{"department":5}""", "department")]
    [TestCase("""{"attributes":{"level":"3"}}""", "attributes.level")]
    [TestCase("""{"attributes":{"tags":"a"}}""", "attributes.tags")]
    [TestCase("""{"attributes":5}""", "attributes")]
    [TestCase("""{"attributes":{"department":"x"}}""", "attributes.department")]
    [TestCase("""{"level":3}""", "level")]
    [TestCase("""{"nothing":3}""", "nothing")]
    [TestCase("""{"status":"active"}""", "status")]
    [TestCase("""{"managerId":"7"}""", "managerId")]
    [TestCase("""{"appUserId":""}""", "appUserId")]
    [TestCase("""{"appUserId":{}}""", "appUserId")]
    [TestCase("""{"localAttributes":[1]}""", "localAttributes")]
    public void A_wrong_field_is_named(string body, string field) =>
        Assert.That(((EditOutcome.Invalid)Edit(body)).Errors.Single().Field, Is.EqualTo(field));

    [Test]
    public void A_required_attribute_cannot_be_cleared() =>
        Assert.That(
            ((EditOutcome.Invalid)Edit("""{"userName":null}""", Ella with { Managed = [] })).Errors.Single().Message,
            Does.Contain("required")
        );

    [Test]
    public void After_the_locks_are_lifted_null_hides_what_the_identity_provider_left()
    {
        var lifted = Given.Known(Given.Ella("'title':'Engineer'")) with { Managed = [] };

        var cleared = Released("""{"jobTitle":null}""", lifted).Next;

        Assert.That(cleared.Value("jobTitle"), Is.Null);
        Assert.That((string?)Released("""{"jobTitle":"Boss"}""", cleared).Next.Value("jobTitle"), Is.EqualTo("Boss"));
    }

    [Test]
    public void Local_attributes_are_merged_and_null_clears()
    {
        var person = Ella with { Local = Given.Json("""{"a":1,"b":{"c":2,"d":3}}""") };

        var released = Released("""{"localAttributes":{"a":null,"b":{"d":4},"e":[null]}}""", person);

        Assert.That(released.Next.Local.ToJsonString(), Is.EqualTo("""{"b":{"c":2,"d":4},"e":[null]}"""));
        Assert.That(released.Event.Previous.ToJsonString(), Is.EqualTo("""{"localAttributes":{"a":1,"b":{"c":2,"d":3}}}"""));
        Assert.That(Released("""{"localAttributes":null}""", person).Next.Local, Is.Empty);
    }

    [Test]
    public void Local_attributes_have_up_to_64_KB()
    {
        Assert.That(Edit(LocalText(65_528)), Is.InstanceOf<EditOutcome.Done>());
        Assert.That(Edit(LocalText(65_529)), Is.InstanceOf<EditOutcome.Invalid>());
    }

    [Test]
    public void Text_that_no_database_stores_is_refused()
    {
        Assert.That(Edit("""{"localAttributes":{"a":"\u0000"}}"""), Is.InstanceOf<EditOutcome.Invalid>());
        Assert.That(Edit("""{"department":"\u0000"}"""), Is.InstanceOf<EditOutcome.Invalid>());
        Assert.That(Edit("""{"appUserId":"\u0000"}"""), Is.InstanceOf<EditOutcome.Invalid>());
        Assert.That(Edit("""{"department":"\ud800"}"""), Is.InstanceOf<EditOutcome.Invalid>());
    }

    /// <summary>An edit that makes local attributes of eight bytes more than the text.</summary>
    static string LocalText(int length) => $$$"""{"localAttributes":{"a":"{{{new string('x', length)}}}"}}""";
}
