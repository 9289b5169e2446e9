namespace Scim.Tests.Filtering;

public sealed class FilterEvaluatorTests
{
    const string Ada = """
        {
          "id": "A1b2", "externalId": "Ext-1", "userName": "Ada@Contoso.com", "title": "Zürich", "active": false,
          "name": { "givenName": "Ada" },
          "emails": [{ "value": "ada@work.com", "type": "work", "primary": true }, { "value": "ada@home.org", "type": "home" }],
          "meta": { "created": "2026-01-31T12:00:00.500Z" },
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R&D", "manager": { "value": "M1" } },
          "urn:example:hr:2.0:User": { "Badge": "Blue", "level": 5, "remote": true, "sites": ["Bern", "Basel"], "desk": { "floor": 2 } }
        }
        """;

    [TestCase("""title eq "x" """, false)]
    [TestCase("""title ne "x" """, true)]
    [TestCase("""nickName eq "x" """, false)]
    [TestCase("""nickName ne "x" """, true)]
    [TestCase("""emails.value ne "ada@work.com" """, false)]
    [TestCase("""emails.value ne "x" """, true)]
    [TestCase("""phoneNumbers ne "x" """, true)]
    public void Ne_is_true_whenever_eq_is_not(string filter, bool matches) => Answers(filter, matches);

