using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

/// <summary>Schemas and resource types that an admin registers (RFC 7643 §6, §7).</summary>
public sealed class SchemaReaderTests
{
    [Test]
    public void Users_and_groups_are_always_there() =>
        Assert.That(SchemaReader.Read([], []).All, Is.EqualTo([ResourceType.User, ResourceType.Group]));

    [Test]
    public void What_is_not_said_has_the_defaults_of_RFC_7643_section_2_2()
    {
        var label = Registered.Device.Schema.Find("label")!;

        Assert.That(
            (label.Type, label.MultiValued, label.Required, label.CaseExact, label.Mutability, label.Returned, label.Uniqueness),
            Is.EqualTo((AttributeType.String, false, false, false, Mutability.ReadWrite, Returned.Default, Uniqueness.None))
        );
    }

    [TestCase("key")]
    [TestCase("manual")]
    public void Binary_values_and_references_are_case_exact(string attribute) =>
        Assert.That(Registered.Device.Schema.Find(attribute)!.CaseExact, Is.True);

    [Test]
    public void What_is_written_only_is_never_returned() =>
        Assert.That(Registered.Device.Schema.Find("pin")!.Returned, Is.EqualTo(Returned.Never));

    [Test]
    public void Words_are_read_in_any_letter_case() =>
        Assert.That(
            ReadAttribute("""{"NAME":"a","type":"DATETIME","Mutability":"READONLY"}"""),
            Has.Property("Type").EqualTo(AttributeType.DateTime).And.Property("Mutability").EqualTo(Mutability.ReadOnly)
        );

    [Test]
    public void A_schema_without_a_name_is_called_by_the_end_of_its_URI() =>
        Assert.That(Read("""{"id":"urn:x:Thing","attributes":[{"name":"a"}]}""", Thing).Named("Thing")!.Schema.Name, Is.EqualTo("Thing"));

    [Test]
    public void Users_keep_the_enterprise_extension_and_get_more()
    {
        var user = Registered.Types.Named("User")!;

        Assert.That(user.Extensions.Select(e => e.Id), Is.EqualTo([EnterpriseUserSchema.Id, Registered.BadgeId]));
        Assert.That(user.RequiredExtensions.Select(e => e.Id), Is.EqualTo([Registered.BadgeId]));
        Assert.That((user.IsUser, user.Collection, user.Schema), Is.EqualTo((true, "Users", UserSchema.Schema)));
        Assert.That(user.FindAttribute("password")!.Attribute, Is.SameAs(UserSchema.Password));
    }

    [Test]
    public void The_enterprise_extension_may_be_named_and_required() =>
        Assert.That(
            Read(
                    null,
                    $$"""
                    {
                      "name": "user", "endpoint": "/Users", "schema": "{{UserSchema.Id}}",
                      "schemaExtensions": [{ "schema": "{{EnterpriseUserSchema.Id}}", "required": true }]
                    }
                    """
                )
                .Named("User")!
                .RequiredExtensions,
            Is.EqualTo([EnterpriseUserSchema.Schema])
        );

    [Test]
    public void A_new_type_has_its_endpoint_schema_and_extensions()
    {
        var device = Registered.Types.ForCollection("devices")!;

        Assert.That(
            (device.Name, device.Schema.Id, device.IsUser, device.IsGroup),
            Is.EqualTo(("Device", Registered.DeviceId, false, false))
        );
        Assert.That(device.Extensions.Select(e => e.Id), Is.EqualTo([Registered.LeaseId, Registered.BadgeId]));
    }

    [Test]
    public void A_resource_type_is_told_as_it_was_registered()
    {
        var told = DiscoveryDocuments.ForResourceType(Registered.Device, "x");
        told.Remove("meta");

        Assert.That(told, Wire.EqualJson(Wire.Sample("device")["resourceTypes"]![0]!.ToJsonString()));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void A_schema_is_told_as_it_was_registered_with_every_default_written_out(int index)
    {
        var registered = Wire.Sample("device")["schemas"]![index]!;

        var told = DiscoveryDocuments.ForSchema(Registered.Types.Schemas.Single(s => s.Id == (string)registered["id"]!), "x");

        AssertTells(told["attributes"]!.AsArray(), registered["attributes"]!.AsArray());
    }

    [Test]
    public void What_is_told_can_be_registered_again()
    {
        var schemas = Registered
            .Types.Schemas.Where(s => s.Id.StartsWith("urn:example", StringComparison.Ordinal))
            .Select(s => DiscoveryDocuments.ForSchema(s, "x"));
        var again = SchemaReader.Read(
            [.. schemas],
            [.. Registered.Types.All.Select(type => DiscoveryDocuments.ForResourceType(type, "x"))]
        );

        Assert.That(Told(again), Is.EqualTo(Told(Registered.Types)));
    }

    [Test]
    public void Only_types_without_hidden_attributes_are_returned_whole() =>
        Assert.That(Registered.Types.All.Select(type => type.IsReturnedWhole), Is.EqualTo([true, true, false]));

    const string Thing = """{"name":"Thing","endpoint":"Things","schema":"urn:x:Thing"}""";

    static IEnumerable<string> Told(ResourceTypes types) =>
        [
            .. types.Schemas.Select(s => DiscoveryDocuments.ForSchema(s, "x").ToJsonString()),
            .. types.All.Select(t => DiscoveryDocuments.ForResourceType(t, "x").ToJsonString()),
        ];

    static void AssertTells(JsonArray told, JsonArray registered)
    {
        foreach (var (attribute, said) in told.Zip(registered))
        foreach (var (name, value) in said!.AsObject())
        {
            if (name == "subAttributes")
                AssertTells(attribute![name]!.AsArray(), value!.AsArray());
            else
                Assert.That(attribute![name], Wire.EqualJson(value!.ToJsonString()), $"{said["name"]} {name}");
        }
        Assert.That(told, Has.Count.EqualTo(registered.Count));
    }

    static AttributeDefinition ReadAttribute(string attribute) =>
        Read($$"""{"id":"urn:x:Thing","attributes":[{{attribute}}]}""", Thing).Named("Thing")!.Schema.Attributes[0];

    static ResourceTypes Read(string? schemas, string? types) =>
        SchemaReader.Read(JsonNode.Parse($"[{schemas}]")!.AsArray(), JsonNode.Parse($"[{types}]")!.AsArray());
}
