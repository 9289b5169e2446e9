namespace Scim.Tests.Filtering;

/// <summary>Filters that Entra sends and that the RFC's grammar does not allow.</summary>
public sealed class EntraFilterTests
{
    const string Manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

    [TestCase("""emails[type eq "work"].value eq "x@y.z" """, """emails[type eq "work" and value eq "x@y.z"]""")]
    [TestCase("""emails[type eq "work"].VALUE sw "x" """, """emails[type eq "work" and value sw "x"]""")]
    [TestCase(
        """emails[type eq "work" or type eq "home"].value ew "z" """,
        """emails[(type eq "work" or type eq "home") and value ew "z"]"""
    )]
    [TestCase("""emails[type eq "work"].value pr""", """emails[type eq "work" and value pr]""")]
    [TestCase("""emails[type eq "work"].primary eq "True" """, """emails[type eq "work" and primary eq true]""")]
    public void A_sub_attribute_after_a_value_path_belongs_to_the_same_element(string filter, string tree) => Parses(filter, tree);

    [TestCase("""emails[type eq "work"].value ne "x" """, """not (emails[type eq "work" and value eq "x"])""")]
    [TestCase("""emails[type eq "work"].value eq null""", """not (emails[type eq "work" and value pr])""")]
    [TestCase("""emails[type eq "work"].value ne null""", """emails[type eq "work" and value pr]""")]
    public void Ne_and_eq_null_after_a_value_path_negate_the_whole_condition(string filter, string tree) => Parses(filter, tree);

    [TestCase("""emails[type eq "work"] eq "x" """, """emails[type eq "work" and value eq "x"]""")]
    [TestCase("""emails[type eq "work"] ne "x" """, """not (emails[type eq "work" and value eq "x"])""")]
    [TestCase("""emails[type eq "work"] pr""", """emails[type eq "work"]""")]
    public void A_value_path_compared_by_itself_means_its_value(string filter, string tree) => Parses(filter, tree);

    [TestCase("""roles[primary eq "True"].value eq "Admin" """, """roles[primary eq true and value eq "Admin"]""")]
    [TestCase("""roles[primary eq "false"]""", "roles[not (primary eq true)]")]
    public void Booleans_in_brackets_may_be_text(string filter, string tree) => Parses(filter, tree);

    [TestCase("""manager eq "42" """, Manager + """.value eq "42" """)]
    [TestCase("id eq 7d42 and manager eq 0a21", """id eq "7d42" and """ + Manager + """.value eq "0a21" """)]
    [TestCase("""emails eq "x" """, """emails.value eq "x" """)]
    [TestCase("""emails ne "x" """, """not (emails.value eq "x")""")]
    public void A_complex_attribute_is_compared_by_its_value(string filter, string tree) => Parses(filter, tree);

    [TestCase("""members eq "7f4b" """)]
    [TestCase("members eq 7f4b")]
    [TestCase("""members.value eq "7f4b" """)]
    public void Members_are_compared_by_their_value(string filter) =>
        Assert.That(FilterParser.Parse(filter, ResourceType.Group).ToString(), Is.EqualTo("""members.value eq "7f4b" """.TrimEnd()));

    [Test]
    public void A_value_path_on_an_untyped_attribute_may_be_compared_by_itself() =>
        Parses(
            """urn:example:hr:2.0:User:badges[kind eq "a"] eq "x" """,
            """urn:example:hr:2.0:User:badges[kind eq "a" and value eq "x"]"""
        );

    [Test]
    public void The_documentations_displayName_of_a_role_is_its_display() =>
        Parses("""roles.displayName eq "Admin" """, """roles.display eq "Admin" """);

    static void Parses(string filter, string tree) =>
        Assert.That(FilterParser.Parse(filter, ResourceType.User).ToString(), Is.EqualTo(tree.TrimEnd()));
}
