namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class ResourcePathTests
{
    const string Document = """
        {"userName":"ella","name":{"givenName":"Ella"},
         "emails":[{"type":"home","value":"h@x"},{"type":"work","value":"w@x","primary":true}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","manager":{"value":"7"}},
         "urn:x:y:1.0:User":{"Badge":42,"cars":[{"type":"red","plate":"A"},{"plate":"B"}]}}
        """;

    [TestCase("userName", "ella")]
    [TestCase("USERNAME", "ella")]
    [TestCase("name.givenName", "Ella")]
    [TestCase("name.familyName", "")]
    [TestCase("emails", "h@x w@x")]
    [TestCase("emails.value", "h@x w@x")]
    [TestCase("""emails[type eq "work"].value""", "w@x")]
    [TestCase("""emails[type eq "work"]""", "w@x")]
    [TestCase("emails[primary eq true].value", "w@x")]
    [TestCase("""emails[type eq "other"].value""", "")]
    [TestCase("department", "R&D")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "R&D")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "7")]
    [TestCase("manager.value", "7")]
    [TestCase("urn:x:y:1.0:User:badge", "42")]
    [TestCase("""urn:x:y:1.0:User:cars[type eq "red"].plate""", "A")]
    [TestCase("urn:x:y:1.0:User:cars.plate", "A B")]
    public void A_path_reads_every_value_that_it_reaches(string path, string values)
    {
        var found = ResourcePath.Parse(path, ResourceType.User).Values(Given.Json(Document));

        Assert.That(string.Join(" ", found.Select(value => value.ToString())), Is.EqualTo(values));
    }

    [TestCase("")]
    [TestCase("nothing")]
    [TestCase("name")]
    [TestCase("addresses")]
    [TestCase("password")]
    [TestCase("name.nothing")]
    [TestCase("userName.value")]
    [TestCase("emails[type eq \"work\"")]
    [TestCase("emails[colour eq \"red\"].value")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    public void A_path_that_leads_to_no_simple_value_is_refused(string path) =>
        Assert.That(() => ResourcePath.Parse(path, ResourceType.User), Throws.TypeOf<ScimException>());

    [Test]
    public void A_path_longer_than_a_name_may_be_is_refused() =>
        Assert.That(
            () => ResourcePath.Parse(new string('a', AttributePath.MaxLength + 1), ResourceType.User),
            Throws.TypeOf<ScimException>().With.Message.Contains("at most")
        );
}
