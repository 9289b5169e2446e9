using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class MappingTests
{
    const string Enterprise = EnterpriseUserSchema.Id;

    static MappedUser Read(string attributes, params AttributeMapping[] mapped) =>
        Given.Rules(Given.Mapping(mapped)).Read(Given.Ella(attributes));

    static string Kinds(MappedUser user) => string.Join(" ", user.Problems.Select(problem => $"{problem.Kind}:{problem.Attribute}"));

    [Test]
    public void The_default_mapping_reads_the_built_in_attributes()
    {
        var user = Read(
            $$$"""
            "name":{"givenName":"Ella","familyName":"Berg"},"displayName":"Ella Berg","title":"Engineer",
            "emails":[{"type":"home","value":"h@x"},{"type":"work","value":"w@x"}],
            "{{{Enterprise}}}":{"department":"R&D","employeeNumber":"12","costCenter":"42","manager":{"value":"{{{Given.Id(7)}}}"}}
            """
        );

        Assert.That(
            JsonNode.DeepEquals(
                user.Values,
                Given.Json(
                    """
                    {"userName":"ella@contoso.com","email":"w@x","firstName":"Ella","lastName":"Berg","displayName":"Ella Berg",
                     "jobTitle":"Engineer","department":"R&D","employeeNumber":"12","costCenter":"42"}
                    """
                )
            ),
            user.Values.ToJsonString()
        );
        Assert.That(user.ManagerResourceId, Is.EqualTo(Given.Id(7)));
        Assert.That(user.Problems, Is.Empty);
    }

    [TestCase("""[{"type":"work","value":"w@x"},{"primary":true,"value":"p@x"}]""", "w@x")]
    [TestCase("""[{"type":"home","value":"h@x"},{"primary":true,"value":"p@x"}]""", "p@x")]
    [TestCase("""[{"type":"home","value":"h@x"}]""", "h@x")]
    [TestCase("[]", "ella@contoso.com")]
    public void The_email_is_the_first_of_its_paths_that_has_a_value(string emails, string email) =>
        Assert.That((string?)Read($"'emails':{emails}").Values["email"], Is.EqualTo(email));

    [TestCase("ella", null)]
    [TestCase("ella@", null)]
    [TestCase("a b@c", null)]
    [TestCase("a@b@c", null)]
    [TestCase("ella@x", "ella@x")]
    public void A_userName_is_an_email_only_when_it_is_an_address(string userName, string? email) =>
        Assert.That((string?)Given.Rules().Read(Given.User($$"""{"userName":"{{userName}}"}""")).Values["email"], Is.EqualTo(email));

    [TestCase(Transform.None, " Ab ")]
    [TestCase(Transform.Trim, "Ab")]
    [TestCase(Transform.Lower, " ab ")]
    [TestCase(Transform.Upper, " AB ")]
    public void A_text_is_transformed(Transform transform, string expected) =>
        Assert.That(
            (string?)Read("'title':' Ab '", new AttributeMapping("jobTitle", ["title"], transform)).Values["jobTitle"],
            Is.EqualTo(expected)
        );

    [Test]
    public void A_text_of_nothing_but_spaces_is_no_value() =>
        Assert.That(
            (string?)Read("'title':'  ','nickName':'N'", new AttributeMapping("jobTitle", ["title", "nickName"])).Values["jobTitle"],
            Is.EqualTo("N")
        );

    [TestCase("level", "\"42\"", "42")]
    [TestCase("level", "42.50", "42.50")]
    [TestCase("level", "\"many\"", null)]
    [TestCase("remote", "\"True\"", "true")]
    [TestCase("remote", "\"maybe\"", null)]
    [TestCase("hired", "\"2026-01-31\"", "\"2026-01-31\"")]
    [TestCase("hired", "\"2026-01-31T13:00:00+01:00\"", "\"2026-01-31T12:00:00Z\"")]
    [TestCase("hired", "\"31.1.2026\"", null)]
    [TestCase("tags", """["a","b","a"]""", """["a","b"]""")]
    [TestCase("tags", "\"a\"", """["a"]""")]
    [TestCase("costCenter", "42", "\"42\"")]
    [TestCase("costCenter", """{"a":1}""", null)]
    public void A_value_has_the_type_of_the_catalogue_or_is_a_problem(string name, string sent, string? read)
    {
        var user = Read($"'urn:x:y:1.0:User':{{'it':{sent}}}", new AttributeMapping(name, ["urn:x:y:1.0:User:it"]));

        Assert.That(user.Values[name]?.ToJsonString(), Is.EqualTo(read));
        Assert.That(Kinds(user), Is.EqualTo(read is null ? $"InvalidValue:{name}" : ""));
    }

    [Test]
    public void A_default_stands_for_a_missing_value()
    {
        var mapped = new AttributeMapping("department", ["department"], Default: "Sales", WhenMissing: WhenMissing.Hold);

        Assert.That((string?)Read("", mapped).Values["department"], Is.EqualTo("Sales"));
    }

    [TestCase(WhenMissing.Ignore, "")]
    [TestCase(WhenMissing.Warn, "MissingValue:department")]
    [TestCase(WhenMissing.Hold, "MissingRequired:department")]
    public void A_missing_value_is_what_the_mapping_says(WhenMissing whenMissing, string problems)
    {
        var user = Read("", new AttributeMapping("department", ["department"], WhenMissing: whenMissing));

        Assert.That(Kinds(user), Is.EqualTo(problems));
        Assert.That(user.Problems.Any(problem => problem.Holds), Is.EqualTo(whenMissing is WhenMissing.Hold));
    }

    [Test]
    public void A_required_attribute_without_a_value_is_a_problem() =>
        Assert.That(Kinds(Given.Rules().Read(Given.User("""{"displayName":"E"}"""))), Is.EqualTo("MissingRequired:userName"));

    [Test]
    public void An_attribute_without_a_mapping_is_not_managed()
    {
        var rules = Given.Rules(new(["id"], [new("costCenter", ["title"]), new("userName", ["userName"])]));

        Assert.That(rules.Managed, Is.EqualTo(new[] { "userName", "costCenter" }));
        Assert.That(rules.Read(Given.Ella("'displayName':'E','title':'T'")).Values.Select(p => p.Key), Is.EquivalentTo(rules.Managed));
    }

    [TestCase("\"271\"")]
    [TestCase("\"\"")]
    public void A_manager_that_is_no_resource_of_ours_is_nobody(string manager) =>
        Assert.That(Read($"'{Enterprise}':{{'manager':{{'value':{manager}}}}}").ManagerResourceId, Is.Null);

    [Test]
    public void The_roles_of_a_user_are_read() =>
        Assert.That(Read("'roles':[{'value':'editor'},{'display':'x'}]").RoleValues, Is.EqualTo(new[] { "editor" }));

    [TestCase("true", true)]
    [TestCase("false", false)]
    [TestCase("\"False\"", false)]
    public void A_user_is_active_or_not(string active, bool expected) =>
        Assert.That(Given.User($$"""{"userName":"e","active":{{active}}}""").IsActive, Is.EqualTo(expected));

    [Test]
    public void A_default_path_of_a_schema_that_the_connection_lacks_is_passed_over()
    {
        var catalogue = new Catalogue([.. Catalogue.Default.Attributes, new("x", AttributeKind.String, false, null, ["nothing"])]);

        var rules = Directory.Rules.Compile(catalogue, null, null, null, [], ResourceTypes.BuiltIn);

        Assert.That(rules.Managed, Does.Not.Contain("x"));
    }
}
