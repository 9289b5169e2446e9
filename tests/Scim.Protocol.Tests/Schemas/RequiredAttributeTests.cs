namespace Scim.Tests.Schemas;

/// <summary>Required attributes, sub-attributes and extensions (RFC 7643 §2.2, §6).</summary>
public sealed class RequiredAttributeTests
{
    [TestCase("""{"urn:example:scim:schemas:1.0:Badge":{"number":"7"}}""", "serial")]
    [TestCase("""{"serial":" ","urn:example:scim:schemas:1.0:Badge":{"number":"7"}}""", "serial")]
    [TestCase("""{"serial":"S1"}""", Registered.BadgeId)]
    [TestCase("""{"serial":"S1","urn:example:scim:schemas:1.0:Badge":{}}""", Registered.BadgeId)]
    [TestCase("""{"serial":"S1","urn:example:scim:schemas:1.0:Badge":{"color":"red"}}""", Registered.BadgeId + ":number")]
    [TestCase(
        """{"serial":"S1","urn:example:scim:schemas:1.0:Badge":{"number":"7"},"urn:example:scim:schemas:1.0:Lease":{"months":1}}""",
        Registered.LeaseId + ":contract"
    )]
    [TestCase(
        """{"serial":"S1","urn:example:scim:schemas:1.0:Badge":{"number":"7"},"ports":[{"value":"a"},{"type":"lan"}]}""",
        "ports.value"
    )]
    public void What_is_missing_is_named(string body, string missing)
    {
        Assert.That(
            Wire.Refused("invalidValue", () => ResourceParser.Create(Wire.Json(body), Registered.Device)),
            Does.StartWith($"'{missing}' is required for a Device")
        );
        Assert.That(
            Wire.Refused("invalidValue", () => ResourceParser.Replace(Wire.Json(body), Registered.Device, [])),
            Does.StartWith($"'{missing}' is required for a Device")
        );
    }

    [Test]
    public void An_extension_that_is_not_required_asks_nothing_while_it_is_absent() =>
        Assert.That(Registered.Create("").ContainsKey(Registered.LeaseId), Is.False);

    [TestCase("""{"op":"add","path":"ports","value":[{"type":"lan"}]}""", "invalidValue")]
    [TestCase("""{"op":"add","path":"urn:example:scim:schemas:1.0:Lease:months","value":1}""", "invalidValue")]
    [TestCase("""{"op":"replace","path":"urn:example:scim:schemas:1.0:Badge:number","value":""}""", "invalidValue")]
    [TestCase("""{"op":"remove","path":"urn:example:scim:schemas:1.0:Badge"}""", "mutability")]
    [TestCase("""{"op":"remove","path":"ports[value eq \"a\"].value"}""", "mutability")]
    public void A_patch_cannot_leave_a_resource_without(string operation, string scimType) =>
        Wire.Refused(scimType, () => Registered.Patch(Registered.Create("\"ports\":[{\"value\":\"a\",\"mac\":\"x\"}]"), $"[{operation}]"));

    [Test]
    public void A_patch_of_something_else_goes_through_where_the_schema_asks_for_more_than_it_did() =>
        Assert.That(
            (bool?)
                Registered.Patch(
                    Wire.Json("""{"ports":[{"type":"lan"}],"urn:example:scim:schemas:1.0:Lease":{"months":1}}"""),
                    """[{"op":"replace","path":"rented","value":false}]"""
                )["rented"],
            Is.False
        );
}
