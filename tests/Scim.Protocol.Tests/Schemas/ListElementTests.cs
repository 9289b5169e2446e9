namespace Scim.Tests.Schemas;

/// <summary>RFC 7643 §2.4: what an element of a list is, however it came.</summary>
public sealed class ListElementTests
{
    [TestCase("""[{"value":"a","type":"work"},{"value":"A","type":"WORK"}]""", """[{"value":"A","type":"WORK"}]""")]
    [TestCase("""[{"value":"a"},{"value":"a","display":"x","primary":true}]""", """[{"value":"a","display":"x","primary":true}]""")]
    [TestCase("""[{"value":"a"},{"value":"a","type":"work"}]""", """[{"value":"a"},{"value":"a","type":"work"}]""")]
    [TestCase(
        """[{"value":"a","type":"work"},{"value":"b","type":"work"}]""",
        """[{"value":"a","type":"work"},{"value":"b","type":"work"}]"""
    )]
    public void A_pair_of_type_and_value_is_stored_once(string sent, string stored) => AssertStored("emails", sent, stored);

    [TestCase("""[{"type":"work","value":""}]""", null)]
    [TestCase("""[{"type":"work","primary":true}]""", null)]
    [TestCase("""[{"type":"work","primary":"True","value":null},{"value":"a","primary":true}]""", """[{"value":"a","primary":true}]""")]
    [TestCase("""[{"type":"work","display":"x"}]""", """[{"type":"work","display":"x"}]""")]
    public void Type_and_primary_alone_are_no_value(string sent, string? stored) => AssertStored("emails", sent, stored);

    [Test]
    public void An_address_has_content_without_a_value() =>
        AssertStored("addresses", """[{"type":"work"},{"type":"home","locality":"Bern"}]""", """[{"type":"home","locality":"Bern"}]""");

    static void AssertStored(string attribute, string sent, string? stored)
    {
        var body = $$"""{"userName":"ada","{{attribute}}":{{sent}} }""";
        var document = Wire.Ada(stored is null ? "" : $"\"{attribute}\":{stored}");

        Assert.That(ResourceParser.Create(Wire.Json(body), ResourceType.User), Wire.EqualJson(document));
        Assert.That(ResourceParser.Replace(Wire.Json(body), ResourceType.User, Wire.Json("""{"active":true}""")), Wire.EqualJson(document));
        foreach (var op in new[] { "add", "replace" })
            Assert.That(
                Wire.PatchUser("""{"userName":"ada"}""", $$"""[{"op":"{{op}}","path":"{{attribute}}","value":{{sent}} }]"""),
                Wire.EqualJson(document)
            );
    }
}
