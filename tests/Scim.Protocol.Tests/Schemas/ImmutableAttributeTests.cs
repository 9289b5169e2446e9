using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

/// <summary>RFC 7643 §7 "immutable", in PUT (RFC 7644 §3.5.1) and PATCH (§3.5.2).</summary>
public sealed class ImmutableAttributeTests
{
    const string Lease = $"\"{Registered.LeaseId}\"";
    const string Attributes = $$"""
        "owner":{"displayName":"Ada","since":"2026-01-01T00:00:00Z"},
        "ports":[{"value":"eth0","type":"lan","mac":"A1"},{"value":"eth1","type":"wan"}],
        {{Lease}}:{"contract":"C1","months":3}
        """;

    static readonly string[] Bodies =
    [
        """{"serial":"s1"}""",
        $$"""{"serial":"S1",{{Lease}}:{"contract":"C2"} }""",
        """{"serial":"S1","owner":{"since":"2027-01-01T00:00:00Z"}}""",
    ];

    [TestCaseSource(nameof(Bodies))]
    public void A_replacement_with_another_value_is_refused(string body) =>
        Assert.That(
            Wire.Refused("mutability", () => Registered.Replace(Registered.Create(Attributes), WithBadge(body))),
            Does.Contain("is immutable")
        );

    [Test]
    public void A_replacement_that_says_nothing_keeps_immutable_values_only()
    {
        var replaced = Registered.Replace(Registered.Create(Attributes), WithBadge("""{"label":"x"}"""));

        Assert.That(
            replaced,
            Wire.EqualJson(
                $$"""
                {
                  "serial":"S1","label":"x","owner":{"since":"2026-01-01T00:00:00Z"},
                  {{Lease}}:{"contract":"C1"},"{{Registered.BadgeId}}":{"number":"7"},
                  "schemas":["{{Registered.DeviceId}}","{{Registered.BadgeId}}","{{Registered.LeaseId}}"]
                }
                """
            )
        );
    }

    [Test]
    public void A_replacement_may_repeat_the_value_in_another_letter_case_where_case_does_not_matter() =>
        Assert.That(
            (string?)
                Registered.Replace(Registered.Create(Attributes), WithBadge($$"""{"serial":"S1",{{Lease}}:{"contract":"c1"} }"""))[
                    Registered.LeaseId
                ]!["contract"],
            Is.EqualTo("C1")
        );

    [Test]
    public void A_replacement_may_give_the_first_value() =>
        Assert.That(
            (string?)
                Registered.Replace(Registered.Create(""), WithBadge("""{"serial":"S1","owner":{"since":"2027-01-01T00:00:00Z"}}"""))[
                    "owner"
                ]!["since"],
            Is.EqualTo("2027-01-01T00:00:00Z")
        );

    [Test]
    public void A_replacement_may_exchange_whole_elements() =>
        Assert.That(
            Registered.Replace(Registered.Create(Attributes), WithBadge("""{"serial":"S1","ports":[{"value":"eth0","mac":"B2"}]}"""))[
                "ports"
            ],
            Wire.EqualJson("""[{"value":"eth0","mac":"B2"}]""")
        );

