namespace Scim.Tests.Patching;

/// <summary>The shapes that Entra's provisioning service, its test tools and Okta send.</summary>
public sealed class PatchShapeTests
{
    const string Ada = """{ "userName": "ada" }""";

    [TestCase("Add")]
    [TestCase("add")]
    [TestCase("ADD")]
    [TestCase("Replace")]
    [TestCase("replace")]
    public void The_operation_may_have_any_letter_case(string op) =>
        Assert.That(
            Wire.PatchUser(Ada, $$"""[{"op":"{{op}}","path":"title","value":"Boss"}]"""),
            Wire.EqualJson(Wire.Ada("\"title\":\"Boss\""))
        );

    [TestCase("add")]
    [TestCase("replace")]
    public void A_single_value_is_set_whether_it_was_there_or_not(string op) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","title":"Old"}""",
                $$"""[{"op":"{{op}}","path":"title","value":"New"},{"op":"{{op}}","path":"nickName","value":"A"}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "title":"New","nickName":"A" """))
        );

    [TestCase("""{"userName":"ada"}""", """[{"type":"work","value":"a@b.c"}]""")]
    [TestCase(
        """{"userName":"ada","emails":[{"type":"home","value":"h@b.c"}]}""",
        """[{"type":"home","value":"h@b.c"},{"type":"work","value":"a@b.c"}]"""
    )]
    [TestCase("""{"userName":"ada","emails":[{"type":"Work","value":"old@b.c"}]}""", """[{"type":"Work","value":"a@b.c"}]""")]
    public void A_value_path_creates_the_element_that_it_misses(string user, string emails) =>
        Assert.That(
            Wire.PatchUser(user, """[{"op":"Add","path":"emails[type eq \"work\"].value","value":"a@b.c"}]"""),
            Wire.EqualJson(Wire.Ada($"\"emails\":{emails}"))
        );

    [Test]
    public void Later_operations_use_the_element_that_an_earlier_one_created() =>
        Assert.That(
            Wire.PatchUser(
                Ada,
                """
                [
                  {"op":"Replace","path":"addresses[type eq \"work\"].locality","value":"Bern"},
                  {"op":"Replace","path":"addresses[type eq \"work\"].country","value":"CH"},
                  {"op":"Replace","path":"addresses[type eq \"work\"].primary","value":"True"}
                ]
                """
            ),
            Wire.EqualJson(Wire.Ada(""" "addresses":[{"type":"work","locality":"Bern","country":"CH","primary":true}] """))
        );

    [TestCase("\"False\"", "false")]
    [TestCase("\"false\"", "false")]
    [TestCase("false", "false")]
    [TestCase("\"True\"", "true")]
    [TestCase("true", "true")]
    public void Active_may_be_text(string sent, string stored) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","active":true}""",
                $$"""[{"op":"Add","path":"active","value":{{sent}}},{"op":"Replace","value":{"active":{{sent}} } }]"""
            ),
            Wire.EqualJson($$"""{"userName":"ada","active":{{stored}},"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}""")
        );

    [TestCase("name.givenName")]
    [TestCase("NAME.GIVENNAME")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName")]
    public void A_key_of_an_object_without_a_path_may_be_a_path(string key) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","name":{"familyName":"L"}}""", $$"""[{"op":"replace","value":{"{{key}}":"Ada"} }]"""),
            Wire.EqualJson(Wire.Ada(""" "name":{"familyName":"L","givenName":"Ada"} """))
        );

    [Test]
    public void A_key_of_an_object_without_a_path_may_have_brackets() =>
        Assert.That(
            Wire.PatchUser(Ada, """[{"op":"add","value":{"phoneNumbers[type eq \"mobile\"].value":"1"}}]"""),
            Wire.EqualJson(Wire.Ada(""" "phoneNumbers":[{"type":"mobile","value":"1"}] """))
        );

    [TestCase("""{"op":"replace","path":"name","value":{"givenName":"Ada"}}""")]
    [TestCase("""{"op":"add","path":"name","value":{"GivenName":"Ada","unknown":1}}""")]
    [TestCase("""{"op":"replace","value":{"name":{"givenName":"Ada"}}}""")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"name":{"givenName":"Ada"}}}""")]
    public void A_partial_object_keeps_its_siblings(string operation) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","name":{"familyName":"L","givenName":"old"}}""", $"[{operation}]"),
            Wire.EqualJson(Wire.Ada(""" "name":{"familyName":"L","givenName":"Ada"} """))
        );

    [TestCase("""{"op":"Remove","path":"emails[type eq \"work\"].value","value":"new@b.c"}""")]
    [TestCase("""{"op":"Remove","path":"emails[type eq \"work\"]","value":"new@b.c"}""")]
    [TestCase("""{"op":"remove","path":"emails[type eq \"work\"].value"}""")]
    [TestCase("""{"op":"remove","path":"emails"}""")]
    [TestCase("""{"op":"remove","path":"emails","value":[{"value":"old@b.c"}]}""")]
    [TestCase("""{"op":"remove","path":"emails","value":{"type":"WORK"}}""")]
    public void A_value_beside_a_remove_is_never_written(string operation) =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","emails":[{"type":"work","value":"old@b.c","primary":true}]}""", $"[{operation}]"),
            Wire.EqualJson(Wire.Ada())
        );

    [TestCase("title")]
    [TestCase("name.givenName")]
    [TestCase("emails")]
    [TestCase("emails[type eq \\\"work\\\"]")]
    [TestCase("emails[value eq \\\"x\\\"].display")]
    [TestCase("emails[type eq \\\"work\\\" and value pr].value")]
    [TestCase("manager")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    [TestCase("urn:example:Custom:2.0:User:tag")]
    [TestCase("urn:example:Custom:2.0:User")]
    public void What_is_not_there_can_be_removed(string path) =>
        Assert.That(Wire.PatchUser(Ada, $$"""[{"op":"remove","path":"{{path}}"}]"""), Wire.EqualJson(Wire.Ada()));

    [Test]
    public void Operations_on_one_attribute_run_in_order() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","title":"a"}""",
                """[{"op":"remove","path":"title"},{"op":"add","path":"title","value":"b"},{"op":"replace","path":"title","value":"c"}]"""
            ),
            Wire.EqualJson(Wire.Ada("\"title\":\"c\""))
        );

    [TestCase("""{"id":"1","schemas":["x"],"Operations":[{"name":"op","op":"add","path":"title","value":"Boss"}]}""")]
    [TestCase("""{"operations":[{"OP":"add","PATH":"title","VALUE":"Boss"}]}""")]
    [TestCase("""{"Operations":[{"value":"Boss","path":"title","op":"add"}],"schemas":[]}""")]
    [TestCase("""{"Operations":[{"op":"add","path":null,"value":{"title":"Boss"}}]}""")]
    [TestCase("""{"Operations":[{"op":"add","path":"","value":{"title":"Boss","schemas":["x"],"meta":{"version":"1"},"password":"p"}}]}""")]
    public void Other_members_and_the_spelling_of_a_message_do_not_matter(string body) =>
        Assert.That(
            Patcher.Apply(Wire.Json(Ada), PatchParser.Parse(Wire.Json(body), ResourceType.User), ResourceType.User),
            Wire.EqualJson(Wire.Ada("\"title\":\"Boss\""))
        );

    [Test]
    public void No_operations_change_nothing() => Assert.That(Wire.PatchUser(Ada, "[]"), Wire.EqualJson(Wire.Ada()));

    [Test]
    public void Add_appends_to_a_multi_valued_attribute_only_what_is_new() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"value":"a@b.c","type":"work"}]}""",
                """
                [
                  {"op":"add","path":"emails","value":[{"value":"A@b.c","type":"work","display":"A"},{"value":"x@b.c"}]},
                  {"op":"add","path":"emails","value":{"value":"x@b.c"}}
                ]
                """
            ),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"A@b.c","type":"work","display":"A"},{"value":"x@b.c"}] """))
        );

    [Test]
    public void Add_to_the_sub_attribute_of_a_multi_valued_attribute_appends_too() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"value":"a@b.c"}]}""",
                """[{"op":"add","path":"emails.value","value":"x@b.c"},{"op":"add","path":"emails.value","value":"x@b.c"}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"a@b.c"},{"value":"x@b.c"}] """))
        );

    [Test]
    public void Replace_of_a_sub_attribute_reaches_every_element() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"value":"a"},{"value":"b"}]}""",
                """[{"op":"replace","path":"emails.type","value":"work"}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"a","type":"work"},{"value":"b","type":"work"}] """))
        );

    [TestCase("replace", """{"type":"work","value":"new"}""")]
    [TestCase("add", """{"type":"work","value":"new","display":"Old"}""")]
    public void A_whole_element_is_replaced_or_completed(string op, string element) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"type":"work","value":"old","display":"Old"}]}""",
                $$"""[{"op":"{{op}}","path":"emails[type eq \"work\"]","value":{"value":"new"} }]"""
            ),
            Wire.EqualJson(Wire.Ada($"\"emails\":[{element}]"))
        );
}
