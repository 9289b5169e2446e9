namespace Scim.Tests.Schemas;

/// <summary>RFC 7644 §3.5.1.</summary>
public sealed class ResourceReplaceTests
{
    const string Current = """{ "userName": "ada", "title": "Boss", "active": false, "urn:example:hr:2.0:User": { "tag": "x" } }""";

    [TestCase("""{"userName":"ada"}""", false)]
    [TestCase("""{"userName":"ada","active":null}""", false)]
    [TestCase("""{"userName":"ada","active":""}""", false)]
    [TestCase("""{"userName":"ada","active":true}""", true)]
    [TestCase("""{"userName":"ada","Active":"True"}""", true)]
    public void Active_stays_unless_it_is_sent(string body, bool active) =>
        Assert.That((bool?)ResourceParser.Replace(Wire.Json(body), ResourceType.User, Wire.Json(Current))["active"], Is.EqualTo(active));

    [Test]
    public void Whatever_else_is_not_sent_is_gone() =>
        Assert.That(
            ResourceParser.Replace(
                Wire.Json("""{"userName":"eva","nickName":"E"}"""),
                ResourceType.User,
                Wire.Json("""{"userName":"ada","active":true,"title":"Boss"}""")
            ),
            Wire.EqualJson(Wire.Ada("\"nickName\":\"E\"").Replace("ada", "eva", StringComparison.Ordinal))
        );

    [Test]
    public void What_is_read_only_or_written_only_is_ignored() =>
        Assert.That(
            ResourceParser.Replace(
                Wire.Json("""{"id":"other","meta":{"version":"9"},"groups":[{"value":"g"}],"password":"p","userName":"ada"}"""),
                ResourceType.User,
                []
            ),
            Wire.EqualJson(Wire.Ada())
        );

    [Test]
    public void A_user_without_an_earlier_active_becomes_active() =>
        Assert.That(
            (bool?)
                ResourceParser.Replace(Wire.Json("""{"userName":"ada"}"""), ResourceType.User, Wire.Json("""{"userName":"ada"}"""))[
                    "active"
                ],
            Is.True
        );

    [Test]
    public void A_replacement_needs_what_a_creation_needs() =>
        Assert.That(
            Wire.Refused("invalidValue", () => ResourceParser.Replace(Wire.Json("{}"), ResourceType.User, Wire.Json(Current))),
            Does.Contain("userName")
        );

    [Test]
    public void The_current_document_is_not_changed()
    {
        var current = Wire.Json(Current);

        ResourceParser.Replace(Wire.Json("""{"userName":"eva","active":true}"""), ResourceType.User, current);

        Assert.That(current, Wire.EqualJson(Current));
    }
}
