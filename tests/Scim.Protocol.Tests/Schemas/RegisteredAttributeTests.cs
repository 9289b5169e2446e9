namespace Scim.Tests.Schemas;

/// <summary>Attributes of registered schemas: what is stored, patched and found.</summary>
public sealed class RegisteredAttributeTests
{
    [TestCase("\"slots\":4", true)]
    [TestCase("\"slots\":4.5", false)]
    [TestCase("\"slots\":\"4\"", true)]
    [TestCase("\"slots\":\"four\"", false)]
    [TestCase("\"slots\":1e40", false)]
    [TestCase("\"weight\":4.5", true)]
    [TestCase("\"weight\":\"x\"", false)]
    [TestCase("\"rented\":\"True\"", true)]
    [TestCase("\"rented\":1", false)]
    [TestCase("\"bought\":\"2026-01-31T12:00:00Z\"", true)]
    [TestCase("\"bought\":\"2026-01-31\"", false)]
    [TestCase("\"manual\":\"https://example.com/m.pdf\"", true)]
    [TestCase("\"manual\":7", false)]
    [TestCase("\"key\":\"QUJD\"", true)]
    [TestCase("\"key\":\"QUI=\"", true)]
    [TestCase("\"key\":\"QUI\"", true)]
    [TestCase("\"key\":\"+/+/\"", true)]
    [TestCase("\"key\":\"-_-_\"", true)]
    [TestCase("\"key\":\"Q\"", false)]
    [TestCase("\"key\":\"QUJD!\"", false)]
    [TestCase("\"key\":7", false)]
    [TestCase("\"tags\":[\"a\",\"b\"]", true)]
    [TestCase("\"tags\":\"a\"", false)]
    [TestCase("\"tags\":[1]", false)]
    [TestCase("\"ports\":[{\"value\":\"a\",\"addresses\":[\"x\",\"y\"]}]", true)]
    [TestCase("\"ports\":[{\"value\":\"a\",\"addresses\":[1]}]", false)]
    public void Values_fit_their_type(string attribute, bool fits) =>
        Assert.That(Wire.IsAccepted(() => Registered.Create(attribute)), Is.EqualTo(fits));

    [TestCase("\"state\":\"on\"", "state")]
    [TestCase("\"unknown\":\"x\"", "unknown")]
    public void What_is_read_only_or_unknown_is_ignored(string attribute, string name) =>
        Assert.That(Registered.Create(attribute).ContainsKey(name), Is.False);

    [Test]
    public void What_is_read_only_cannot_be_patched() =>
        Wire.Refused("mutability", () => Registered.Patch(Registered.Create(""), """[{"op":"replace","path":"state","value":"on"}]"""));

    [Test]
    public void What_is_never_returned_is_stored()
    {
        var document = Registered.Create("\"pin\":\"1234\",\"owner\":{\"secret\":\"x\"}");

        Assert.That(((string?)document["pin"], (string?)document["owner"]!["secret"]), Is.EqualTo(("1234", "x")));
        Assert.That((string?)Registered.Patch(document, """[{"op":"replace","path":"pin","value":"5"}]""")["pin"], Is.EqualTo("5"));
        Assert.That(Registered.Patch(document, """[{"op":"remove","path":"pin"}]""").ContainsKey("pin"), Is.False);
    }

    [TestCase("pin eq \"1\"")]
    [TestCase("pin pr")]
    [TestCase("owner.secret sw \"1\"")]
    [TestCase("owner[secret eq \"x\"]")]
    [TestCase("owner[displayName eq \"x\"].secret eq \"x\"")]
    public void What_is_never_returned_cannot_be_guessed_by_filters(string filter) =>
        Assert.That(
            Wire.Refused("invalidFilter", () => FilterParser.Parse(filter, Registered.Device)),
            Does.EndWith("cannot be used in a filter.")
        );

    [TestCase("""{"op":"add","path":"tags","value":"c"}""", """["a","b","c"]""")]
    [TestCase("""{"op":"add","path":"tags","value":["b","c"]}""", """["a","b","c"]""")]
    [TestCase("""{"op":"replace","path":"tags","value":["z"]}""", """["z"]""")]
    [TestCase("""{"op":"remove","path":"tags","value":["a"]}""", """["b"]""")]
    public void Lists_of_text_are_patched_by_their_values(string operation, string tags) =>
        Assert.That(Registered.Patch(Registered.Create("\"tags\":[\"a\",\"b\"]"), $"[{operation}]")["tags"], Wire.EqualJson(tags));

