namespace Scim.Tests.Schemas;

/// <summary>RFC 7643 §7 "returned" with <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9).</summary>
public sealed class ReturnedTests
{
    const string Resource = """
        {
          "schemas":["s"],"id":"1","serial":"S1","label":"L","badge":"B","notes":"N","pin":"1234","tags":["a"],
          "owner":{"displayName":"Ada","level":1,"secret":"x"},"urn:example:scim:schemas:1.0:Badge":{"number":"7","color":"red"}
        }
        """;

    const string Always = "\"schemas\":[\"s\"],\"id\":\"1\",\"badge\":\"B\"";
    const string Badge = "\"urn:example:scim:schemas:1.0:Badge\":{\"number\":\"7\",\"color\":\"red\"}";

    [TestCase(
        null,
        null,
        $$$"""{{{{Always}}},"serial":"S1","label":"L","tags":["a"],"owner":{"displayName":"Ada","level":1},{{{Badge}}}}"""
    )]
    [TestCase(null, "label", $$$"""{{{{Always}}},"serial":"S1","tags":["a"],"owner":{"displayName":"Ada","level":1},{{{Badge}}}}""")]
    [TestCase(
        null,
        "badge,owner,urn:example:scim:schemas:1.0:Badge",
        $$$"""{{{{Always}}},"serial":"S1","label":"L","tags":["a"],"owner":{"level":1}}"""
    )]
    [TestCase(
        null,
        "owner.level,owner.displayName",
        $$$"""{{{{Always}}},"serial":"S1","label":"L","tags":["a"],"owner":{"level":1},{{{Badge}}}}"""
    )]
    [TestCase("label", null, $$$"""{{{{Always}}},"label":"L","owner":{"level":1}}""")]
    [TestCase("NOTES", null, $$$"""{{{{Always}}},"notes":"N","owner":{"level":1}}""")]
    [TestCase("pin,owner.secret", null, $$$"""{{{{Always}}},"owner":{"level":1}}""")]
    [TestCase("owner", null, $$$"""{{{{Always}}},"owner":{"displayName":"Ada","level":1}}""")]
    [TestCase("owner.displayName", null, $$$"""{{{{Always}}},"owner":{"displayName":"Ada","level":1}}""")]
    [TestCase(
        "urn:example:scim:schemas:1.0:Badge:color",
        null,
        $$$"""{{{{Always}}},"owner":{"level":1},"urn:example:scim:schemas:1.0:Badge":{"color":"red"}}"""
    )]
    [TestCase("urn:example:scim:schemas:1.0:badge", null, $$$"""{{{{Always}}},"owner":{"level":1},{{{Badge}}}}""")]
    public void The_schema_says_what_is_returned_always_by_default_on_request_and_never(
        string? attributes,
        string? excluded,
        string expected
    ) =>
        Assert.That(
            AttributeProjection.Parse(attributes, excluded, Registered.Device).Apply(Wire.Json(Resource)),
            Wire.EqualJson(expected)
        );

    [Test]
    public void A_type_with_hidden_attributes_is_never_passed_through_whole() =>
        Assert.That(AttributeProjection.Parse(null, null, Registered.Device).IsDefault, Is.False);

    [Test]
    public void A_reply_does_not_change_the_resource()
    {
        var resource = Wire.Json(Resource);

        AttributeProjection.Parse(null, "label", Registered.Device).Apply(resource);

        Assert.That(resource, Wire.EqualJson(Resource));
    }
}
