using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Activity.Requests;

namespace ScimProvisioning.Tests.Activity;

/// <summary>What of a refused body may be stored.</summary>
[TestFixture, Parallelizable]
sealed class ShownBodyTests
{
    static readonly ResourceType Type = ResourceType.User.With(
        [
            new(
                "urn:example:Secrets",
                "Secrets",
                "",
                [
                    new("pin", AttributeType.String, "") { Returned = Returned.Never },
                    new("key", AttributeType.Complex, "")
                    {
                        SubAttributes = [new("seed", AttributeType.String, "") { Returned = Returned.Never }],
                    },
                ]
            ),
        ],
        []
    );

    [TestCase("""{"userName":"ada","Password":"hush"}""", """{"userName":"ada"}""")]
    [TestCase("""{"urn:example:Secrets":{"PIN":"hush","key":{"seed":"hush","n":1}}}""", """{"urn:example:Secrets":{"key":{"n":1}}}""")]
    [TestCase(
        """{"Operations":[{"op":"Replace","path":"password","value":"hush"}]}""",
        """{"Operations":[{"op":"Replace","path":"password"}]}"""
    )]
    [TestCase(
        """{"Operations":[{"op":"Add","path":"urn:example:Secrets:pin","Value":"hush"}]}""",
        """{"Operations":[{"op":"Add","path":"urn:example:Secrets:pin"}]}"""
    )]
    [TestCase(
        """{"Operations":[{"op":"add","value":{"urn:example:Secrets:key.seed":"hush","title":"T"}}]}""",
        """{"Operations":[{"op":"add","value":{"title":"T"}}]}"""
    )]
    [TestCase(
        """{"Operations":[{"op":"replace","path":"/password","value":"hush"},{"op":"replace","Path":"$['password']","value":"hush"}]}""",
        """{"Operations":[{"op":"replace","path":"/password"},{"op":"replace","Path":"$"}]}"""
    )]
    [TestCase(
        """{"Operations":[{"op":"remove","path":"password[value eq \"hush\"]"},{"path":"emails[password eq \"hush\"].type"}]}""",
        """{"Operations":[{"op":"remove","path":"password"},{"path":"emails"}]}"""
    )]
    [TestCase(
        """{"Operations":[{"op":"remove","path":"password eq hush"},{"op":"remove","path":"password'hush'"}]}""",
        """{"Operations":[{"op":"remove","path":"password"},{"op":"remove","path":"password"}]}"""
    )]
    [TestCase("""{"a":[{"b":{"password":"hush"}}]}""", """{"a":[{"b":{}}]}""")]
    public void What_is_secret_is_left_out_wherever_it_stands(string body, string shown) =>
        Assert.That(ShownBody.Of((JsonObject)JsonNode.Parse(body)!, Type), Is.EqualTo(shown));

    [Test]
    public void A_long_body_of_many_parts_begins_as_it_was_sent()
    {
        var items = Enumerable.Range(0, 100_000).Select(i => (JsonNode)new JsonObject { ["value"] = $"é{i}", ["password"] = "hush" });
        var body = new JsonObject { ["members"] = new JsonArray([.. items]) };

        var shown = ShownBody.Of(body, null);

        Assert.That(shown, Has.Length.EqualTo(16_384));
        Assert.That(shown, Does.StartWith("""{"members":[{"value":"é0"},{"value":"é1"},""").And.Not.Contain("hush"));
    }

    [Test]
    public void A_long_body_is_cut() =>
        Assert.That(ShownBody.Of(new() { ["a"] = new string('x', 100_000) }, null), Has.Length.EqualTo(16_384));
}
