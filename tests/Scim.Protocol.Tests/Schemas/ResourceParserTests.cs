namespace Scim.Tests.Schemas;

/// <summary>What identity providers send to create a resource, and what is stored.</summary>
public sealed class ResourceParserTests
{
    [TestCase("\"roles\":[]")]
    [TestCase("\"groups\":[]")]
    [TestCase("\"groups\":[{\"value\":\"1\"}]")]
    [TestCase("\"id\":\"x\"")]
    [TestCase("\"meta\":{\"resourceType\":\"User\"}")]
    [TestCase("\"schemas\":[\"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group\"]")]
    [TestCase("\"schemas\":null")]
    [TestCase("\"displayName\":null,\"emails\":null,\"name\":null,\"active\":null")]
    [TestCase("\"displayName\":\"\",\"externalId\":\"\"")]
    [TestCase("\"name\":{\"givenName\":null}")]
    [TestCase("\"name\":{}")]
    [TestCase("\"name\":[]")]
    [TestCase("\"emails\":[{}]")]
    [TestCase("\"emails\":[null,\"\"]")]
    [TestCase("\"emails\":[{\"value\":\"\"}]")]
    [TestCase("\"department\":null,\"manager\":null")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":null")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{}")]
    [TestCase(
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"manager\":{\"value\":null},\"department\":\"\",\"unknown\":1}"
    )]
    [TestCase("\"urn:example:hr:2.0:User\":{\"tag\":null,\"list\":[],\"object\":{\"a\":\"\"}}")]
    [TestCase("\"urn:example:hr:2.0:User\":\"text\"")]
    [TestCase("\"urn:ietf:params:scim:schemas:core:2.0:Group\":{\"displayName\":\"x\"}")]
    [TestCase("\"urn:ex ample:hr\":{\"tag\":\"x\"}")]
    [TestCase("\"password\":\"secret\"")]
    [TestCase("\"studentNumber\":1,\"name.givenName\":\"x\",\"\":2")]
    public void A_member_that_sets_nothing_is_accepted(string members) => Creates(members, "");

    [TestCase("\"active\":\"True\"", "")]
    [TestCase("\"active\":\"true\"", "")]
    [TestCase("\"ACTIVE\":true", "")]
    [TestCase("\"DisplayName\":\"Ada\"", "\"displayName\":\"Ada\"")]
    [TestCase("\"Name\":{\"GIVENNAME\":\"Ada\"}", "\"name\":{\"givenName\":\"Ada\"}")]
    [TestCase("\"name\":{\"givenName\":\"Ada\",\"unknown\":{}}", "\"name\":{\"givenName\":\"Ada\"}")]
    [TestCase(
        "\"roles\":[{\"primary\":\"True\",\"value\":\"a\"},{\"Primary\":false,\"value\":\"b\"}]",
        "\"roles\":[{\"primary\":true,\"value\":\"a\"},{\"primary\":false,\"value\":\"b\"}]"
    )]
    [TestCase("\"roles\":[{\"displayName\":\"Admin\",\"value\":\"a\"}]", "\"roles\":[{\"display\":\"Admin\",\"value\":\"a\"}]")]
    [TestCase("\"roles\":[{\"displayName\":\"b\",\"Display\":\"a\"}]", "\"roles\":[{\"display\":\"a\"}]")]
    [TestCase("\"roles\":[\"a\",\"b\"]", "\"roles\":[{\"value\":\"a\"},{\"value\":\"b\"}]")]
    [TestCase(
        "\"roles\":[{\"value\":\"{\\\"value\\\":\\\"a\\\",\\\"displayName\\\":\\\"A\\\"}\"}]",
        "\"roles\":[{\"value\":\"a\",\"display\":\"A\"}]"
    )]
    [TestCase("\"displayName\":\"  Ada  \"", "\"displayName\":\"  Ada  \"")]
    [TestCase(
        "\"phoneNumbers\":[{\"value\":\"+41 (0)31 / 000\",\"type\":\"mobile\"}]",
        "\"phoneNumbers\":[{\"value\":\"+41 (0)31 / 000\",\"type\":\"mobile\"}]"
    )]
    [TestCase("\"urn:ietf:params:scim:schemas:core:2.0:User\":{\"title\":\"Boss\"}", "\"title\":\"Boss\"")]
    public void Lenient_forms_are_understood(string members, string stored) => Creates(members, stored);

    [TestCase("\"department\":\"R\"", """{"department":"R"}""")]
    [TestCase("\"manager\":\"271\"", """{"manager":{"value":"271"}}""")]
    [TestCase(
        "\"department\":\"outside\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"R\"}",
        """{"department":"R"}"""
    )]
    [TestCase(
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"Manager\":\"nobody we know\"}",
        """{"manager":{"value":"nobody we know"}}"""
    )]
    [TestCase(
        """ "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"manager":{"Value":"1","$ref":null,"displayName":"Eva"}} """,
        """{"manager":{"value":"1"}}"""
    )]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0User\":{\"department\":\"R\"}", """{"department":"R"}""")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department\":\"R\"", """{"department":"R"}""")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager\":{\"value\":\"1\"}", """{"manager":{"value":"1"}}""")]
    public void Attributes_of_the_enterprise_extension_are_found_in_every_form(string members, string extension) =>
        Assert.That(Created(members), Wire.EqualJson(Wire.AdaWith(EnterpriseUserSchema.Id, extension)));

    [Test]
    public void An_unregistered_extension_is_kept_as_it_came_and_listed_though_the_client_did_not() =>
        Assert.That(
            Created(
                """
                "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
                "urn:example:Hr:2.0:User":{"Tag":"7","n":1.50,"flag":"True","a":[{"b":[1]},{}]}
                """
            ),
            Wire.EqualJson(Wire.AdaWith("urn:example:Hr:2.0:User", """{"Tag":"7","n":1.50,"flag":"True","a":[{"b":[1]}]}"""))
        );

    [Test]
    public void Schemas_follow_from_the_content() =>
        Assert.That(
            Created(""" "urn:z:1.0:User":{"a":1},"schemas":["urn:x"],"manager":"1","urn:a:1.0:User":{"a":1} """)["schemas"],
            Wire.EqualJson(
                """
                ["urn:ietf:params:scim:schemas:core:2.0:User","urn:a:1.0:User",
                  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:z:1.0:User"]
                """
            )
        );

    [TestCase(
        """{"displayName":"G","externalId":"x","members":[]}""",
        """{"displayName":"G","externalId":"x","schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}"""
    )]
    [TestCase(
        """{"displayname":"G","members":["1",{"value":"2","display":"Two","type":"User"}]}""",
        """
            {"displayName":"G","members":[{"value":"1"},{"value":"2","type":"User"}],
              "schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}
            """
    )]
    public void A_group_has_a_name_and_perhaps_members(string body, string stored) =>
        Assert.That(ResourceParser.Create(Wire.Json(body), ResourceType.Group), Wire.EqualJson(stored));

    [Test]
    public void The_body_is_not_changed()
    {
        const string body = """{"UserName":"ada","emails":["a"],"manager":"1"}""";
        var sent = Wire.Json(body);

        ResourceParser.Create(sent, ResourceType.User);

        Assert.That(sent.ToJsonString(), Is.EqualTo(body));
    }

    static void Creates(string members, string stored) => Assert.That(Created(members), Wire.EqualJson(Wire.Ada(stored)));

    static System.Text.Json.Nodes.JsonObject Created(string members) =>
        ResourceParser.Create(Wire.Json($$"""{"userName":"ada",{{members}}}"""), ResourceType.User);
}
