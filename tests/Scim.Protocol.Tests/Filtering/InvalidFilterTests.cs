namespace Scim.Tests.Filtering;

public sealed class InvalidFilterTests
{
    [TestCase("", 1, "an attribute")]
    [TestCase("   ", 4, "an attribute")]
    [TestCase("(", 2, "an attribute")]
    [TestCase(")", 1, "an attribute")]
    [TestCase("()", 2, "an attribute")]
    [TestCase("\"userName\" pr", 1, "an attribute")]
    [TestCase("[type pr]", 1, "an attribute")]
    [TestCase("title pr and", 13, "an attribute")]
    [TestCase("title pr or ()", 14, "an attribute")]
    [TestCase("userName", 9, "an operator")]
    [TestCase("userName \"x\"", 10, "an operator")]
    [TestCase("userName like \"x\"", 10, "an operator")]
    [TestCase("userName lte \"x\"", 10, "an operator")]
    [TestCase("userName eq", 12, "a value")]
    [TestCase("userName eq (\"x\")", 13, "a value")]
    [TestCase("userName eq and title pr", 13, "a value")]
    [TestCase("userName eq 'x'", 13, "a value in double quotes")]
    [TestCase("userName eq x y", 15, "'and', 'or' or the end of the filter")]
    [TestCase("userName eq \"x\" eq", 17, "'and', 'or' or the end of the filter")]
    [TestCase("userName pr \"x\"", 13, "'and', 'or' or the end of the filter")]
    [TestCase("title pr)", 9, "'and', 'or' or the end of the filter")]
    [TestCase("(title pr)(title pr)", 11, "'and', 'or' or the end of the filter")]
    [TestCase("(title pr", 10, "')'")]
    [TestCase("not (title pr", 14, "')'")]
    [TestCase("emails[type pr", 15, "']'")]
    [TestCase("emails[type pr)", 15, "']'")]
    [TestCase("emails[]", 8, "an attribute")]
    [TestCase("emails[value[type pr]]", 13, "no '['")]
    [TestCase("emails[type pr].value", 22, "an operator")]
    [TestCase("emails[type pr].value[type pr]", 22, "an operator")]
    [TestCase("emails[type pr] .value pr", 17, "'and', 'or' or the end of the filter")]
    public void A_malformed_filter_is_refused_with_position_and_expectation(string filter, int position, string expected)
    {
        var detail = Refused(filter);

        Assert.That(detail, Does.Contain($"Expected {expected}").And.Contains($"at position {position}"));
    }

    [TestCase("title pr and", "found the end.")]
    [TestCase("title \"x\"", "found a string.")]
    [TestCase("title like \"x\"", "found 'like'.")]
    [TestCase("title pr)", "found ')'.")]
    [TestCase("emails[kind eq \"work\"]", "'kind' at position 8 is not an attribute of emails.")]
    [TestCase("studentNumber pr", "'studentNumber' at position 1 is not an attribute of User.")]
    [TestCase("emails[type pr].kind pr", "'emails' has no sub-attribute 'kind' (position 17).")]
    public void What_was_found_instead_is_told(string filter, string found) => Assert.That(Refused(filter), Does.Contain(found));

    [TestCase("userName eq \"x", 13, "closing quote")]
    [TestCase("userName eq \"x\\", 13, "closing quote")]
    [TestCase("userName eq \"x\\\"", 13, "closing quote")]
    [TestCase("userName eq \"\\a\"", 13, "backslash")]
    [TestCase("userName eq \"\\u12\"", 13, "backslash")]
    [TestCase("userName eq \"domain\\user\"", 13, "backslash")]
    [TestCase("userName eq \"a\nb\"", 13, "control character")]
    [TestCase("userName eq \"\\ud800\"", 13, "backslash")]
    [TestCase("userName eq \"\\udc00\\ud800\"", 13, "backslash")]
    [TestCase("userName eq \"\\u0000\"", 13, "cannot be stored")]
    public void A_broken_string_is_refused_with_its_position(string filter, int position, string reason)
    {
        var detail = Refused(filter);

        Assert.That(detail, Does.Contain(reason).And.Contains($"position {position}"));
    }

    [Test]
    public void Half_a_surrogate_pair_is_refused() => Refused("userName eq \"" + '\ud83d' + "\"");

    [TestCase("studentNumber pr", "studentNumber")]
    [TestCase("name.nick pr", "name.nick")]
    [TestCase("userName.value pr", "userName.value")]
    [TestCase("name.givenName.first pr", "name.givenName.first")]
    [TestCase("emails[kind eq \"work\"]", "kind")]
    [TestCase("emails[value.x eq \"work\"]", "value.x")]
    [TestCase("emails[type pr].kind pr", "kind")]
    [TestCase("members pr", "members")]
    [TestCase("1name pr", "1name")]
    [TestCase("user:name pr", "user:name")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:badge pr", "badge")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr", "Group:displayName")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User pr", "2.0:User")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", "2.0:User")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:badge pr", "badge")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager:value pr", "manager:value")]
    [TestCase("urn:example:hr:2.0:User: pr", "urn:example:hr:2.0:User:")]
    [TestCase("urn:badge pr", "urn:badge")]
    public void An_unknown_attribute_is_named(string filter, string name)
    {
        var detail = Refused(filter);

        Assert.That(detail, Does.Contain(name));
    }

    [TestCase("name eq \"x\"", "givenName")]
    [TestCase("addresses eq \"x\"", "locality")]
    [TestCase("addresses[type pr] eq \"x\"", "locality")]
    public void A_complex_attribute_without_a_value_says_what_to_compare_instead(string filter, string suggestion) =>
        Assert.That(Refused(filter), Does.Contain(suggestion));

    [TestCase("userName[value pr]")]
    [TestCase("emails.value[type pr]")]
    [TestCase("name.givenName[value pr]")]
    public void Brackets_need_an_attribute_with_sub_attributes(string filter) =>
        Assert.That(Refused(filter), Does.Contain("no sub-attributes"));

    [TestCase("not title pr")]
    [TestCase("not")]
    [TestCase("title pr and not ")]
    public void Not_without_parentheses_says_what_is_missing(string filter) => Assert.That(Refused(filter), Does.Contain("parentheses"));

    [TestCase("password pr")]
    [TestCase("password eq \"secret\"")]
    public void Passwords_cannot_be_guessed(string filter) => Refused(filter);

    static string Refused(string filter) => Wire.Refused("invalidFilter", () => FilterParser.Parse(filter, ResourceType.User));
}
