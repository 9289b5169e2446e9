using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

/// <summary>What cannot be registered. Each error names the place in the documents.</summary>
public sealed class SchemaErrorTests
{
    [TestCase(
        """{"name":"a","type":"text"}""",
        "attributes[0].type",
        "string, boolean, decimal, integer, dateTime, reference, binary, complex."
    )]
    [TestCase("""{"name":"a","type":"any"}""", "attributes[0].type", "string, boolean")]
    [TestCase("""{"name":"a","type":"0"}""", "attributes[0].type", "string, boolean")]
    [TestCase("""{"name":"a","mutability":"never"}""", "attributes[0].mutability", "readWrite, readOnly, immutable, writeOnly")]
    [TestCase("""{"name":"a","returned":"no"}""", "attributes[0].returned", "default, always, never, request")]
    [TestCase("""{"name":"a","uniqueness":"yes"}""", "attributes[0].uniqueness", "none, server, global")]
    [TestCase("""{"name":"a","multiValued":true,"uniqueness":"server"}""", "attributes[0].uniqueness", "a multi-valued attribute")]
    [TestCase(
        """{"name":"c","type":"complex","uniqueness":"global","subAttributes":[{"name":"s"}]}""",
        "attributes[0].uniqueness",
        "a complex attribute"
    )]
    [TestCase(
        """{"name":"c","type":"complex","subAttributes":[{"name":"s","uniqueness":"server"}]}""",
        "attributes[0].subAttributes[0].uniqueness",
        "a sub-attribute"
    )]
    [TestCase("""{"name":"a","mutability":"writeOnly","returned":"always"}""", "attributes[0].returned", "must be never")]
    [TestCase("""{"type":"string"}""", "attributes[0].name", "missing")]
    [TestCase("""{"name":""}""", "attributes[0].name", "missing")]
    [TestCase("""{"name":7}""", "attributes[0].name", "a string")]
    [TestCase("""{"name":"a","multiValued":"true"}""", "attributes[0].multiValued", "true or false")]
    [TestCase("""{"name":"a","canonicalValues":"x"}""", "attributes[0].canonicalValues", "an array")]
    [TestCase("""{"name":"a","canonicalValues":["x",1]}""", "attributes[0].canonicalValues[1]", "a string")]
    [TestCase("""{"name":"a"},{"name":"A"}""", "attributes[1].name", "repeats")]
    [TestCase("""{"name":"1a"}""", "attributes[0].name", "begins with a letter")]
    [TestCase("""{"name":"a.b"}""", "attributes[0].name", "begins with a letter")]
    [TestCase("""{"name":"ä"}""", "attributes[0].name", "begins with a letter")]
    [TestCase("""{"name":"$ref"}""", "attributes[0].name", "begins with a letter")]
    [TestCase(
        """{"name":"c","type":"complex","subAttributes":[{"name":"$other"}]}""",
        "attributes[0].subAttributes[0].name",
        "begins with a letter"
    )]
    [TestCase("""{"name":"ID"}""", "attributes[0].name", "every resource has")]
    [TestCase("""{"name":"externalId"}""", "attributes[0].name", "every resource has")]
    [TestCase("""{"name":"meta"}""", "attributes[0].name", "every resource has")]
    [TestCase("""{"name":"schemas"}""", "attributes[0].name", "every resource has")]
    [TestCase("""{"name":"c","type":"complex"}""", "attributes[0].subAttributes", "missing")]
    [TestCase("""{"name":"c","type":"complex","subAttributes":[]}""", "attributes[0].subAttributes", "missing")]
    [TestCase("""{"name":"c","subAttributes":[{"name":"s"}]}""", "attributes[0].subAttributes", "not complex")]
    [TestCase(
        """{"name":"b"},{"name":"c","type":"complex","subAttributes":[{"name":"s","type":"complex","subAttributes":[{"name":"x"}]}]}""",
        "attributes[1].subAttributes[0].type",
        "cannot have sub-attributes"
    )]
    [TestCase(
        """{"name":"c","type":"complex","subAttributes":[{"name":"s","type":"nothing"}]}""",
        "attributes[0].subAttributes[0].type",
        "must be one of"
    )]
    public void A_refused_attribute_is_named_by_its_place(string attributes, string place, string advice) =>
        Assert.That(
            Refused("invalidValue", $$"""{"id":"urn:x:Thing","attributes":[{{attributes}}]}""", null),
            Does.Contain($"'schemas[0].{place}'").And.Contains(advice)
        );

