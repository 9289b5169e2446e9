using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

public sealed class DocumentChangesTests
{
    [TestCase("""{"title":"a"}""", """{"title":"a"}""", "[]")]
    [TestCase("""{"title":"a"}""", """{"title":"b"}""", """[{"path":"title","old":"a","new":"b"}]""")]
    [TestCase("{}", """{"title":"b"}""", """[{"path":"title","new":"b"}]""")]
    [TestCase("""{"title":"a"}""", "{}", """[{"path":"title","old":"a"}]""")]
    [TestCase("""{"active":true}""", """{"active":false}""", """[{"path":"active","old":true,"new":false}]""")]
    [TestCase("""{"a":1,"b":2}""", """{"b":2,"a":1}""", "[]")]
    [TestCase("""{"n":1.0}""", """{"n":1}""", "[]")]
    public void A_changed_attribute_is_told_with_both_values(string before, string after, string changes) => Differ(before, after, changes);

    [TestCase(
        """{"name":{"givenName":"a","familyName":"f"}}""",
        """{"name":{"givenName":"b","familyName":"f"}}""",
        """[{"path":"name.givenName","old":"a","new":"b"}]"""
    )]
    [TestCase(
        "{}",
        """{"name":{"givenName":"a","familyName":"f"}}""",
        """[{"path":"name.givenName","new":"a"},{"path":"name.familyName","new":"f"}]"""
    )]
    [TestCase("""{"name":{"givenName":"a"}}""", "{}", """[{"path":"name.givenName","old":"a"}]""")]
    public void A_complex_attribute_changes_member_by_member(string before, string after, string changes) => Differ(before, after, changes);

    [TestCase(
        """{"emails":[{"value":"a"}]}""",
        """{"emails":[{"value":"a"},{"value":"b"}]}""",
        """[{"path":"emails","old":[{"value":"a"}],"new":[{"value":"a"},{"value":"b"}]}]"""
    )]
    [TestCase("""{"emails":[{"value":"a"}]}""", "{}", """[{"path":"emails","old":[{"value":"a"}]}]""")]
    public void A_multi_valued_attribute_changes_as_a_whole(string before, string after, string changes) => Differ(before, after, changes);

    [TestCase("{}", """{"urn:a:2.0:User":{"department":"R"}}""", """[{"path":"urn:a:2.0:User:department","new":"R"}]""")]
    [TestCase(
        """{"urn:a:2.0:User":{"manager":{"value":"1"}}}""",
        """{"urn:a:2.0:User":{"manager":{"value":"2"}}}""",
        """[{"path":"urn:a:2.0:User:manager.value","old":"1","new":"2"}]"""
    )]
    [TestCase(
        """{"urn:a:2.0:User":{"tag":"x"}}""",
        """{"urn:a:2.0:User":{"tag":{"y":1}}}""",
        """[{"path":"urn:a:2.0:User:tag","old":"x","new":{"y":1}}]"""
    )]
    public void Attributes_of_extensions_are_told_by_their_whole_name(string before, string after, string changes) =>
        Differ(before, after, changes);

    [Test]
    public void Schemas_follow_from_the_rest() => Differ("""{"schemas":["a"]}""", """{"schemas":["a","b"]}""", "[]");

    /// <summary>The changes are those, and lead from one to the other and back.</summary>
    static void Differ(string before, string after, string changes)
    {
        var found = DocumentChanges.Between(Wire.Json(before), Wire.Json(after), ResourceType.User);
        var (there, back) = (WithoutSchemas(before), WithoutSchemas(after));

        DocumentChanges.Apply(there, found);
        DocumentChanges.Apply(back, found, undo: true);

        Assert.That(found, Wire.EqualJson(changes));
        Assert.That(JsonNode.DeepEquals(there, WithoutSchemas(after)), there.ToJsonString());
        Assert.That(JsonNode.DeepEquals(back, WithoutSchemas(before)), back.ToJsonString());
    }

    static JsonObject WithoutSchemas(string json)
    {
        var document = Wire.Json(json);
        document.Remove("schemas");
        return document;
    }

    [Test]
    public void Entries_about_members_change_no_document()
    {
        var document = Wire.Json("""{"displayName":"Staff"}""");

        DocumentChanges.Apply(document, (JsonArray)JsonNode.Parse("""[{"path":"members","added":["1"],"removed":[]}]""")!);

        Assert.That(document, Wire.EqualJson("""{"displayName":"Staff"}"""));
    }

    [Test]
    public void What_is_never_returned_has_changed_and_no_more_is_told()
    {
        var pin = new AttributeDefinition("pin", AttributeType.String, "") { Returned = Returned.Never };
        var door = new AttributeDefinition("door", AttributeType.Complex, "")
        {
            SubAttributes = [new("code", AttributeType.String, "") { Returned = Returned.Never }],
        };
        var type = new ResourceType(
            "Lock",
            "Locks",
            "",
            new SchemaDefinition("urn:acme:Lock", "Lock", "", [pin, door, new("name", AttributeType.String, "")])
        );

        var changes = DocumentChanges.Between(
            Wire.Json("""{"pin":"1","name":"a"}"""),
            Wire.Json("""{"pin":"2","name":"b","door":{"code":"3"}}"""),
            type
        );

        Assert.That(changes, Wire.EqualJson("""[{"path":"pin"},{"path":"name","old":"a","new":"b"},{"path":"door.code"}]"""));
    }
}
