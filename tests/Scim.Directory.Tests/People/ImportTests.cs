namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class ImportTests
{
    static readonly Directory.Rules Rules = Given.Rules(Given.Mapping() with { Uid = ["externalId"], UidFormat = UidFormat.Any });

    static ImportedPerson Row(string row)
    {
        var read = ImportedPerson.Read(Given.Json(row), Given.Catalogue, out var errors);
        Assert.That(errors, Is.Empty);
        return read!;
    }

    static Outcome Import(string row, Person? previous = null) => Row(row).ApplyTo(previous, Rules, Given.Id(300), Given.Noon);

    [Test]
    public void A_row_becomes_a_person_without_a_resource()
    {
        var released = Given.Released(
            Import("""{"uid":"u1","appUserId":"7","userName":"ella","attributes":{"level":"3"},"localAttributes":{"shoe":38}}""")
        );

        var person = released.Next;
        Assert.That(released.Event.Type, Is.EqualTo("directory.user.created"));
        Assert.That((person.Id, person.ResourceId, person.IsLinked), Is.EqualTo((Given.Id(300), (Guid?)null, false)));
        Assert.That((person.Uid, person.AppUserId, person.Status), Is.EqualTo(("u1", "7", PersonStatus.Active)));
        Assert.That(person.Own.ToJsonString(), Is.EqualTo("""{"userName":"ella","level":3}"""));
        Assert.That(person.Managed, Is.Empty);
    }

    [Test]
    public void The_first_cycle_links_an_imported_person()
    {
        var imported = Given.Released(Import("""{"uid":"u1","appUserId":"7","userName":"old","attributes":{"level":3}}""")).Next;

        var released = Given.Released(Given.Project(Given.Ella("'externalId':'u1'"), Rules, imported));

        Assert.That((released.Kind, released.Event.Type), Is.EqualTo((OutcomeKind.Linked, "directory.user.updated")));
        Assert.That((released.Next.Id, released.Next.AppUserId), Is.EqualTo((imported.Id, "7")));
        Assert.That((string?)released.Next.Value("userName"), Is.EqualTo("ella@contoso.com"));
        Assert.That((decimal?)released.Next.Value("level"), Is.EqualTo(3));
    }

    [Test]
    public void Imported_again_it_changes_what_differs()
    {
        var imported = Given.Released(Import("""{"uid":"u1","userName":"a","displayName":"A"}""")).Next;

        Assert.That(Import("""{"uid":"u1","userName":"a"}""", imported).Kind, Is.EqualTo(OutcomeKind.Unchanged));
        var told = Given.Released(Import("""{"uid":"u1","userName":"b","status":"inactive"}""", imported));
        Assert.That((told.Event.Type, told.Event.Changes), Is.EqualTo(("directory.user.deactivated", new[] { "status", "userName" })));
    }

    [Test]
    public void A_person_with_a_live_resource_keeps_what_is_managed()
    {
        var known = Given.Known(Given.Ella("'externalId':'u1'"), Rules);

        var released = Given.Released(
            Import("""{"uid":"u1","appUserId":"7","userName":"x","status":"inactive","attributes":{"level":3}}""", known)
        );

        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "appUserId", "attributes.level" }));
        Assert.That(released.Next.Status, Is.EqualTo(PersonStatus.Active));
    }

    [Test]
    public void What_is_empty_says_nothing()
    {
        var row = Row("""{"uid":"u1","appUserId":"","status":null,"userName":"","attributes":{"level":""}}""");

        Assert.That((row.AppUserId, row.Status, row.Values.Count), Is.EqualTo(((string?)null, (PersonStatus?)null, 0)));
    }

    [TestCase("""{"userName":"x"}""", "uid")]
    [TestCase("""{"uid":" "}""", "uid")]
    [TestCase("""{"uid":"u","status":"deleted"}""", "status")]
    [TestCase("""{"uid":"u","attributes":{"level":"many"}}""", "attributes.level")]
    [TestCase("""{"uid":"u","shoes":"38"}""", "shoes")]
    [TestCase("""{"uid":"u","attributes":"38"}""", "attributes")]
    [TestCase("""{"uid":"u","localAttributes":"38"}""", "localAttributes")]
    public void A_wrong_field_is_named(string row, string field)
    {
        Assert.That(ImportedPerson.Read(Given.Json(row), Given.Catalogue, out var errors), Is.Null);
        Assert.That(errors.Single().Field, Is.EqualTo(field));
    }
}
