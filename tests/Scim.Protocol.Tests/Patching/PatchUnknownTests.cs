using System.Text.Json.Nodes;

namespace Scim.Tests.Patching;

/// <summary>Paths that name no attribute, when the connection is set to skip them.</summary>
public sealed class PatchUnknownTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [TestCase("""{"op":"add","path":"shoeSize","value":1}""")]
    [TestCase("""{"op":"add","path":"name.shoeSize","value":1}""")]
    [TestCase("""{"op":"add","path":"shoes[size eq 1].color","value":"red"}""")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"].shoeSize","value":1}""")]
    [TestCase("""{"op":"remove","path":"shoeSize"}""")]
    [TestCase("""{"op":"remove","path":"shoes[size eq 1]"}""")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:shoeSize","value":1}""")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:shoeSize","value":1}""")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:displayName","value":"x"}""")]
    [TestCase("""{"op":"add","value":{"shoeSize":1,"name.shoeSize":2}}""")]
    [TestCase("""{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"shoeSize":1}}}""")]
    public void An_unknown_path_is_skipped_and_the_rest_is_done(string operation)
    {
        Assert.That(Parse(operation, ignoreUnknown: true), Is.Empty);
        Assert.That(Parse($$"""{{operation}},{"op":"add","path":"title","value":"x"}""", ignoreUnknown: true), Has.Count.EqualTo(1));
        Wire.Refused("invalidPath", () => Parse(operation, ignoreUnknown: false));
    }

    [TestCase("""{"op":"add","value":{"shoeSize":1,"title":"x"}}""", "title")]
    [TestCase(
        """{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"shoeSize":1,"department":"x"}}}""",
        Enterprise + ":department"
    )]
    [TestCase("""{"op":"add","path":"urn:acme:2.0:User:shoeSize","value":1}""", "urn:acme:2.0:User:shoeSize")]
    public void What_is_known_beside_it_is_kept(string operation, string path) =>
        Assert.That(Parse(operation, ignoreUnknown: true).Single().Path.ToString(), Is.EqualTo(path));

    [TestCase("""{"op":"add","path":"emails[type eq \"work\"","value":"x"}""", "invalidFilter")]
    [TestCase("""{"op":"add","path":"emails]type[","value":"x"}""", "invalidPath")]
    [TestCase("""{"op":"add","path":"a..b","value":"x"}""", "invalidPath")]
    [TestCase("""{"op":"add","path":"two words","value":"x"}""", "invalidPath")]
    [TestCase("""{"op":"add","path":"title[value eq \"x\"]","value":"x"}""", "invalidPath")]
    [TestCase("""{"op":"add","path":"emails[shoeSize eq 1].value","value":"x"}""", "invalidFilter")]
    [TestCase("""{"op":"replace","path":"id","value":[1]}""", "mutability")]
    public void A_malformed_path_stays_an_error(string operation, string scimType) =>
        Wire.Refused(
            scimType,
            () =>
            {
                var parsed = Parse(operation, ignoreUnknown: true);
                Patcher.Apply(Wire.Json("""{"userName":"ada","id":"1"}"""), parsed, ResourceType.User);
            }
        );

    static IReadOnlyList<PatchOperation> Parse(string operations, bool ignoreUnknown) =>
        PatchParser.Parse(new JsonObject { ["Operations"] = JsonNode.Parse($"[{operations}]") }, ResourceType.User, ignoreUnknown);
}
