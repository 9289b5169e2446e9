namespace Scim.Tests.Patching;

/// <summary>Which values are the same value, and which URN is which.</summary>
public sealed class PatchIdentityTests
{
    [TestCase("emails", """{"value":"a","type":"work"}""", """{"value":"A","type":"WORK"}""", """[{"value":"A","type":"WORK"}]""")]
    [TestCase(
        "emails",
        """{"value":"a","type":"work"}""",
        """{"value":"a","display":"x"}""",
        """[{"value":"a","type":"work","display":"x"}]"""
    )]
    [TestCase("emails", """{"value":"a"}""", """{"value":"a","type":"home"}""", """[{"value":"a","type":"home"}]""")]
    [TestCase(
        "emails",
        """{"value":"a","type":"work"}""",
        """{"value":"a","type":"home"}""",
        """[{"value":"a","type":"work"},{"value":"a","type":"home"}]"""
    )]
    [TestCase("photos", """{"value":"http://x/a"}""", """{"value":"http://x/A"}""", """[{"value":"http://x/a"},{"value":"http://x/A"}]""")]
    public void An_added_element_joins_the_one_of_the_same_value_and_type(
        string attribute,
        string present,
        string added,
        string elements
    ) =>
        Assert.That(
            Wire.PatchUser(
                $$"""{"userName":"ada","{{attribute}}":[{{present}}]}""",
                $$"""[{"op":"add","path":"{{attribute}}","value":[{{added}}]}]"""
            ),
            Wire.EqualJson(Wire.Ada($$""" "{{attribute}}":{{elements}} """))
        );

    [TestCase("""{"value":"a","type":"work"}""", """[{"value":"a","type":"home"}]""")]
    [TestCase("""{"value":"A"}""", null)]
    [TestCase("""{"value":"a","type":"other"}""", """[{"value":"a","type":"work"},{"value":"a","type":"home"}]""")]
    public void An_element_is_removed_when_all_that_is_said_of_it_is_true(string described, string? left) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"value":"a","type":"work"},{"value":"a","type":"home"}]}""",
                $$"""[{"op":"remove","path":"emails","value":[{{described}}]}]"""
            ),
            Wire.EqualJson(Wire.Ada(left is null ? "" : $"\"emails\":{left}"))
        );

    [Test]
    public void An_element_selected_by_its_value_can_be_replaced() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"value":"a","type":"work"}]}""",
                """[{"op":"replace","path":"emails[value eq \"a\"]","value":{"value":"b"}}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"b"}] """))
        );

    const string TwoReadings = """ "urn:example":{"hr":"x"},"urn:example:hr":{"tag":"y"} """;

    [TestCase("""{"op":"remove","path":"urn:example:hr"}""", """ "urn:example":{"hr":"x"} """)]
    [TestCase("""{"op":"remove","path":"urn:example:hr:tag"}""", """ "urn:example":{"hr":"x"} """)]
    [TestCase("""{"op":"replace","path":"urn:example:hr","value":"z"}""", """ "urn:example":{"hr":"z"},"urn:example:hr":{"tag":"y"} """)]
    public void A_URN_with_two_readings_reaches_one_of_them(string operation, string extensions)
    {
        var patched = Wire.PatchUser($$"""{"userName":"ada",{{TwoReadings}} }""", $"[{operation}]");
        patched.Remove("schemas");

        Assert.That(patched, Wire.EqualJson($$"""{"userName":"ada","active":true,{{extensions}} }"""));
    }

    [TestCase("""{"op":"replace","path":"urn:example:hr:2.0:User:DESK.FLOOR","value":3}""", """{"floor":3,"room":1}""")]
    [TestCase("""{"op":"remove","path":"urn:example:hr:2.0:User:Desk.Floor"}""", """{"room":1}""")]
    public void Members_of_an_untyped_attribute_keep_their_spelling(string operation, string desk) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","urn:example:hr:2.0:User":{"desk":{"floor":2,"room":1}}}""", $"[{operation}]"),
            Wire.EqualJson(Wire.AdaWith("urn:example:hr:2.0:User", $$"""{"desk":{{desk}} }"""))
        );
}
