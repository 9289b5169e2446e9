namespace Scim.Tests.Schemas;

public sealed class ResourceErrorTests
{
    [TestCase("{}")]
    [TestCase("""{"userName":null}""")]
    [TestCase("""{"userName":""}""")]
    [TestCase("""{"userName":"   "}""")]
    [TestCase("""{"displayName":"Ada"}""")]
    public void A_user_needs_a_userName(string body) => Refuses(ResourceType.User, body, "userName");

    [TestCase("{}")]
    [TestCase("""{"displayName":" "}""")]
    [TestCase("""{"userName":"x"}""")]
    public void A_group_needs_a_displayName(string body) => Refuses(ResourceType.Group, body, "displayName");

    [TestCase("\"displayName\":5", "'displayName' must be a string, not a number")]
    [TestCase("\"displayName\":true", "'displayName' must be a string, not a boolean")]
    [TestCase("\"displayName\":{\"a\":1}", "'displayName' must be a string, not an object")]
    [TestCase("\"displayName\":[\"a\"]", "'displayName' must be a string, not an array")]
    [TestCase("\"active\":\"yes\"", "'active' must be true or false, not a string")]
    [TestCase("\"active\":1", "'active' must be true or false, not a number")]
    [TestCase("\"name\":\"Ada\"", "'name' must be an object, not a string")]
    [TestCase("\"name\":{\"givenName\":5}", "'name.givenName' must be a string")]
    [TestCase("\"emails\":\"a@b.c\"", "'emails' must be an array, not a string")]
    [TestCase("\"emails\":{\"value\":\"a@b.c\"}", "'emails' must be an array, not an object")]
    [TestCase("\"emails\":[5]", "'emails' must be an object, not a number")]
    [TestCase("\"emails\":[{\"value\":5}]", "'emails.value' must be a string")]
    [TestCase("\"emails\":[{\"value\":\"a\",\"primary\":\"x\"}]", "'emails.primary' must be true or false")]
    [TestCase(
        "\"emails\":[{\"value\":\"a\",\"primary\":true},{\"value\":\"b\",\"primary\":\"True\"}]",
        "'emails' has more than one primary value"
    )]
    [TestCase("\"addresses\":[\"Bern\"]", "'addresses' must be an object")]
    [TestCase("\"x509Certificates\":[{\"value\":\"QUJD!\"}]", "'x509Certificates.value' must be binary data in base64")]
    [TestCase("\"x509Certificates\":[{\"value\":\"QUJDR\"}]", "'x509Certificates.value' must be binary data in base64")]
    [TestCase("\"x509Certificates\":[{\"value\":5}]", "'x509Certificates.value' must be binary data in base64, not a number")]
    [TestCase("\"department\":5", "department' must be a string")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":\"x\"", "must be an object")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"manager\":5}", "manager' must be an object")]
    [TestCase("\"urn:example:hr:2.0:User\":{\"n\":1e400}", "out of range")]
    [TestCase("\"title\":\"a\\u0000b\"", "'title' holds a character that cannot be stored")]
    [TestCase("\"title\":\"\\ud83d\"", "'title' holds a character that cannot be stored")]
    [TestCase("\"unknown\":[{\"a\":\"\\ud83d\"}]", "'a' holds a character that cannot be stored")]
    public void A_value_of_the_wrong_type_is_refused_by_name(string members, string detail) =>
        Refuses(ResourceType.User, $$"""{"userName":"ada",{{members}}}""", detail);

    [TestCase("\"USERNAME\":\"eva\"", "userName")]
    [TestCase("\"title\":\"a\",\"Title\":\"a\"", "title")]
    [TestCase("\"name\":{\"givenName\":\"a\",\"GivenName\":\"b\"}", "name.givenName")]
    [TestCase("\"emails\":[{\"value\":\"a\",\"Value\":\"b\"}]", "emails.value")]
    [TestCase("\"title\":\"a\",\"urn:ietf:params:scim:schemas:core:2.0:User\":{\"title\":\"b\"}", "title")]
    [TestCase("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"a\",\"Department\":\"b\"}", "department")]
    [TestCase(
        """
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"a"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{"department":"b"}
            """,
        "department"
    )]
    [TestCase("\"urn:example:hr:2.0:User\":{\"tag\":\"a\"},\"URN:example:hr:2.0:User\":{\"tag\":\"b\"}", "urn:example:hr:2.0:User")]
    [TestCase("\"urn:example:hr:2.0:User\":{\"tag\":\"a\",\"Tag\":\"b\"}", "urn:example:hr:2.0:User")]
    [TestCase("\"urn:example:hr:2.0:User\":{\"desk\":{\"a\":1,\"A\":2}}", "urn:example:hr:2.0:User")]
    [TestCase("\"title\":\"a\",\"title\":\"b\"", "twice")]
    [TestCase("\"\\ud800\":\"a\"", "surrogate")]
    [TestCase("\"urn:example:hr:2.0:User\":{\"a\\u0000\":\"a\"}", "NUL")]
    public void A_name_given_twice_or_broken_is_refused(string members, string named) =>
        Assert.That(
            Wire.Refused(
                "invalidSyntax",
                () => ResourceParser.Create(Wire.Json($$"""{"userName":"ada",{{members}}}"""), ResourceType.User)
            ),
            Does.Contain(named).IgnoreCase
        );

    [TestCase("User", "userName")]
    [TestCase("User", "externalId")]
    [TestCase("Group", "displayName")]
    [TestCase("Group", "externalId")]
    public void Indexed_text_has_at_most_512_characters(string typeName, string attribute)
    {
        var type = ResourceTypes.BuiltIn.Named(typeName)!;
        var required = typeName == "User" ? "userName" : "displayName";
        string Body(int length) =>
            attribute == required
                ? $$"""{"{{attribute}}":"{{new string('é', length)}}"}"""
                : $$"""{"{{required}}":"x","{{attribute}}":"{{new string('é', length)}}"}""";

        Assert.That((string?)ResourceParser.Create(Wire.Json(Body(512)), type)[attribute], Has.Length.EqualTo(512));
        Refuses(type, Body(513), $"'{attribute}' has 513 characters; at most 512");
    }

    [Test]
    public void Other_text_may_be_long() =>
        Assert.That(
            (string?)
                ResourceParser.Create(Wire.Json($$"""{"userName":"ada","title":"{{new string('x', 5_000)}}"}"""), ResourceType.User)[
                    "title"
                ],
            Has.Length.EqualTo(5_000)
        );

    [Test]
    public void An_attribute_has_at_most_a_thousand_values()
    {
        var emails = string.Join(",", Enumerable.Range(0, 1_001).Select(i => $"\"{i}\""));

        Refuses(ResourceType.User, $$"""{"userName":"ada","emails":[{{emails}}]}""", "'emails' has more than 1000 values");
    }

    static void Refuses(ResourceType type, string body, string detail) =>
        Assert.That(Wire.Refused("invalidValue", () => ResourceParser.Create(Wire.Json(body), type)), Does.Contain(detail));
}
