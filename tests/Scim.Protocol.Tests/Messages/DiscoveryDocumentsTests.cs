using System.Text.Json.Nodes;

namespace Scim.Tests.Messages;

/// <summary>RFC 7643 §6 and §7, and what Microsoft's test suite for gallery apps reads from <c>/Schemas</c>.</summary>
public sealed class DiscoveryDocumentsTests
{
    static readonly string[] Characteristics =
    [
        "name",
        "type",
        "multiValued",
        "description",
        "required",
        "caseExact",
        "mutability",
        "returned",
        "uniqueness",
    ];

    static readonly SchemaDefinition[] Schemas =
    [
        UserSchema.Schema,
        GroupSchema.Schema,
        EnterpriseUserSchema.Schema,
        .. DiscoverySchemas.All,
    ];

    [TestCaseSource(nameof(Schemas))]
    public void Every_attribute_has_all_nine_characteristics_and_a_description(SchemaDefinition schema) =>
        Assert.That(
            Attributes(schema)
                .Where(a => Characteristics.Any(c => !a.ContainsKey(c)) || ((string)a["description"]!).Length == 0)
                .Select(a => (string?)a["name"]),
            Is.Empty
        );

    [TestCaseSource(nameof(Schemas))]
    public void Nothing_is_null(SchemaDefinition schema) =>
        Assert.That(DiscoveryDocuments.ForSchema(schema, "http://host/x").ToJsonString(), Does.Not.Contain("null"));

    [TestCaseSource(nameof(Schemas))]
    public void Values_are_the_RFCs_words(SchemaDefinition schema)
    {
        Assert.That(
            Words(schema, "type"),
            Is.SubsetOf(["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"])
        );
        Assert.That(Words(schema, "mutability"), Is.SubsetOf(["readWrite", "readOnly", "immutable", "writeOnly"]));
        Assert.That(Words(schema, "returned"), Is.SubsetOf(["default", "always", "never", "request"]));
        Assert.That(Words(schema, "uniqueness"), Is.SubsetOf(["none", "server", "global"]));
    }

    [TestCaseSource(nameof(Schemas))]
    public void Complex_attributes_have_sub_attributes_and_references_say_to_what(SchemaDefinition schema) =>
        Assert.That(
            Attributes(schema)
                .Where(a =>
                    (string?)a["type"] == "complex" != a.ContainsKey("subAttributes")
                    || (string?)a["type"] == "reference" != a.ContainsKey("referenceTypes")
                ),
            Is.Empty
        );

    [TestCase("emails", "work home other")]
    [TestCase("phoneNumbers", "work mobile fax home other")]
    [TestCase("addresses", "work home other")]
    public void Types_that_Entra_maps_are_canonical(string attribute, string types) =>
        Assert.That(TypesOf(attribute), Is.SupersetOf(types.Split(' ')));

    [TestCase("roles")]
    [TestCase("entitlements")]
    public void Roles_have_no_canonical_types_so_that_Microsofts_test_suite_maps_the_primary_one(string attribute) =>
        Assert.That(TypesOf(attribute), Is.Empty);

    [TestCase("User")]
    [TestCase("Group")]
    public void ExternalId_is_listed(string type) =>
        Assert.That(ResourceTypes.BuiltIn.Named(type)!.Schema.Attributes, Does.Contain(CommonAttributes.ExternalId));

    [Test]
    public void Passwords_are_not_advertised() =>
        Assert.That(Attributes(UserSchema.Schema).Select(a => (string?)a["name"]), Does.Not.Contain("password"));

    [Test]
    public void A_schema_is_described_by_its_envelope()
    {
        var schema = DiscoveryDocuments.ForSchema(GroupSchema.Schema, "http://host/Schemas/x");
        schema.Remove("attributes");

        Assert.That(
            schema,
            Wire.EqualJson(
                """
                {
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
                  "id": "urn:ietf:params:scim:schemas:core:2.0:Group", "name": "Group", "description": "Group",
                  "meta": { "resourceType": "Schema", "location": "http://host/Schemas/x" }
                }
                """
            )
        );
    }

