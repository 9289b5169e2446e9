namespace Scim.Tests.Schemas;

/// <summary>RFC 7643 §2.4: what an element of a list is, however it came.</summary>
public sealed class ListElementTests
{
    [TestCase("""[{"value":"a","type":"work"},{"value":"A","type":"WORK"}]""", """[{"value":"A","type":"WORK"}]""")]
    [TestCase("""[{"value":"a"},{"value":"a","display":"x","primary":true}]""", """[{"value":"a","display":"x","primary":true}]""")]
    [TestCase(
        """[{"value":"a","type":"work"},{"value":"b","type":"work"}]""",
        """[{"value":"a","type":"work"},{"value":"b","type":"work"}]"""
    )]
    public void A_pair_of_type_and_value_is_stored_once(string sent, string stored) => AssertStored("emails", sent, stored);

    [Test]
    public void A_value_with_another_type_is_another_one_except_where_a_PATCH_adds_to_it()
    {
        const string both = """[{"value":"a"},{"value":"a","type":"work"}]""";
        AssertStored("emails", both, both, "replace");
        Assert.That(
            Wire.PatchUser("""{"userName":"ada"}""", $$"""[{"op":"add","path":"emails","value":{{both}} }]"""),
            Wire.EqualJson(Wire.Ada(""" "emails":[{"value":"a","type":"work"}]"""))
        );
    }

    [Test]
    public void A_list_of_an_unregistered_extension_has_at_most_10000_values()
    {
        var list = $"[{string.Join(',', Enumerable.Range(0, 10_001))}]";

        foreach (var extension in new[] { $$"""{"x":{{list}} }""", $$"""{"x":{"y":{{list}} } }""" })
            Assert.That(
                () => ResourceParser.Create(Wire.Json($$"""{"userName":"ada","urn:a:b":{{extension}} }"""), ResourceType.User),
                Throws.TypeOf<ScimException>().With.Message.Contains("more than 10000 values")
            );
        Assert.That(
            () =>
                Wire.PatchUser(
                    $$"""{"userName":"ada","urn:a:b":{"x":{{list.Replace(",10000", "", StringComparison.Ordinal)}}} }""",
                    """[{"op":"add","path":"urn:a:b:x","value":[10000]}]"""
                ),
            Throws.TypeOf<ScimException>().With.Message.Contains("more than 10000 values")
        );
    }

    [TestCase("""[{"type":"work","value":""}]""", null)]
    [TestCase("""[{"type":"work","primary":true}]""", null)]
    [TestCase("""[{"type":"work","primary":"True","value":null},{"value":"a","primary":true}]""", """[{"value":"a","primary":true}]""")]
    [TestCase("""[{"type":"work","display":"x"}]""", """[{"type":"work","display":"x"}]""")]
    public void Type_and_primary_alone_are_no_value(string sent, string? stored) => AssertStored("emails", sent, stored);

    [Test]
    public void An_address_has_content_without_a_value() =>
        AssertStored("addresses", """[{"type":"work"},{"type":"home","locality":"Bern"}]""", """[{"type":"home","locality":"Bern"}]""");

    static void AssertStored(string attribute, string sent, string? stored, params string[] ops)
    {
        var body = $$"""{"userName":"ada","{{attribute}}":{{sent}} }""";
        var document = Wire.Ada(stored is null ? "" : $"\"{attribute}\":{stored}");

        Assert.That(ResourceParser.Create(Wire.Json(body), ResourceType.User), Wire.EqualJson(document));
        Assert.That(ResourceParser.Replace(Wire.Json(body), ResourceType.User, Wire.Json("""{"active":true}""")), Wire.EqualJson(document));
        foreach (var op in ops is [] ? ["add", "replace"] : ops)
            Assert.That(
                Wire.PatchUser("""{"userName":"ada"}""", $$"""[{"op":"{{op}}","path":"{{attribute}}","value":{{sent}} }]"""),
                Wire.EqualJson(document)
            );
    }
}
