namespace Scim.Tests.Patching;

/// <summary>Microsoft's test suite for gallery apps clears every optional attribute, first with "" and then with null.</summary>
public sealed class PatchNullTests
{
    const string Full = """
        {
          "userName": "ada", "displayName": "Ada", "title": "Boss", "externalId": "x", "profileUrl": "http://x",
          "name": { "givenName": "Ada" },
          "emails": [{ "type": "work", "value": "a@b.c", "primary": true }],
          "addresses": [{ "type": "work", "formatted": "Bern" }],
          "roles": [{ "primary": true, "value": "Admin" }],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R" },
          "urn:example:hr:2.0:User": { "tag": "x" }
        }
        """;

    [TestCase("\"\"")]
    [TestCase("null")]
    public void Every_leaf_is_cleared_by_its_path(string nothing)
    {
        string[] leaves =
        [
            "displayName",
            "title",
            "externalId",
            "profileUrl",
            "name.givenName",
            """emails[type eq \"work\"].value""",
            """addresses[type eq \"work\"].formatted""",
            """roles[primary eq \"True\"].value""",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:example:hr:2.0:User:tag",
        ];
        var operations = string.Join(",", leaves.Select(leaf => $$"""{"op":"replace","path":"{{leaf}}","value":{{nothing}} }"""));

        Assert.That(Wire.PatchUser(Full, $"[{operations}]"), Wire.EqualJson(Wire.Ada()));
    }

    [TestCase("\"\"")]
    [TestCase("null")]
    public void Every_attribute_is_cleared_without_a_path(string nothing)
    {
        string[] keys =
        [
            "displayName",
            "title",
            "externalId",
            "profileUrl",
            "name.givenName",
            "emails",
            "addresses",
            "roles",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:example:hr:2.0:User:tag",
        ];
        var members = string.Join(",", keys.Select(key => $"\"{key}\":{nothing}"));

        Assert.That(Wire.PatchUser(Full, $$"""[{"op":"replace","value":{ {{members}} } }]"""), Wire.EqualJson(Wire.Ada()));
    }

    [TestCase("replace", "name", """{"givenName":null,"familyName":""}""")]
    [TestCase("replace", "name", "null")]
    [TestCase("add", "name", "\"\"")]
    [TestCase("add", "name.givenName", "null")]
    [TestCase("remove", "name", "\"\"")]
    [TestCase("remove", "name.givenName", "\"\"")]
    public void A_complex_attribute_without_members_is_gone(string op, string path, string value) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","name":{"givenName":"Ada"}}""",
                $$"""[{"op":"{{op}}","path":"{{path}}","value":{{value}} }]"""
            ),
            Wire.EqualJson(Wire.Ada())
        );

    [Test]
    public void Clearing_one_leaf_keeps_the_rest_of_the_element() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","emails":[{"type":"work","value":"a","display":"A"}]}""",
                """[{"op":"replace","path":"emails[type eq \"work\"].display","value":""}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"type":"work","value":"a"}] """))
        );

    [TestCase("\"\"")]
    [TestCase("null")]
    public void Clearing_what_is_not_there_creates_nothing(string nothing) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada"}""",
                $$"""
                [
                  {"op":"replace","path":"emails[type eq \"work\"].value","value":{{nothing}} },
                  {"op":"add","path":"phoneNumbers","value":{{nothing}} }
                ]
                """
            ),
            Wire.EqualJson(Wire.Ada())
        );

    [Test]
    public void Adding_nothing_to_a_multi_valued_attribute_keeps_it() =>
        Assert.That(
            Wire.PatchUser("""{"userName":"ada","roles":[{"value":"a"}]}""", """[{"op":"add","path":"roles","value":[]}]"""),
            Wire.EqualJson(Wire.Ada(""" "roles":[{"value":"a"}] """))
        );

    [TestCase("""{"op":"remove","path":"active"}""")]
    [TestCase("""{"op":"replace","path":"active","value":null}""")]
    [TestCase("""{"op":"replace","path":"active","value":""}""")]
    public void Clearing_active_never_switches_a_user_on(string operation) =>
        Assert.That((bool?)Wire.PatchUser("""{"userName":"ada","active":false}""", $"[{operation}]")["active"], Is.False);
}
