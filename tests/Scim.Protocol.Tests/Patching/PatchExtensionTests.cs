namespace Scim.Tests.Patching;

public sealed class PatchExtensionTests
{
    const string Ada = """{ "userName": "ada" }""";
    const string Custom = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User";

    [TestCase("""{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Retail"}""")]
    [TestCase("""{"op":"Add","path":"urn:IETF:params:scim:schemas:extension:Enterprise:2.0:user:Department","value":"Retail"}""")]
    [TestCase("""{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department","value":"Retail"}""")]
    [TestCase("""{"op":"Add","path":"department","value":"Retail"}""")]
    [TestCase("""{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":{"department":"Retail"}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Retail"}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Retail"}}}""")]
    [TestCase("""{"op":"replace","value":{"URN:ietf:params:scim:schemas:extension:enterprise:2.0User":{"Department":"Retail"}}}""")]
    [TestCase("""{"op":"replace","value":{"department":"Retail"}}""")]
    public void An_attribute_of_the_enterprise_extension_makes_the_extension(string operation) =>
        Assert.That(
            Wire.PatchUser(Ada, $"[{operation}]"),
            Wire.EqualJson(Wire.AdaWith(EnterpriseUserSchema.Id, """{"department":"Retail"}"""))
        );

    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:tag","value":"A1"}""")]
    [TestCase("""{"op":"Add","path":"URN:ietf:params:scim:schemas:extension:customextensionname:2.0:user:TAG","value":"A1"}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:tag":"A1"}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User":{"tag":"A1"}}}""")]
    [TestCase("""{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User","value":{"Tag":"A1"}}""")]
    public void An_attribute_of_an_unregistered_extension_is_kept_in_the_spelling_it_has(string operation)
    {
        var user = $$"""{"userName":"ada","{{Custom}}":{"tag":"701984"} }""";

        Assert.That(Wire.PatchUser(user, $"[{operation}]"), Wire.EqualJson(Wire.AdaWith(Custom, """{"tag":"A1"}""")));
    }

    [TestCase(Custom + ":tag", Custom, """{"tag":"x"}""")]
    [TestCase("urn:example:hr:tag", "urn:example:hr", """{"tag":"x"}""")]
    [TestCase("urn:example:hr:2.0:User:tag.size", "urn:example:hr:2.0:User", """{"tag":{"size":"x"}}""")]
    public void An_unregistered_extension_is_made_when_it_is_written(string path, string uri, string extension) =>
        Assert.That(
            Wire.PatchUser(Ada, $$"""[{"op":"add","path":"{{path}}","value":"x"}]"""),
            Wire.EqualJson(Wire.AdaWith(uri, extension))
        );

    [TestCase("urn:example:hr:2.0:User")]
    [TestCase("urn:example:hr")]
    [TestCase("urn:example")]
    public void An_object_given_to_an_unregistered_URN_is_the_extension_itself(string uri) =>
        Assert.That(
            Wire.PatchUser(Ada, $$"""[{"op":"add","value":{"{{uri}}":{"tag":"x","level":5,"remote":"True","none":null} } }]"""),
            Wire.EqualJson(Wire.AdaWith(uri, """{"tag":"x","level":5,"remote":"True"}"""))
        );

    [Test]
    public void An_object_given_to_an_attribute_of_an_unregistered_extension_is_its_value() =>
        Assert.That(
            Wire.PatchUser(Ada, """[{"op":"add","path":"urn:example:hr:2.0:User:desk","value":{"floor":2}}]"""),
            Wire.EqualJson(Wire.AdaWith("urn:example:hr:2.0:User", """{"desk":{"floor":2}}"""))
        );

    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"}"""
    )]
    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":""}"""
    )]
    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}"""
    )]
    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":null}"""
    )]
    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null}}"""
    )]
    [TestCase(
        EnterpriseUserSchema.Id,
        "department",
        """{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null}}}"""
    )]
    [TestCase("urn:example:hr:2.0:User", "tag", """{"op":"remove","path":"urn:example:hr:2.0:User:TAG"}""")]
    [TestCase("urn:example:hr:2.0:User", "tag", """{"op":"add","path":"urn:example:hr:2.0:User:tag","value":null}""")]
    [TestCase("urn:example:hr:2.0:User", "tag", """{"op":"remove","path":"urn:example:HR:2.0:User"}""")]
    [TestCase("urn:example:hr", "tag", """{"op":"remove","path":"urn:example:hr"}""")]
    [TestCase("urn:example:hr", "tag", """{"op":"replace","value":{"urn:example:hr":null}}""")]
    [TestCase("urn:example:1.0:tag", "User", """{"op":"remove","path":"urn:example:1.0:tag"}""")]
    public void With_its_last_attribute_the_extension_and_its_URI_go(string uri, string attribute, string operation) =>
        Assert.That(
            Wire.PatchUser($$"""{"userName":"ada","{{uri}}":{"{{attribute}}":"x"} }""", $"[{operation}]"),
            Wire.EqualJson(Wire.Ada())
        );

    [Test]
    public void An_attribute_whose_URN_looks_like_an_extension_can_be_removed() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","urn:example:1.0":{"tag":"x","other":"y"}}""",
                """[{"op":"remove","path":"urn:example:1.0:tag"}]"""
            ),
            Wire.EqualJson(Wire.AdaWith("urn:example:1.0", """{"other":"y"}"""))
        );

    [TestCase("""{"op":"add","path":"urn:example:hr:2.0:User:tags[type eq \"a\"].value","value":"1"}""", """[{"type":"a","value":"1"}]""")]
    [TestCase(
        """{"op":"add","path":"urn:example:hr:2.0:User:tags[type eq \"b\"].value","value":"1"}""",
        """[{"type":"a"},{"type":"b","value":"1"}]"""
    )]
    [TestCase(
        """{"op":"add","path":"urn:example:hr:2.0:User:tags[type eq \"a\"]","value":{"value":"1"}}""",
        """[{"type":"a","value":"1"}]"""
    )]
    [TestCase("""{"op":"replace","path":"urn:example:hr:2.0:User:tags.value","value":"1"}""", """[{"type":"a","value":"1"}]""")]
    public void Elements_of_an_untyped_attribute_can_be_addressed(string operation, string tags) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","urn:example:hr:2.0:User":{"tags":[{"type":"a"}]}}""", $"[{operation}]"),
            Wire.EqualJson(Wire.AdaWith("urn:example:hr:2.0:User", $$"""{"tags":{{tags}} }"""))
        );

    [TestCase("remove", "\"x\"")]
    [TestCase("replace", "\"\"")]
    public void An_element_of_an_untyped_attribute_goes_with_its_last_member(string op, string value) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","urn:example:hr:2.0:User":{"tags":[{"type":"a"},{"type":"b"}]}}""",
                $$"""[{"op":"{{op}}","path":"urn:example:hr:2.0:User:tags[type eq \"a\"].type","value":{{value}} }]"""
            ),
            Wire.EqualJson(Wire.AdaWith("urn:example:hr:2.0:User", """{"tags":[{"type":"b"}]}"""))
        );

    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "badge")]
    [TestCase("urn:example:hr:2.0:User", "a:b")]
    [TestCase("urn:example:hr:2.0:User", "a b")]
    public void A_member_of_an_extension_that_cannot_be_an_attribute_is_named(string uri, string member) =>
        Assert.That(
            Wire.Refused("invalidPath", () => Wire.PatchUser(Ada, $$"""[{"op":"add","value":{"{{uri}}":{"{{member}}":"x"} } }]""")),
            Does.Contain(member)
        );

    [Test]
    public void A_whole_extension_needs_an_object() =>
        Assert.That(
            Wire.Refused(
                "invalidValue",
                () => Wire.PatchUser(Ada, """[{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"x"}}]""")
            ),
            Does.Contain("object")
        );
}