    [TestCase("""{"attributes":[{"name":"a"}]}""", "schemas[0].id", "missing")]
    [TestCase("""{"id":"Thing","attributes":[{"name":"a"}]}""", "schemas[0].id", "a URI")]
    [TestCase("""{"id":"urn:x:a b","attributes":[{"name":"a"}]}""", "schemas[0].id", "a URI")]
    [TestCase("""{"id":"urn:x:a[b]","attributes":[{"name":"a"}]}""", "schemas[0].id", "a URI")]
    [TestCase("""{"id":"urn:x:a,b","attributes":[{"name":"a"}]}""", "schemas[0].id", "a URI")]
    [TestCase("""{"id":"urn:x:","attributes":[{"name":"a"}]}""", "schemas[0].id", "a URI")]
    [TestCase("""{"id":"URN:ietf:params:scim:schemas:core:2.0:user","attributes":[{"name":"a"}]}""", "schemas[0].id", "RFCs define")]
    [TestCase("""{"id":"urn:ietf:params:scim:schemas:core:2.0:Group","attributes":[{"name":"a"}]}""", "schemas[0].id", "RFCs define")]
    [TestCase("""{"id":"urn:ietf:params:scim:schemas:core:2.0:Schema","attributes":[{"name":"a"}]}""", "schemas[0].id", "RFCs define")]
    [TestCase(
        """{"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","attributes":[{"name":"a"}]}""",
        "schemas[0].id",
        "RFCs define"
    )]
    [TestCase(
        """{"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0User","attributes":[{"name":"a"}]}""",
        "schemas[0].id",
        "RFCs define"
    )]
    [TestCase("""{"id":"urn:ietf:params:scim:api:messages:2.0:X","attributes":[{"name":"a"}]}""", "schemas[0].id", "RFCs define")]
    [TestCase(
        """{"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:x","attributes":[{"name":"a"}]}""",
        "schemas[0].id",
        "is a schema too"
    )]
    [TestCase("""{"id":"urn:x:A","attributes":[{"name":"a"}]},{"id":"URN:x:a","attributes":[{"name":"a"}]}""", "schemas[1].id", "repeats")]
    [TestCase(
        """{"id":"urn:x:A:b","attributes":[{"name":"a"}]},{"id":"urn:x:A","attributes":[{"name":"b"}]}""",
        "schemas[1].id",
        "is a schema too"
    )]
    [TestCase("""{"id":"urn:x:A"}""", "schemas[0].attributes", "missing")]
    public void A_refused_schema_is_named_by_its_place(string schemas, string place, string advice) =>
        Assert.That(Refused("invalidValue", schemas, null), Does.Contain($"'{place}'").And.Contains(advice));

