namespace Scim.Tests.Patching;

/// <summary>Entra's provisioning log shows the detail of an error to the admin, so it must name what is wrong.</summary>
public sealed class PatchErrorTests
{
    const string Ada =
        """{ "id": "7", "userName": "ada", "title": "Boss", "groups": [{ "value": "g" }], "emails": [{ "value": "a", "type": "work" }] }""";

    [TestCase("""{"Operations":[],"operations":[]}""", "'Operations' is given twice")]
    [TestCase("""{"Operations":[{"op":"add","OP":"remove","path":"title","value":"x"}]}""", "'op' is given twice")]
    [TestCase("""{"Operations":[{"op":"add","value":{"title":"x","TITLE":"y"}}]}""", "given twice")]
    [TestCase(
        """
            {"Operations":[{"op":"add","value":{
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"x","Department":"y"}}}]}
            """,
        "given twice"
    )]
    [TestCase("""{"Operations":[{"op":"add","path":"urn:example:hr:2.0:User","value":{"tag":"x","TAG":"y"}}]}""", "given twice")]
    [TestCase("""{"Operations":[{"op":"replace","path":"name","value":{"givenName":"x","GivenName":"y"}}]}""", "given twice")]
    [TestCase("""{"Operations":[{"op":"replace","value":{"name":{"givenName":"x","GivenName":"y"}}}]}""", "given twice")]
    [TestCase("""{"Operations":[{"op":"add","value":{"emails":[{"value":"x","VALUE":"y"}]}}]}""", "given twice")]
    [TestCase("""{}""", "Operations")]
    [TestCase("""{"Operations":{}}""", "Operations")]
    [TestCase("""{"Operations":null}""", "Operations")]
    [TestCase("""{"Operations":["add"]}""", "object")]
    [TestCase("""{"Operations":[null]}""", "object")]
    [TestCase("""{"Operations":[{"path":"title","value":"x"}]}""", "nothing")]
    [TestCase("""{"Operations":[{"op":"move","path":"title","value":"x"}]}""", "move")]
    [TestCase("""{"Operations":[{"op":5,"path":"title","value":"x"}]}""", "5")]
    [TestCase("""{"Operations":[{"op":"add","path":"title","value":"x","value":"y"}]}""", "twice")]
    public void A_malformed_message_is_refused(string body, string reason) =>
        Assert.That(Wire.Refused("invalidSyntax", () => PatchParser.Parse(Wire.Json(body), ResourceType.User)), Does.Contain(reason));

    [TestCase("""{"op":"replace","path":"studentNumber","value":"1"}""", "studentNumber")]
    [TestCase("""{"op":"replace","value":{"studentNumber":"1"}}""", "studentNumber")]
    [TestCase("""{"op":"replace","value":{"name.nick":"1"}}""", "name.nick")]
    [TestCase("""{"op":"remove","path":"name.nick"}""", "name.nick")]
    [TestCase("""{"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:User"}""", "2.0:User")]
    [TestCase("""{"op":"add","path":7,"value":"1"}""", "path")]
    public void An_unknown_attribute_is_named(string operation, string name) =>
        Assert.That(Wire.Refused("invalidPath", () => Wire.PatchUser(Ada, $"[{operation}]")), Does.Contain(name));

