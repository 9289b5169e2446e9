namespace Scim.Tests.Schemas;

/// <summary>RFC 7644 §3.9.</summary>
public sealed class ProjectionTests
{
    const string Ada = """
        {
          "schemas": ["s"], "id": "1", "userName": "ada", "title": "Boss",
          "name": { "givenName": "Ada", "familyName": "L" },
          "emails": [{ "value": "a", "type": "work" }, { "value": "b", "display": "B" }],
          "meta": { "version": "1", "created": "t" },
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R", "manager": { "value": "1", "$ref": "r" } },
          "urn:example:Hr:2.0:User": { "tag": "x", "desk": { "floor": 2, "room": 3 } }
        }
        """;

    [TestCase("userName", "\"userName\":\"ada\"")]
    [TestCase("USERNAME , title", "\"userName\":\"ada\",\"title\":\"Boss\"")]
    [TestCase("name.givenName", "\"name\":{\"givenName\":\"Ada\"}")]
    [TestCase("name.givenName,name.familyName", "\"name\":{\"givenName\":\"Ada\",\"familyName\":\"L\"}")]
    [TestCase("name,name.givenName", "\"name\":{\"givenName\":\"Ada\",\"familyName\":\"L\"}")]
    [TestCase("emails", "\"emails\":[{\"value\":\"a\",\"type\":\"work\"},{\"value\":\"b\",\"display\":\"B\"}]")]
    [TestCase("emails[type eq \"work\"]", "\"emails\":[{\"value\":\"a\",\"type\":\"work\"},{\"value\":\"b\",\"display\":\"B\"}]")]
    [TestCase("emails.value", "\"emails\":[{\"value\":\"a\"},{\"value\":\"b\"}]")]
    [TestCase("emails.display", "\"emails\":[{\"display\":\"B\"}]")]
    [TestCase("emails.display,emails.type", "\"emails\":[{\"type\":\"work\"},{\"display\":\"B\"}]")]
    [TestCase("emails.primary", "")]
    [TestCase("name.middleName", "")]
    [TestCase("meta.version", "\"meta\":{\"version\":\"1\"}")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:userName", "\"userName\":\"ada\"")]
    [TestCase(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"R\"}"
    )]
    [TestCase(
        "manager.value,department",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"manager\":{\"value\":\"1\"},\"department\":\"R\"}"
    )]
    [TestCase("manager.displayName", "")]
    [TestCase(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"R\",\"manager\":{\"value\":\"1\",\"$ref\":\"r\"}}"
    )]
    [TestCase("urn:example:hr:2.0:User:TAG", "\"urn:example:Hr:2.0:User\":{\"tag\":\"x\"}")]
    [TestCase("urn:example:hr:2.0:User:desk.floor", "\"urn:example:Hr:2.0:User\":{\"desk\":{\"floor\":2}}")]
    [TestCase("urn:example:hr:2.0:User:tag.x", "")]
    [TestCase("urn:example:hr:2.0:User", "\"urn:example:Hr:2.0:User\":{\"tag\":\"x\",\"desk\":{\"floor\":2,\"room\":3}}")]
    [TestCase("id", "")]
    [TestCase("unknown,name.unknown,,urn:x", "")]
    public void Only_what_is_asked_for_is_returned_and_what_is_always_returned(string attributes, string members) =>
        Assert.That(
            Project(attributes, null),
            Wire.EqualJson($$"""{"schemas":["s"],"id":"1"{{(members.Length > 0 ? "," : "")}}{{members}}}""")
        );

    [TestCase("title", "title")]
    [TestCase("TITLE,meta,emails,name", "title meta emails name")]
    [TestCase("id,schemas", "")]
    [TestCase("unknown", "")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    [TestCase("department,manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    [TestCase("urn:example:HR:2.0:User", "urn:example:Hr:2.0:User")]
    [TestCase("name.givenName,name.familyName", "name")]
    public void What_is_excluded_is_not_returned(string excluded, string gone)
    {
        var expected = Wire.Json(Ada);
        foreach (var name in gone.Split(' '))
            expected.Remove(name);

        Assert.That(Project(null, excluded), Wire.EqualJson(expected.ToJsonString()));
    }

    [TestCase("emails.type", "emails", """[{"value":"a"},{"value":"b","display":"B"}]""")]
    [TestCase("emails.value,emails.type", "emails", """[{"display":"B"}]""")]
    [TestCase("name.givenName", "name", """{"familyName":"L"}""")]
    [TestCase("manager.$ref", EnterpriseUserSchema.Id, """{"department":"R","manager":{"value":"1"}}""")]
    [TestCase("urn:example:hr:2.0:User:desk.room", "urn:example:Hr:2.0:User", """{"tag":"x","desk":{"floor":2}}""")]
    public void A_sub_attribute_can_be_excluded(string excluded, string attribute, string rest) =>
        Assert.That(Project(null, excluded)[attribute], Wire.EqualJson(rest));

    [Test]
    public void Attributes_win_over_excluded_attributes() =>
        Assert.That(Project("title", "title"), Wire.EqualJson("""{"schemas":["s"],"id":"1","title":"Boss"}"""));

    [TestCase(null, null, true)]
    [TestCase("", " ", true)]
    [TestCase("title", null, false)]
    [TestCase(null, "title", false)]
    [TestCase(null, "id", true)]
    public void Asking_for_nothing_returns_the_whole(string? attributes, string? excluded, bool whole) =>
        Assert.That(AttributeProjection.Parse(attributes, excluded, ResourceType.User).IsDefault, Is.EqualTo(whole));

    [TestCase(null, null, true)]
    [TestCase("members", null, true)]
    [TestCase("members.value", null, true)]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:Group:MEMBERS", null, true)]
    [TestCase("displayName", null, false)]
    [TestCase(null, "members", false)]
    [TestCase(null, "Members", false)]
    [TestCase(null, "members.display", true)]
    [TestCase(null, "displayName", true)]
    public void The_store_learns_whether_members_are_needed(string? attributes, string? excluded, bool needed) =>
        Assert.That(AttributeProjection.Parse(attributes, excluded, ResourceType.Group).Includes(GroupSchema.Members), Is.EqualTo(needed));

    [Test]
    public void What_is_always_returned_is_always_needed() =>
        Assert.That(AttributeProjection.Parse("title", null, ResourceType.User).Includes(CommonAttributes.Id), Is.True);

    [TestCase("members")]
    [TestCase("members.value")]
    public void An_empty_list_of_members_stays_one(string attributes) =>
        Assert.That(
            AttributeProjection
                .Parse(attributes, null, ResourceType.Group)
                .Apply(Wire.Json("""{"id":"1","displayName":"G","members":[]}""")),
            Wire.EqualJson("""{"id":"1","members":[]}""")
        );

    static System.Text.Json.Nodes.JsonObject Project(string? attributes, string? excluded) =>
        AttributeProjection.Parse(attributes, excluded, ResourceType.User).Apply(Wire.Json(Ada));
}
