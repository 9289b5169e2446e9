namespace Scim.Tests.Filtering;

/// <summary>RFC 7644 §3.4.2.2, Figure 1. The second argument is the parsed tree, printed.</summary>
public sealed class FilterGrammarTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [TestCase("""title eq "a" or title eq "b" and title eq "c" """, """title eq "a" or title eq "b" and title eq "c" """)]
    [TestCase("""title eq "a" or (title eq "b" and title eq "c")""", """title eq "a" or title eq "b" and title eq "c" """)]
    [TestCase("""(title eq "a" or title eq "b") and title eq "c" """, """(title eq "a" or title eq "b") and title eq "c" """)]
    [TestCase("""title eq "a" and title eq "b" or title eq "c" """, """title eq "a" and title eq "b" or title eq "c" """)]
    [TestCase("title pr and (title pr and title pr)", "title pr and (title pr and title pr)")]
    [TestCase("(title pr and title pr) and title pr", "title pr and title pr and title pr")]
    [TestCase("title pr or (title pr or title pr)", "title pr or (title pr or title pr)")]
    [TestCase("((((title pr))))", "title pr")]
    public void And_binds_tighter_than_or_and_both_group_to_the_left(string filter, string tree) => Parses(filter, tree);

    [TestCase("not (title pr)", "not (title pr)")]
    [TestCase("not(title pr)", "not (title pr)")]
    [TestCase("not ( title pr or locale pr )", "not (title pr or locale pr)")]
    [TestCase("not (title pr) and locale pr", "not (title pr) and locale pr")]
    [TestCase("not (not (title pr))", "not (not (title pr))")]
    [TestCase("""emails[not (type eq "work")]""", """emails[not (type eq "work")]""")]
    public void Not_takes_parentheses(string filter, string tree) => Parses(filter, tree);

    [TestCase("eq")]
    [TestCase("co")]
    [TestCase("sw")]
    [TestCase("ew")]
    [TestCase("gt")]
    [TestCase("ge")]
    [TestCase("lt")]
    [TestCase("le")]
    public void Every_operator_compares_text(string op) => Parses($"""userName {op} "a" """, $"""userName {op} "a" """);

    [Test]
    public void Ne_is_not_eq() => Parses("""userName ne "a" """, """not (userName eq "a")""");

    [TestCase("title eq null", "not (title pr)")]
    [TestCase("title ne null", "title pr")]
    [TestCase("emails[value eq null]", "emails[not (value pr)]")]
    public void Null_asks_for_presence(string filter, string tree) => Parses(filter, tree);

    [TestCase("USERNAME EQ \"a\"", """userName eq "a" """)]
    [TestCase("username Sw \"a\"", """userName sw "a" """)]
    [TestCase("TITLE PR AND NOT (LOCALE PR) OR Title Pr", "title pr and not (locale pr) or title pr")]
    [TestCase("Name.GivenName Ne NULL", "name.givenName pr")]
    [TestCase("EMAILS[TYPE EQ \"Work\"]", """emails[type eq "Work"]""")]
    [TestCase("active eq TRUE", "active eq true")]
    public void Names_and_keywords_may_have_any_letter_case(string filter, string tree) => Parses(filter, tree);

    [TestCase("  title   pr  ")]
    [TestCase("\ttitle\r\n pr\n")]
    [TestCase("(title pr )")]
    public void White_space_does_not_matter(string filter) => Parses(filter, "title pr");

    [TestCase("""emails[type eq "work" and value co "@example.com"]""")]
    [TestCase("""emails[(type eq "work" or primary eq true) and value sw "a"]""")]
    [TestCase("""emails[type eq "work"] and ims[type eq "xmpp"] or title pr""")]
    [TestCase("""name[givenName eq "Ada"]""")]
    [TestCase("""not (emails[type eq "work"])""")]
    [TestCase("addresses[type pr]")]
    public void A_value_path_holds_a_filter_of_its_own(string filter) => Parses(filter, filter);

    [TestCase("emails.type eq \"work\"", """emails.type eq "work" """)]
    [TestCase("meta.resourceType eq \"User\"", """meta.resourceType eq "User" """)]
    [TestCase("manager.$ref pr", Enterprise + ":manager.$ref pr")]
    public void A_dot_leads_to_a_sub_attribute(string filter, string tree) => Parses(filter, tree);

    [Test]
    public void A_time_is_printed_in_UTC() =>
        Parses("meta.created ge \"2011-05-13T06:42:34.5+02:00\"", """meta.created ge "2011-05-13T04:42:34.5000000+00:00" """);

    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:userName pr", "userName pr")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName pr", "name.familyName pr")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:id pr", "id pr")]
    [TestCase("URN:IETF:params:scim:schemas:CORE:2.0:user:USERNAME pr", "userName pr")]
    [TestCase(Enterprise + ":department pr", Enterprise + ":department pr")]
    [TestCase(Enterprise + ":manager.value pr", Enterprise + ":manager.value pr")]
    [TestCase(Enterprise + ":manager[value pr]", Enterprise + ":manager[value pr]")]
    [TestCase("urn:example:hr:2.0:User:badge pr", "urn:example:hr:2.0:User:badge pr")]
    [TestCase("urn:example:hr:2.0:User:badge.color pr", "urn:example:hr:2.0:User:badge.color pr")]
    [TestCase("department pr", Enterprise + ":department pr")]
    public void A_urn_is_split_at_its_last_colon_and_the_core_one_says_nothing(string filter, string tree) => Parses(filter, tree);

    static void Parses(string filter, string tree) =>
        Assert.That(FilterParser.Parse(filter, ResourceType.User).ToString(), Is.EqualTo(tree.TrimEnd()));
}
