namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class TombstoneNameTests
{
    const string Prefix = "0f8fad5bd9cb469fa16570867728950e";

    static readonly string Soft =
        $$"""{"userName":"{{Prefix}}ella@contoso.com","active":false,"emails":[{"type":"work","value":"{{Prefix}}e.berg@contoso.com"}]}""";

    [Test]
    public void A_person_who_is_new_has_the_names_without_the_object_id()
    {
        var person = Given.Known(Given.User(Soft));

        Assert.That((string?)person.Values["userName"], Is.EqualTo("ella@contoso.com"));
        Assert.That((string?)person.Values["email"], Is.EqualTo("e.berg@contoso.com"));
    }

    [Test]
    public void A_person_keeps_the_last_good_names()
    {
        var known = Given.Known(
            Given.User("""{"userName":"Ella@old.com","active":true,"emails":[{"type":"work","value":"mail@old.com"}]}""")
        );

        var released = Given.Released(Given.Project(Given.User(Soft), previous: known));

        Assert.That((string?)released.Next.Values["userName"], Is.EqualTo("Ella@old.com"));
        Assert.That((string?)released.Next.Values["email"], Is.EqualTo("mail@old.com"));
        Assert.That(released.Event.Changes, Is.EqualTo(new[] { "status", "statusReason" }));
    }

    [Test]
    public void A_uid_that_is_a_userName_stays_too()
    {
        var rules = Given.Rules(Given.Mapping() with { Uid = ["userName"], UidFormat = UidFormat.Any });
        var known = Given.Known(Given.User("""{"userName":"Ella@old.com","active":true}"""), rules);

        var released = Given.Released(Given.Project(Given.User(Soft), rules, known));

        Assert.That((released.Next.Uid, released.Next.UidKey), Is.EqualTo(("Ella@old.com", "ella@old.com")));
        Assert.That(released.Problems, Is.Empty);
    }

    [Test]
    public void Whoever_takes_over_the_person_of_a_former_user_does_not_take_over_the_names()
    {
        var former = Given.Known(
            Given.User("""{"userName":"Ella@old.com","active":true,"emails":[{"type":"work","value":"mail@old.com"}]}""")
        ) with
        {
            ResourceId = Given.Id(77),
            IsLinked = false,
        };

        var released = Given.Released(Given.Project(Given.User(Soft), previous: former));

        Assert.That((string?)released.Next.Values["userName"], Is.EqualTo("ella@contoso.com"));
        Assert.That((string?)released.Next.Values["email"], Is.EqualTo("e.berg@contoso.com"));
    }

    [Test]
    public void The_name_of_an_active_user_may_begin_with_any_digits()
    {
        var person = Given.Known(Given.User($$"""{"userName":"{{Prefix}}ella","active":true}"""));

        Assert.That((string?)person.Values["userName"], Is.EqualTo($"{Prefix}ella"));
    }

    [Test]
    public void Projecting_again_changes_nothing()
    {
        var known = Given.Known(Given.User("""{"userName":"Ella@old.com","active":true}"""));
        var deactivated = Given.Released(Given.Project(Given.User(Soft), previous: known)).Next;

        Assert.That(Given.Project(Given.User(Soft), previous: deactivated).Kind, Is.EqualTo(OutcomeKind.Unchanged));
    }

    [TestCase($"{Prefix}", null)]
    [TestCase($"{Prefix}x", "x")]
    [TestCase("0f8fad5bd9cb469fa16570867728950gella", null)]
    [TestCase("ella", null)]
    public void Only_32_hex_digits_before_a_name_are_an_object_id(string userName, string? rest) =>
        Assert.That(
            (string?)Given.Known(Given.User($$"""{"userName":"{{userName}}","active":false}""")).Values["userName"],
            Is.EqualTo(rest ?? userName)
        );
}
