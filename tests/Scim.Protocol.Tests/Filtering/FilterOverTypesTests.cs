using Scim.Tests.Schemas;

namespace Scim.Tests.Filtering;

/// <summary>RFC 7644 §3.4.2.1: in a search over several types, an attribute that a type does not have counts as absent.</summary>
public sealed class FilterOverTypesTests
{
    static readonly ResourceType[] Both = [ResourceType.User, ResourceType.Group];

    [TestCase("userName eq \"ada\"", true, false)]
    [TestCase("displayName eq \"staff\"", false, true)]
    [TestCase("userName eq \"ada\" or displayName eq \"staff\"", true, true)]
    [TestCase("userName eq \"ada\" and displayName eq \"staff\"", false, false)]
    [TestCase("userName ne \"ada\"", false, true)]
    [TestCase("not (userName eq \"ada\")", false, true)]
    [TestCase("userName pr", true, false)]
    [TestCase("not (userName pr)", false, true)]
    [TestCase("userName eq null", false, true)]
    [TestCase("userName ne null", true, false)]
    [TestCase("emails[type eq \"work\"]", true, false)]
    [TestCase("not (emails[type eq \"work\" and not (value eq \"x\")])", false, true)]
    [TestCase("emails[type eq \"work\"].value ne \"x\"", true, true)]
    [TestCase("members.value eq \"1\"", false, true)]
    [TestCase("members[value eq \"1\"] and displayName pr", false, true)]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada\"", true, false)]
    [TestCase("active eq true", true, false)]
    [TestCase("id pr", true, true)]
    public void Each_type_answers_for_what_it_has(string filter, bool user, bool group)
    {
        var parsed = FilterParser.Parse(filter, Both);

        Assert.That(
            FilterEvaluator.Matches(
                parsed[0],
                Wire.Json("""{"id":"1","userName":"ada","active":true,"emails":[{"type":"work","value":"a"}]}""")
            ),
            Is.EqualTo(user),
            "user"
        );
        Assert.That(
            FilterEvaluator.Matches(parsed[1], Wire.Json("""{"id":"2","displayName":"Staff","members":[{"value":"1"}]}""")),
            Is.EqualTo(group),
            "group"
        );
    }

    [TestCase("nothing eq \"x\"", "is not an attribute of User or Group.")]
    [TestCase("members[nothing eq \"x\"]", "is not an attribute of members.")]
    [TestCase("emails.nothing eq \"x\"", "is not an attribute of User or Group.")]
    [TestCase("active gt true", "can only be compared with eq")]
    [TestCase("not userName eq \"x\"", "needs parentheses")]
    [TestCase("userName eq", "Expected a value")]
    public void A_filter_that_fits_no_type_is_refused(string filter, string detail) =>
        Assert.That(Wire.Refused("invalidFilter", () => FilterParser.Parse(filter, Both)), Does.Contain(detail));

    [Test]
    public void A_single_type_knows_its_own_only() =>
        Wire.Refused("invalidFilter", () => FilterParser.Parse("members pr", ResourceType.User));

    [Test]
    public void What_another_type_never_returns_stays_hidden() =>
        Wire.Refused("invalidFilter", () => FilterParser.Parse("pin eq \"1\"", [ResourceType.User, Registered.Device]));

    [TestCase("userName eq \"a\"", "never")]
    [TestCase("userName ne \"a\"", "not (never)")]
    public void What_is_absent_is_shown_as_never(string filter, string shown) =>
        Assert.That(FilterParser.Parse(filter, Both)[1].ToString(), Is.EqualTo(shown));
}