    [TestCase("""{"op":"replace","path":"serial","value":"S2"}""")]
    [TestCase("""{"op":"add","path":"serial","value":"S2"}""")]
    [TestCase("""{"op":"replace","value":{"serial":"S2"}}""")]
    [TestCase("""{"op":"remove","path":"serial"}""")]
    [TestCase("""{"op":"replace","path":"owner.since","value":"2027-01-01T00:00:00Z"}""")]
    [TestCase("""{"op":"replace","path":"owner","value":{"since":"2027-01-01T00:00:00Z"}}""")]
    [TestCase("""{"op":"remove","path":"owner.since"}""")]
    [TestCase("""{"op":"remove","path":"owner"}""")]
    [TestCase("""{"op":"replace","path":"ports[type eq \"lan\"].mac","value":"B2"}""")]
    [TestCase("""{"op":"add","path":"ports[type eq \"lan\"]","value":{"mac":"B2"}}""")]
    [TestCase("""{"op":"replace","path":"ports[type eq \"lan\"]","value":{"value":"eth0","mac":"B2"}}""")]
    [TestCase("""{"op":"add","path":"ports","value":[{"value":"eth0","mac":"B2"}]}""")]
    [TestCase("""{"op":"remove","path":"ports[type eq \"lan\"].mac"}""")]
    [TestCase("""{"op":"replace","path":"urn:example:scim:schemas:1.0:Lease:contract","value":"C2"}""")]
    [TestCase("""{"op":"remove","path":"urn:example:scim:schemas:1.0:Lease"}""")]
    public void A_patch_cannot_change_what_is_set(string operation)
    {
        var document = Registered.Create(Attributes);
        var before = document.ToJsonString();

        Assert.That(Wire.Refused("mutability", () => Registered.Patch(document, $"[{operation}]")), Does.Contain("immutable"));
        Assert.That(document.ToJsonString(), Is.EqualTo(before));
    }

    [TestCase("""{"op":"add","path":"serial","value":"S1"}""")]
    [TestCase("""{"op":"replace","path":"owner.since","value":"2026-01-01T00:00:00Z"}""")]
    [TestCase("""{"op":"replace","path":"ports[type eq \"lan\"].mac","value":"a1"}""")]
    [TestCase("""{"op":"add","path":"ports[type eq \"wan\"].mac","value":"B2"}""")]
    [TestCase("""{"op":"replace","path":"ports[type eq \"lan\"]","value":{"value":"eth9"}}""")]
    [TestCase("""{"op":"remove","path":"ports[type eq \"lan\"]"}""")]
    [TestCase("""{"op":"remove","path":"ports"}""")]
    [TestCase("""{"op":"replace","path":"ports","value":[{"value":"eth0","mac":"B2"}]}""")]
    public void A_patch_may_repeat_set_for_the_first_time_and_exchange_elements(string operation) =>
        Assert.That(() => Registered.Patch(Registered.Create(Attributes), $"[{operation}]"), Throws.Nothing);

    [Test]
    public void A_selected_value_that_is_replaced_keeps_its_immutable_parts() =>
        Assert.That(
            Registered.Patch(
                Registered.Create(Attributes),
                """[{"op":"replace","path":"ports[type eq \"lan\"]","value":{"value":"eth9"}}]"""
            )["ports"]![0],
            Wire.EqualJson("""{"mac":"A1","value":"eth9","type":"lan"}""")
        );

    [TestCase("""["a","b"]""", """["B","A"]""", true)]
    [TestCase("""["a","a"]""", """["a","b"]""", false)]
    [TestCase("""["a","b"]""", """["a","a"]""", false)]
    [TestCase("""["a"]""", """["a","a"]""", false)]
    [TestCase("""["a","a"]""", """["a"]""", false)]
    public void Values_may_be_repeated_in_any_order_but_each_as_often_as_before(string first, string again, bool accepted)
    {
        var type = new ResourceType(
            "Lamp",
            "Lamps",
            "",
            new(
                "urn:example:Lamp",
                "Lamp",
                "",
                [new("marks", AttributeType.String, "") { MultiValued = true, Mutability = Mutability.Immutable }]
            )
        );
        var current = ResourceParser.Create(Marks(first), type);

        if (accepted)
            Assert.That(ResourceParser.Replace(Marks(again), type, current)["marks"], Wire.EqualJson(first));
        else
            Wire.Refused("mutability", () => ResourceParser.Replace(Marks(again), type, current));

        static JsonObject Marks(string values) => Wire.Json($$"""{"marks":{{values}}}""");
    }

    static string WithBadge(string body)
    {
        var json = Wire.Json(body);
        json[Registered.BadgeId] = new JsonObject { ["number"] = "7" };
        json.TryAdd("serial", "S1");
        return json.ToJsonString();
    }
}
