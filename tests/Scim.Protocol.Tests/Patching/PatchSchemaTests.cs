using System.Text.Json.Nodes;

namespace Scim.Tests.Patching;

/// <summary>Kinds of attributes that only registered schemas have, not User and Group.</summary>
public sealed class PatchSchemaTests
{
    static readonly ResourceType Device = new(
        "Device",
        "Devices",
        "",
        new(
            "urn:example:device:1.0:Device",
            "Device",
            "",
            [
                new("tags", AttributeType.String, "") { MultiValued = true },
                new("rooms", AttributeType.Integer, "") { MultiValued = true },
                new("place", AttributeType.Complex, "")
                {
                    SubAttributes = [new("type", AttributeType.String, ""), new("value", AttributeType.String, "")],
                },
            ]
        )
    );

    [TestCase("""{"op":"remove","path":"tags","value":["a","c"]}""", """{"tags":["b"],"rooms":[1,2]}""")]
    [TestCase("""{"op":"remove","path":"tags","value":"a"}""", """{"tags":["b","c"],"rooms":[1,2]}""")]
    [TestCase("""{"op":"remove","path":"tags","value":["x"]}""", """{"tags":["a","b","c"],"rooms":[1,2]}""")]
    [TestCase("""{"op":"remove","path":"tags","value":["a","b","c"]}""", """{"rooms":[1,2]}""")]
    [TestCase("""{"op":"remove","path":"rooms","value":[1.0]}""", """{"tags":["a","b","c"],"rooms":[2]}""")]
    [TestCase("""{"op":"add","path":"tags","value":["c","d"]}""", """{"tags":["a","b","c","d"],"rooms":[1,2]}""")]
    [TestCase("""{"op":"add","path":"rooms","value":3}""", """{"tags":["a","b","c"],"rooms":[1,2,3]}""")]
    [TestCase("""{"op":"replace","path":"rooms","value":[4]}""", """{"tags":["a","b","c"],"rooms":[4]}""")]
    public void Plain_values_of_a_list_come_and_go(string operation, string device) =>
        Assert.That(Patched("""{"tags":["a","b","c"],"rooms":[1,2]}""", operation), Wire.EqualJson(device));

    [TestCase("{}", """{"place":{"type":"desk","value":"x"}}""")]
    [TestCase("""{"place":{"type":"desk"}}""", """{"place":{"type":"desk","value":"x"}}""")]
    public void A_value_path_on_a_single_value_makes_one_value_and_no_list(string device, string patched) =>
        Assert.That(Patched(device, """{"op":"add","path":"place[type eq \"desk\"].value","value":"x"}"""), Wire.EqualJson(patched));

    [Test]
    public void A_single_value_of_another_kind_is_not_selected() =>
        Wire.Refused(
            "noTarget",
            () => Patched("""{"place":{"type":"shelf"}}""", """{"op":"add","path":"place[type eq \"desk\"].value","value":"x"}""")
        );

    static JsonObject Patched(string device, string operation)
    {
        var patched = Patcher.Apply(
            Wire.Json(device),
            PatchParser.Parse(Wire.Json($$"""{"Operations":[{{operation}}]}"""), Device),
            Device
        );
        patched.Remove("schemas");
        return patched;
    }
}
