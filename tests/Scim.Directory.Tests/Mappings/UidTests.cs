namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class UidTests
{
    const string ObjectId = "0f8fad5b-d9cb-469f-a165-70867728950e";

    static MappedUser Read(string document, params string[] paths) =>
        Given.Rules(new(paths, Directory.Mapping.DefaultFor(Given.Catalogue).Attributes)).Read(Given.User(document));

    [Test]
    public void By_default_it_is_the_externalId_that_looks_like_a_guid() =>
        Assert.That(Given.Rules().Read(Given.User($$"""{"userName":"e","externalId":"{{ObjectId}}"}""")).Uid, Is.EqualTo(ObjectId));

    [TestCase("""{"userName":"e","externalId":"ella.berg"}""")]
    [TestCase("""{"userName":"e"}""")]
    public void By_default_it_is_else_the_SCIM_id(string document) =>
        Assert.That(Given.Rules().Read(Given.User(document)).Uid, Is.EqualTo(Given.Id(1).ToString()));

    [Test]
    public void A_mapping_takes_any_externalId() =>
        Assert.That(Read("""{"userName":"e","externalId":"Ella"}""", "externalId").UidKey, Is.EqualTo("Ella"));

    [TestCase("userName")]
    [TestCase("emails.value")]
    [TestCase("externalId", "userName")]
    public void It_is_compared_without_letter_case_when_it_may_come_from_a_userName_or_address(params string[] paths)
    {
        var user = Read("""{"userName":"Ella@X","emails":[{"value":"Ella@X"}]}""", paths);

        Assert.That((user.Uid, user.UidKey), Is.EqualTo(("Ella@X", "ella@x")));
    }

    [Test]
    public void An_imported_uid_is_compared_as_a_received_one()
    {
        var rules = Given.Rules(new(["externalId", "userName"], []));

        Assert.That(rules.KeyOf("Ella"), Is.EqualTo(rules.Read(Given.User("""{"userName":"e","externalId":"ELLA"}""")).UidKey));
    }

    [Test]
    public void A_user_without_one_is_a_problem() =>
        Assert.That(Read("""{"userName":"e"}""", "externalId").Problems.Single().Kind, Is.EqualTo(ProblemKind.MissingUid));

    [Test]
    public void One_that_no_index_takes_is_a_problem() =>
        Assert.That(
            Read($$"""{"userName":"e","title":"{{new string('x', 513)}}"}""", "title").Problems.Single().Kind,
            Is.EqualTo(ProblemKind.InvalidValue)
        );
}