    [TestCase("""{"endpoint":"/As","schema":"urn:x:A"}""", "name", "missing")]
    [TestCase("""{"name":"a b","endpoint":"/As","schema":"urn:x:A"}""", "name", "one word")]
    [TestCase("""{"name":"A","id":"B","endpoint":"/As","schema":"urn:x:A"}""", "id", "must equal")]
    [TestCase("""{"name":"A","schema":"urn:x:A"}""", "endpoint", "missing")]
    [TestCase("""{"name":"A","endpoint":"/","schema":"urn:x:A"}""", "endpoint", "one segment")]
    [TestCase("""{"name":"A","endpoint":"/a/b","schema":"urn:x:A"}""", "endpoint", "one segment")]
    [TestCase("""{"name":"A","endpoint":"/.search","schema":"urn:x:A"}""", "endpoint", "one segment")]
    [TestCase("""{"name":"A","endpoint":"/bulk","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"/Me","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"/Schemas","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"ResourceTypes","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"/serviceproviderconfig","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"/Con-1","schema":"urn:x:A"}""", "endpoint", "something else")]
    [TestCase("""{"name":"A","endpoint":"/users","schema":"urn:x:A"}""", "endpoint", "the endpoint of User")]
    [TestCase("""{"name":"A","endpoint":"/As"}""", "schema", "missing")]
    [TestCase("""{"name":"A","endpoint":"/As","schema":"urn:x:C"}""", "schema", "no registered schema")]
    [TestCase("""{"name":"A","endpoint":"/As","schema":"urn:ietf:params:scim:schemas:core:2.0:User"}""", "schema", "no registered schema")]
    [TestCase(
        """{"name":"A","endpoint":"/As","schema":"urn:x:A","schemaExtensions":[{"schema":"urn:x:C"}]}""",
        "schemaExtensions[0].schema",
        "no registered schema"
    )]
    [TestCase(
        """{"name":"A","endpoint":"/As","schema":"urn:x:A","schemaExtensions":[{"schema":"urn:x:A"}]}""",
        "schemaExtensions[0].schema",
        "own schema"
    )]
    [TestCase(
        """{"name":"A","endpoint":"/As","schema":"urn:x:A","schemaExtensions":[{"schema":"urn:x:B"},{"schema":"urn:x:b"}]}""",
        "schemaExtensions[1].schema",
        "second time"
    )]
    [TestCase(
        """{"name":"A","endpoint":"/As","schema":"urn:x:A","schemaExtensions":[{"schema":"urn:x:B","required":"yes"}]}""",
        "schemaExtensions[0].required",
        "true or false"
    )]
    [TestCase("""{"name":"User","schema":"urn:x:A"}""", "schema", "cannot be changed")]
    [TestCase("""{"name":"Group","endpoint":"/Teams"}""", "endpoint", "cannot be changed")]
    public void A_refused_resource_type_is_named_by_its_place(string type, string place, string advice) =>
        Assert.That(Refused("invalidValue", TwoSchemas, type), Does.Contain($"'resourceTypes[0].{place}'").And.Contains(advice));

    [TestCase(
        """{"name":"A","endpoint":"/As","schema":"urn:x:A"},{"name":"a","endpoint":"/Bs","schema":"urn:x:B"}""",
        "'resourceTypes[1].name' repeats"
    )]
    [TestCase("""{"name":"User"},{"name":"user"}""", "'resourceTypes[1].name' repeats")]
    [TestCase("""{"name":"A","endpoint":"/As","schema":"urn:x:A"},{"name":"B","endpoint":"/as","schema":"urn:x:B"}""", "the endpoint of A")]
    [TestCase(
        """
            {"name":"A","endpoint":"/As","schema":"urn:x:A","schemaExtensions":[{"schema":"urn:x:B"}]},
            {"name":"B","endpoint":"/Bs","schema":"urn:x:B"}
            """,
        "Register two schemas"
    )]
    public void Resource_types_may_not_clash(string types, string detail) =>
        Assert.That(Refused("invalidValue", TwoSchemas, types), Does.Contain(detail));

    [TestCase("1", null, "'schemas[0]' must be an object.")]
    [TestCase(null, "null", "'resourceTypes[0]' must be an object.")]
    [TestCase("""{"id":"urn:x:A","attributes":["a"]}""", null, "'schemas[0].attributes[0]' must be an object.")]
    [TestCase("""{"id":"urn:x:A","ID":"urn:x:B"}""", null, "'schemas[0].id' is given twice, in different spellings.")]
    public void The_shape_is_checked_first(string? schemas, string? types, string detail) =>
        Assert.That(Refused("invalidSyntax", schemas, types), Is.EqualTo(detail));

    [TestCase(100, 500, true)]
    [TestCase(101, 1, false)]
    [TestCase(1, 501, false)]
    public void There_are_limits(int schemas, int attributes, bool accepted)
    {
        var listed = string.Join(',', Enumerable.Range(0, attributes).Select(i => $$"""{"name":"a{{i}}"}"""));
        var all = string.Join(',', Enumerable.Range(0, schemas).Select(i => $$"""{"id":"urn:x:{{i}}","attributes":[{{listed}}]}"""));

        Assert.That(Wire.IsAccepted(() => Read(all, null)), Is.EqualTo(accepted));
    }

    const string TwoSchemas = """{"id":"urn:x:A","attributes":[{"name":"a"}]},{"id":"urn:x:B","attributes":[{"name":"a"}]}""";

    static string Refused(string scimType, string? schemas, string? types) => Wire.Refused(scimType, () => Read(schemas, types));

    static void Read(string? schemas, string? types) =>
        SchemaReader.Read(JsonNode.Parse($"[{schemas}]")!.AsArray(), JsonNode.Parse($"[{types}]")!.AsArray(), "con-");
}