    [TestCase("add", """["x","y"]""")]
    [TestCase("replace", """["y"]""")]
    public void Lists_inside_elements_grow_by_add(string op, string addresses) =>
        Assert.That(
            Registered.Patch(
                Registered.Create("\"ports\":[{\"value\":\"a\",\"addresses\":[\"x\"]}]"),
                $$"""[{"op":"{{op}}","path":"ports[value eq \"a\"].addresses","value":["y"]}]"""
            )["ports"]![0]!["addresses"],
            Wire.EqualJson(addresses)
        );

    [TestCase("tags eq \"B\"", true)]
    [TestCase("tags ne \"b\"", false)]
    [TestCase("owner.displayName eq \"ada\"", true)]
    [TestCase("ports.addresses eq \"x\"", true)]
    [TestCase("ports[addresses co \"X\"]", true)]
    [TestCase("urn:example:scim:schemas:1.0:Badge:number eq \"7\"", true)]
    [TestCase("serial eq \"s1\"", false)]
    public void Registered_attributes_are_found_by_filters(string filter, bool found) =>
        Assert.That(
            FilterEvaluator.Matches(
                FilterParser.Parse(filter, Registered.Device),
                Registered.Create(
                    "\"tags\":[\"a\",\"b\"],\"owner\":{\"displayName\":\"Ada\"},\"ports\":[{\"value\":\"a\",\"addresses\":[\"x\"]}]"
                )
            ),
            Is.EqualTo(found)
        );

    [TestCase("""{"op":"replace","path":"urn:example:scim:schemas:1.0:Lease:months","value":2}""", """{"contract":["C"],"months":2}""")]
    [TestCase("""{"op":"add","path":"urn:example:scim:schemas:1.0:Lease:contract","value":"C"}""", null)]
    [TestCase("""{"op":"remove","path":"urn:example:scim:schemas:1.0:Lease:months"}""", """{"contract":["C"]}""")]
    public void What_came_before_its_schema_may_have_another_spelling_and_type(string operation, string? lease)
    {
        var document = Wire.Json("""{"serial":"S1","URN:example:scim:schemas:1.0:lease":{"Contract":["C"],"MONTHS":"three"}}""");

        if (lease is null)
            Wire.Refused("mutability", () => Registered.Patch(document, $"[{operation}]"));
        else
            Assert.That(Registered.Patch(document, $"[{operation}]")[Registered.LeaseId], Wire.EqualJson(lease));
    }

    [TestCase("""{"op":"add","path":"tags","value":["a"]}""")]
    [TestCase("""{"op":"add","path":"ports","value":[{"value":"a"}]}""")]
    [TestCase("""{"op":"replace","path":"ports[value eq \"a\"].type","value":"lan"}""")]
    [TestCase("""{"op":"replace","path":"ports[type eq \"a\"].value","value":"lan"}""")]
    [TestCase("""{"op":"replace","path":"ports.value","value":"lan"}""")]
    [TestCase("""{"op":"replace","path":"owner.displayName","value":"lan"}""")]
    [TestCase("""{"op":"remove","path":"owner.displayName"}""")]
    [TestCase("""{"op":"remove","path":"ports[value eq \"a\"]"}""")]
    public void Stored_values_of_any_shape_are_patched_or_refused(string operation)
    {
        foreach (
            var stored in new[]
            {
                "1",
                "true",
                "\"x\"",
                "[]",
                "[1]",
                "{}",
                "{\"value\":{}}",
                "[{\"value\":[]}]",
                "[[\"a\"]]",
                "{\"since\":{\"x\":1}}",
            }
        )
            Wire.AcceptsOrRefuses(() =>
                Registered.Patch(
                    Wire.Json($$"""{"serial":"S1","tags":{{stored}},"ports":{{stored}},"owner":{{stored}}}"""),
                    $"[{operation}]"
                )
            );
    }
}