    [Test]
    public void An_attribute_is_described_as_in_RFC_7643_section_8_7() =>
        Assert.That(
            Attributes(UserSchema.Schema).Single(a => (string?)a["name"] == "userName"),
            Wire.EqualJson(
                """
                {
                  "name": "userName", "type": "string", "multiValued": false,
                  "description": "Unique name of the user, compared without regard to case.",
                  "required": true, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "server"
                }
                """
            )
        );

    [TestCaseSource(typeof(DiscoverySchemas), nameof(DiscoverySchemas.All))]
    public void Discovery_documents_are_read_only(SchemaDefinition schema) =>
        Assert.That(Words(schema, "mutability"), Is.EqualTo(new[] { "readOnly" }));

    [Test]
    public void A_schema_and_a_resource_type_hold_what_their_own_schemas_name_and_require() // RFC 7643 §8.7.2
    {
        foreach (var schema in Schemas)
            AssertFits(DiscoveryDocuments.ForSchema(schema, "x"), DiscoverySchemas.Schema.Attributes);
        foreach (var type in ResourceTypes.BuiltIn.All)
            AssertFits(DiscoveryDocuments.ForResourceType(type, "x"), DiscoverySchemas.ResourceType.Attributes);
    }

    /// <summary>
    /// The schema of schemas describes two levels of attributes, but has three itself. The third is checked against the second.
    /// </summary>
    static void AssertFits(JsonObject document, IReadOnlyList<AttributeDefinition> attributes)
    {
        foreach (var attribute in attributes.Where(a => a.Required))
            Assert.That(document.ContainsKey(attribute.Name), attribute.Name);
        foreach (var (name, value) in document.Where(p => p.Key is not ("schemas" or "meta")))
        {
            var attribute = attributes.SingleOrDefault(a => a.Name == name);
            if (attribute is null && name == "subAttributes")
                continue;
            Assert.That(attribute, Is.Not.Null, name);
            Assert.That(value is JsonArray, Is.EqualTo(attribute!.MultiValued), name);
            foreach (var element in (value as JsonArray ?? [value!.DeepClone()]).OfType<JsonObject>())
                AssertFits(element, attribute.SubAttributes);
        }
    }

    [Test]
    public void A_resource_type_names_its_schema_and_extensions() =>
        Assert.That(
            DiscoveryDocuments.ForResourceType(ResourceType.User, "http://host/ResourceTypes/User"),
            Wire.EqualJson(
                """
                {
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                  "id": "User", "name": "User", "endpoint": "/Users", "description": "User Account",
                  "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
                  "schemaExtensions": [{ "schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "required": false }],
                  "meta": { "resourceType": "ResourceType", "location": "http://host/ResourceTypes/User" }
                }
                """
            )
        );

    [Test]
    public void A_resource_type_without_extensions_lists_none() =>
        Assert.That(DiscoveryDocuments.ForResourceType(ResourceType.Group, "x").ContainsKey("schemaExtensions"), Is.False);

    static IEnumerable<string> TypesOf(string attribute) =>
        Attributes(UserSchema.Schema).Single(a => (string?)a["name"] == attribute)["subAttributes"]!
            .AsArray()
            .Where(sub => (string?)sub!["name"] == "type")
            .SelectMany(sub => sub!["canonicalValues"]?.AsArray() ?? [])
            .Select(value => (string)value!);

    static IEnumerable<string> Words(SchemaDefinition schema, string characteristic) =>
        Attributes(schema).Select(a => (string)a[characteristic]!).Distinct();

    static IEnumerable<JsonObject> Attributes(SchemaDefinition schema) => Open(DiscoveryDocuments.ForSchema(schema, "x")["attributes"]);

    static IEnumerable<JsonObject> Open(JsonNode? attributes) =>
        (attributes?.AsArray() ?? []).SelectMany(a => Open(a!["subAttributes"]).Prepend(a.AsObject()));
}