    [TestCase("title pr", true)]
    [TestCase("nickName pr", false)]
    [TestCase("nickName eq null", true)]
    [TestCase("title eq null", false)]
    [TestCase("title ne null", true)]
    [TestCase("name pr", true)]
    [TestCase("name.familyName pr", false)]
    [TestCase("active pr", true)]
    [TestCase("emails pr", true)]
    [TestCase("emails.display pr", false)]
    [TestCase("phoneNumbers pr", false)]
    [TestCase("manager pr", true)]
    public void Eq_null_is_not_pr(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""emails.type eq "home" """, true)]
    [TestCase("""emails.type eq "other" """, false)]
    [TestCase("""emails co "home.org" """, true)]
    [TestCase("""emails.type eq "home" and emails.value eq "ada@work.com" """, true)]
    public void Any_value_of_a_multi_valued_attribute_will_do(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""emails[type eq "work" and value sw "ada@work"]""", true)]
    [TestCase("""emails[type eq "home" and value sw "ada@work"]""", false)]
    [TestCase("""emails[type eq "work"].value eq "ADA@work.com" """, true)]
    [TestCase("""emails[type eq "home"].value eq "ada@work.com" """, false)]
    [TestCase("""emails[type eq "other"].value ne "x" """, true)]
    [TestCase("""emails[not (type eq "work")]""", true)]
    [TestCase("""name[givenName eq "Ada" and familyName pr]""", false)]
    public void In_brackets_one_element_fits_the_whole(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""userName eq "ada@CONTOSO.com" """, true)]
    [TestCase("""title eq "ZÜRICH" """, true)]
    [TestCase("""title co "ÜRI" """, true)]
    [TestCase("""externalId eq "ext-1" """, false)]
    [TestCase("""externalId eq "Ext-1" """, true)]
    [TestCase("""id eq "a1b2" """, false)]
    [TestCase("""manager eq "m1" """, false)]
    [TestCase("""manager eq "M1" """, true)]
    public void CaseExact_decides_about_letter_case(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""userName sw "ADA@" """, true)]
    [TestCase("""userName sw "contoso" """, false)]
    [TestCase("""userName ew ".COM" """, true)]
    [TestCase("""userName co "@con" """, true)]
    [TestCase("""userName co "" """, true)]
    [TestCase("""userName gt "a" """, true)]
    [TestCase("""userName gt "ADA@CONTOSO.COM" """, false)]
    [TestCase("""userName ge "ADA@CONTOSO.COM" """, true)]
    [TestCase("""userName lt "b" """, true)]
    [TestCase("""userName le "ada" """, false)]
    public void Text_is_searched_and_ordered_without_letter_case(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""meta.created eq "2026-01-31T13:00:00.5+01:00" """, true)]
    [TestCase("""meta.created gt "2026-01-31T12:00:00Z" """, true)]
    [TestCase("""meta.created le "2026-01-31T12:00:00.500Z" """, true)]
    [TestCase("""meta.created lt "2026-01-31T12:00:00.500Z" """, false)]
    [TestCase("""meta.created sw "2026-01" """, true)]
    public void Times_are_compared_as_moments(string filter, bool matches) => Answers(filter, matches);

    [TestCase("active eq false", true)]
    [TestCase("active eq \"False\"", true)]
    [TestCase("active ne true", true)]
    [TestCase("""emails[primary eq "True"].type eq "work" """, true)]
    public void Booleans_are_compared_as_booleans(string filter, bool matches) => Answers(filter, matches);

    [TestCase("emails[primary eq false]", true)]
    [TestCase("emails.primary eq false", true)]
    [TestCase("emails.primary ne false", false)]
    [TestCase("emails.primary ne true", false)]
    [TestCase("""emails[primary eq "False" and type eq "home"]""", true)]
    [TestCase("""emails[type eq "home" and primary ne false]""", false)]
    [TestCase("""emails[type eq "home"].primary eq false""", true)]
    [TestCase("""emails[type eq "home"].primary ne true""", true)]
    [TestCase("""emails[type eq "work"].primary eq false""", false)]
    [TestCase("""emails[type eq "work"].primary ne true""", false)]
    [TestCase("""emails[type eq "home"].primary pr""", false)]
    [TestCase("phoneNumbers.primary eq false", false)]
    [TestCase("phoneNumbers.primary ne false", true)]
    public void A_value_that_does_not_say_it_is_primary_is_not(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""urn:example:hr:2.0:User:badge eq "BLUE" """, true)]
    [TestCase("""URN:example:HR:2.0:user:BADGE sw "b" """, true)]
    [TestCase("urn:example:hr:2.0:User:level eq 5", true)]
    [TestCase("urn:example:hr:2.0:User:level eq \"5\"", true)]
    [TestCase("urn:example:hr:2.0:User:remote eq \"True\"", true)]
    [TestCase("urn:example:hr:2.0:User:remote eq true", true)]
    [TestCase("urn:example:hr:2.0:User:sites eq \"basel\"", true)]
    [TestCase("urn:example:hr:2.0:User:desk.floor eq 2", true)]
    [TestCase("urn:example:hr:2.0:User:desk eq 2", false)]
    [TestCase("urn:example:hr:2.0:User:other eq \"x\"", false)]
    [TestCase("urn:example:hr:2.0:User:other ne \"x\"", true)]
    public void Unregistered_attributes_are_compared_as_text_without_letter_case(string filter, bool matches) => Answers(filter, matches);

    [TestCase("""department eq "r&d" """, true)]
    [TestCase("""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter pr""", false)]
    [TestCase("""not (title pr) or active eq false and userName pr""", true)]
    [TestCase("""(not (title pr) or active eq false) and nickName pr""", false)]
    public void Extensions_and_logic_combine(string filter, bool matches) => Answers(filter, matches);

    [TestCase("weight gt 9", "10.0", true)]
    [TestCase("weight gt 9", "8.5", false)]
    [TestCase("weight eq 1.5", "1.50", true)]
    [TestCase("weight le 0", "\"heavy\"", false)]
    [TestCase("weight pr", "0", true)]
    public void Numbers_are_compared_by_value(string filter, string weight, bool matches)
    {
        var device = new ResourceType(
            "Device",
            "Devices",
            "",
            new("urn:example:device:1.0:Device", "Device", "", [new("weight", AttributeType.Decimal, "")])
        );

        Assert.That(
            FilterEvaluator.Matches(FilterParser.Parse(filter, device), Wire.Json($$"""{"weight":{{weight}} }""")),
            Is.EqualTo(matches)
        );
    }

    static void Answers(string filter, bool matches) =>
        Assert.That(FilterEvaluator.Matches(FilterParser.Parse(filter, ResourceType.User), Wire.Json(Ada)), Is.EqualTo(matches));
}
