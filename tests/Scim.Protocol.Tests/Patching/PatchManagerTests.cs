namespace Scim.Tests.Patching;

/// <summary>The manager is a reference in the enterprise extension. Clients send it in many shapes.</summary>
public sealed class PatchManagerTests
{
    const string Managed = """
        {
          "userName": "ada",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "manager": { "value": "1", "$ref": "../Users/1" } }
        }
        """;

    [TestCase("""{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"271"}""")]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"271"}""")]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value","value":"271"}""")]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"271"}}""")]
    [TestCase(
        """
            {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
              "value":{"Value":"271","displayName":"Eva"}}
            """
    )]
    [TestCase("""{"op":"Add","path":"manager","value":"271"}""")]
    [TestCase("""{"op":"Add","path":"manager","value":[{"value":"271","$ref":null}]}""")]
    [TestCase("""{"op":"replace","value":{"manager":"271"}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"271"}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"271"}}}}""")]
    public void Every_shape_sets_the_manager_and_forgets_the_old_reference(string operation) =>
        Assert.That(
            Wire.PatchUser(Managed, $"[{operation}]"),
            Wire.EqualJson(Wire.AdaWith(EnterpriseUserSchema.Id, """{"manager":{"value":"271"}}"""))
        );

    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""}""")]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":null}""")]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":""}}""")]
    [TestCase(
        """
            {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
              "value":{"value":null,"$ref":null}}
            """
    )]
    [TestCase("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":[]}""")]
    [TestCase("""{"op":"Add","path":"manager","value":""}""")]
    [TestCase("""{"op":"Remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}""")]
    [TestCase("""{"op":"Remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"1"}""")]
    [TestCase("""{"op":"Remove","path":"manager.value"}""")]
    [TestCase("""{"op":"Remove","path":"manager[value eq \"1\"]"}""")]
    [TestCase("""{"op":"replace","value":{"manager":null}}""")]
    [TestCase("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":""}}""")]
    public void Every_shape_removes_the_manager_and_the_empty_extension(string operation) =>
        Assert.That(Wire.PatchUser(Managed, $"[{operation}]"), Wire.EqualJson(Wire.Ada()));

    [Test]
    public void The_reference_sent_with_a_manager_is_kept() =>
        Assert.That(
            Wire.PatchUser(Managed, """[{"op":"add","path":"manager","value":[{"$ref":"http://host/Users/271","value":"271"}]}]"""),
            Wire.EqualJson(Wire.AdaWith(EnterpriseUserSchema.Id, """{"manager":{"value":"271","$ref":"http://host/Users/271"}}"""))
        );

    [Test]
    public void The_reference_to_the_same_manager_stays() =>
        Assert.That(
            Wire.PatchUser(Managed, """[{"op":"replace","path":"manager","value":"1"}]"""),
            Wire.EqualJson(Wire.AdaWith(EnterpriseUserSchema.Id, """{"manager":{"value":"1","$ref":"../Users/1"}}"""))
        );

    [TestCase("5")]
    [TestCase("true")]
    [TestCase("""[{"value":"1"},{"value":"2"}]""")]
    public void A_manager_is_one_reference(string value) =>
        Assert.That(
            Wire.Refused("invalidValue", () => Wire.PatchUser(Managed, $$"""[{"op":"replace","path":"manager","value":{{value}} }]""")),
            Does.Contain("manager")
        );

    [Test]
    public void The_managers_name_cannot_be_changed() =>
        Assert.That(
            Wire.Refused("mutability", () => Wire.PatchUser(Managed, """[{"op":"replace","path":"manager.displayName","value":"Eva"}]""")),
            Does.Contain("manager.displayName")
        );
}