    [TestCase("""{"op":"remove"}""")]
    [TestCase("""{"op":"remove","path":""}""")]
    [TestCase("""{"op":"replace","path":"emails[value eq \"x\"].display","value":"X"}""")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"home\" and primary eq true].value","value":"x"}""")]
    [TestCase("""{"op":"add","path":"emails[type ne \"work\"].value","value":"x"}""")]
    [TestCase("""{"op":"add","path":"emails[type sw \"h\"].value","value":"x"}""")]
    [TestCase("""{"op":"replace","path":"name[givenName eq \"x\"].familyName","value":"x"}""")]
    [TestCase("""{"op":"replace","path":"manager[value eq \"x\"]","value":{"value":"y"}}""")]
    public void An_operation_without_a_target_is_refused(string operation) =>
        Wire.Refused("noTarget", () => Wire.PatchUser(Ada, $"[{operation}]"));

    [TestCase("""{"op":"add","path":"title"}""", "title")]
    [TestCase("""{"op":"add"}""", "value")]
    [TestCase("""{"op":"add","value":"x"}""", "object")]
    [TestCase("""{"op":"add","value":[{"title":"x"}]}""", "object")]
    [TestCase("""{"op":"add","path":"title","value":5}""", "title")]
    [TestCase("""{"op":"add","path":"title","value":{"a":1}}""", "title")]
    [TestCase("""{"op":"add","path":"active","value":"maybe"}""", "active")]
    [TestCase("""{"op":"add","path":"active","value":1}""", "active")]
    [TestCase("""{"op":"add","path":"name","value":"Ada"}""", "name")]
    [TestCase("""{"op":"add","path":"addresses","value":"Bern"}""", "addresses")]
    [TestCase("""{"op":"add","path":"emails","value":[5]}""", "emails")]
    [TestCase("""{"op":"add","path":"emails[type eq \"work\"].primary","value":"x"}""", "emails")]
    [TestCase("""{"op":"add","path":"emails[type eq \"work\"]","value":[{"value":"a"},{"value":"b"}]}""", "emails")]
    [TestCase("""{"op":"add","path":"urn:a:1.0:User:x[type eq \"work\"]","value":"b"}""", "urn:a:1.0:User:x")]
    [TestCase("""{"op":"add","path":"urn:a:1.0:User:x","value":1e400}""", "urn:a:1.0:User:x")]
    [TestCase("""{"op":"add","path":"title","value":"a\u0000b"}""", "value")]
    [TestCase("""{"op":"add","path":"title","value":"\ud800"}""", "value")]
    [TestCase("""{"op":"add","value":{"title":"\udc00\ud800"}}""", "title")]
    [TestCase("""{"op":"replace","path":"userName","value":""}""", "userName")]
    [TestCase("""{"op":"replace","path":"userName","value":null}""", "userName")]
    [TestCase("""{"op":"replace","path":"userName","value":"  "}""", "userName")]
    public void A_value_that_does_not_fit_is_refused_by_name(string operation, string name) =>
        Assert.That(Wire.Refused("invalidValue", () => Wire.PatchUser(Ada, $"[{operation}]")), Does.Contain(name));

    [Test]
    public void A_name_that_cannot_be_stored_is_refused() =>
        Wire.Refused("invalidSyntax", () => Wire.PatchUser(Ada, """[{"op":"add","value":{"urn:a:1.0:User":{"a\u0000b":1}}}]"""));

    [TestCase("""{"op":"replace","path":"id","value":"8"}""")]
    [TestCase("""{"op":"replace","value":{"id":"8","title":"x"}}""")]
    [TestCase("""{"op":"remove","path":"id"}""")]
    [TestCase("""{"op":"replace","path":"id","value":null}""")]
    [TestCase("""{"op":"replace","path":"groups","value":[]}""")]
    [TestCase("""{"op":"replace","path":"meta.version","value":"8"}""")]
    [TestCase("""{"op":"add","path":"groups","value":[{"value":"h"}]}""")]
    [TestCase("""{"op":"replace","path":"groups[value eq \"g\"].display","value":"x"}""")]
    [TestCase("""{"op":"replace","path":"manager.displayName","value":"x"}""")]
    [TestCase("""{"op":"remove","path":"schemas"}""")]
    [TestCase("""{"op":"remove","path":"userName"}""")]
    public void What_is_read_only_or_required_stays(string operation) =>
        Wire.Refused("mutability", () => Wire.PatchUser(Ada, $"[{operation}]"));

    [TestCase("""{"op":"replace","path":"id","value":"7"}""")]
    [TestCase("""{"op":"replace","value":{"id":"7","title":"Boss"}}""")]
    [TestCase("""{"op":"replace","path":"groups","value":[{"value":"g"}]}""")]
    [TestCase("""{"op":"replace","value":{"schemas":["urn:other"],"meta":{"version":"2"}}}""")]
    [TestCase("""{"op":"replace","path":"meta","value":null}""")]
    [TestCase("""{"op":"replace","path":"meta","value":""}""")]
    [TestCase("""{"op":"add","path":"password","value":"secret"}""")]
    [TestCase("""{"op":"remove","path":"password"}""")]
    public void Repeating_what_is_read_only_changes_nothing(string operation) =>
        Assert.That(Wire.PatchUser(Ada, $"[{operation}]"), Wire.EqualJson(Wire.PatchUser(Ada, "[]").ToJsonString()));

    [Test]
    public void A_required_attribute_may_be_removed_and_set_again() =>
        Assert.That(
            (string?)
                Wire.PatchUser(Ada, """[{"op":"remove","path":"userName"},{"op":"add","path":"userName","value":"eva"}]""")["userName"],
            Is.EqualTo("eva")
        );

    [TestCase("""{"op":"replace","path":"id","value":"8"}""")]
    [TestCase("""{"op":"replace","path":"emails[value eq \"x\"].display","value":"X"}""")]
    [TestCase("""{"op":"remove","path":"userName"}""")]
    public void One_bad_operation_fails_all_and_leaves_the_document_alone(string bad)
    {
        var document = Wire.Json(Ada);
        var operations = PatchParser.Parse(
            Wire.Json($$"""{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"remove","path":"emails"},{{bad}}]}"""),
            ResourceType.User
        );

        Assert.That(Wire.IsAccepted(() => Patcher.Apply(document, operations, ResourceType.User)), Is.False);
        Assert.That(document, Wire.EqualJson(Ada));
    }

    [TestCase("userName", 512)]
    [TestCase("externalId", 512)]
    public void Indexed_text_is_bounded(string attribute, int length)
    {
        var fits = Wire.PatchUser(Ada, $$"""[{"op":"replace","path":"{{attribute}}","value":"{{new string('x', length)}}"}]""");

        Assert.That((string?)fits[attribute], Has.Length.EqualTo(length));
        Assert.That(
            Wire.Refused(
                "invalidValue",
                () => Wire.PatchUser(Ada, $$"""[{"op":"replace","path":"{{attribute}}","value":"{{new string('x', length + 1)}}"}]""")
            ),
            Does.Contain(attribute).And.Contain("512")
        );
    }

    [Test]
    public void An_attribute_has_at_most_a_thousand_values()
    {
        var values = string.Join(",", Enumerable.Range(0, 999).Select(i => $$"""{"value":"{{i}}"}"""));

        Assert.That(
            Wire.Refused(
                "invalidValue",
                () =>
                    Wire.PatchUser(
                        Ada,
                        $$"""[{"op":"add","path":"emails","value":[{{values}}]},{"op":"add","path":"emails","value":[{"value":"x"}]}]"""
                    )
            ),
            Does.Contain("1000")
        );
    }
}
