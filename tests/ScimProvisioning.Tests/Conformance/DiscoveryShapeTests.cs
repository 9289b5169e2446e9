using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Conformance;

/// <summary>RFC 7643 §5 to §7: the discovery documents hold what is REQUIRED, and agree with each other.</summary>
[TestFixture, Parallelizable]
sealed class DiscoveryShapeTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("patch", "supported")]
    [TestCase("bulk", "supported,maxOperations,maxPayloadSize")]
    [TestCase("filter", "supported,maxResults")]
    [TestCase("changePassword", "supported")]
    [TestCase("sort", "supported")]
    [TestCase("etag", "supported")]
    public async Task A_feature_is_told_in_the_RFCs_words(string feature, string members)
    {
        var config = (await _directory.Get("/ServiceProviderConfig"))[feature]!.AsObject();

        Assert.That(config.Select(p => p.Key), Is.EqualTo(members.Split(',')));
        Assert.That(config.Select(p => p.Value!.GetValueKind().ToString()), Is.All.AnyOf("True", "False", "Number"));
    }

    [Test]
    public async Task An_authentication_scheme_has_type_name_and_description()
    {
        var config = (await _directory.Get("/ServiceProviderConfig")).Body!;

        Assert.That(config["authenticationSchemes"]!.AsArray(), Is.Not.Empty);
        foreach (var scheme in config["authenticationSchemes"]!.AsArray())
            Assert.That(
                ((string?)scheme!["type"], scheme["name"] is not null, scheme["description"] is not null),
                Is.EqualTo(("oauthbearertoken", true, true))
            );
        Assert.That(
            config["authenticationSchemes"]!.AsArray().Count(scheme => scheme!["primary"] is JsonValue primary && (bool)primary),
            Is.LessThanOrEqualTo(1)
        );
        Assert.That(config["schemas"]!.ToJsonString(), Is.EqualTo("""["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]"""));
    }

    [Test]
    public async Task A_resource_type_names_schemas_that_are_there_and_an_endpoint_that_answers()
    {
        var ids = (await _directory.Get("/Schemas")).Ids;

        foreach (var type in (await _directory.Get("/ResourceTypes")).Resources)
        {
            Assert.That(
                type.Select(p => p.Key),
                Is.SupersetOf(new[] { "schemas", "id", "name", "description", "endpoint", "schema", "meta" })
            );
            foreach (var extension in type["schemaExtensions"]?.AsArray() ?? [])
                Assert.That(
                    ((string?)extension!["schema"], extension["required"]!.GetValueKind().ToString()),
                    Is.EqualTo((ids.SingleOrDefault(id => id == (string?)extension["schema"]), "False"))
                );
            Assert.That(ids, Does.Contain((string?)type["schema"]));
            Assert.That((await _directory.Get((string)type["endpoint"]!)).Status, Is.EqualTo(200));
            Assert.That((string?)type["meta"]!["resourceType"], Is.EqualTo("ResourceType"));
        }
    }

    [Test]
    public async Task Schemas_of_messages_are_no_schemas_of_resources() // RFC 7644 §3.1
    {
        Assert.That((await _directory.Get("/Schemas")).Ids, Is.Unique.And.None.StartWith("urn:ietf:params:scim:api:"));
        Assert.That(
            (await _directory.Get("/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp")).Error,
            Is.EqualTo((404, (string?)null))
        );
    }

    [Test]
    public async Task Names_are_well_formed_and_complex_attributes_are_flat() // RFC 7643 §2.1, §2.3.8
    {
        foreach (
            var schema in (await _directory.Get("/Schemas")).Resources.Where(s =>
                !((string)s["id"]!).EndsWith(":Schema", StringComparison.Ordinal)
            )
        )
        foreach (var attribute in schema["attributes"]!.AsArray())
        {
            Assert.That((string?)attribute!["name"], Does.Match("^[A-Za-z][-$_A-Za-z0-9]*$"));
            foreach (var sub in attribute["subAttributes"] as JsonArray ?? [])
                Assert.That(((string?)sub!["type"] == "complex", sub["subAttributes"]), Is.EqualTo((false, (JsonNode?)null)));
        }
    }
}
