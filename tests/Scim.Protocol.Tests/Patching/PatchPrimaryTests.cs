namespace Scim.Tests.Patching;

/// <summary>RFC 7643 §2.4: at most one value is primary. RFC 7644 §3.5.2: a new primary value replaces the old one.</summary>
public sealed class PatchPrimaryTests
{
    const string Ada =
        """{ "userName": "ada", "emails": [{ "value": "a", "type": "work", "primary": true }, { "value": "b", "type": "home" }] }""";

    [TestCase("""{"op":"add","path":"emails","value":[{"value":"c","primary":true}]}""", "c")]
    [TestCase("""{"op":"add","path":"emails","value":[{"value":"b","primary":"True"}]}""", "b")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"home\"].primary","value":"True"}""", "b")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"home\"]","value":{"value":"c","primary":true}}""", "c")]
    [TestCase(
        """
            {"op":"add","path":"emails[type eq \"other\"].primary","value":true},
            {"op":"add","path":"emails[type eq \"other\"].value","value":"c"}
            """,
        "c"
    )]
    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"].primary","value":true}""", "a")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"].value","value":"c"}""", "c")]
    [TestCase("""{"op":"replace","path":"emails.primary","value":true}""", "b")]
    public void The_newest_primary_is_the_only_one(string operations, string primary)
    {
        var emails = Wire.PatchUser(Ada, $"[{operations}]")["emails"]!.AsArray();

        Assert.That(emails.Where(AttributeValue.HasPrimary).Select(email => (string?)email!["value"]), Is.EqualTo([primary]));
    }

    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"].primary","value":true}""")]
    [TestCase("""{"op":"add","path":"emails","value":[{"value":"a","primary":true}]}""")]
    public void The_newest_primary_may_stand_before_the_old_one(string operation) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","emails":[{"value":"a","type":"work"},{"value":"b","primary":true}]}""", $"[{operation}]"),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"a","type":"work","primary":true},{"value":"b","primary":false}] """))
        );

    [Test]
    public void The_old_primary_is_told_that_it_is_none() =>
        Assert.That(
            Wire.PatchUser(Ada, """[{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}]"""),
            Wire.EqualJson(
                Wire.Ada(""" "emails":[{"value":"a","type":"work","primary":false},{"value":"b","type":"home","primary":true}] """)
            )
        );

    [TestCase("add")]
    [TestCase("replace")]
    public void Two_primaries_in_one_value_are_refused(string op) =>
        Assert.That(
            Wire.Refused(
                "invalidValue",
                () =>
                    Wire.PatchUser(
                        Ada,
                        $$"""[{"op":"{{op}}","path":"emails","value":[{"value":"c","primary":true},{"value":"d","primary":true}]}]"""
                    )
            ),
            Does.Contain("emails")
        );

    [Test]
    public void Untyped_attributes_have_no_primary() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada"}""",
                """[{"op":"add","path":"urn:a:1.0:User:x","value":[{"primary":true},{"primary":true}]}]"""
            ),
            Wire.EqualJson(Wire.AdaWith("urn:a:1.0:User", """{"x":[{"primary":true},{"primary":true}]}"""))
        );
}
