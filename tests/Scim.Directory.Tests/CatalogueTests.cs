using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class CatalogueTests
{
    static CatalogueAttribute Named(string name, AttributeKind type = AttributeKind.String, params string[] paths) =>
        new(name, type, false, null, paths);

    static string Fields(params CatalogueAttribute[] added) =>
        string.Join(" ", Catalogue.Check([.. Catalogue.Default.Attributes, .. added]).Select(error => error.Field));

    [Test]
    public void The_default_catalogue_has_the_built_in_attributes() =>
        Assert.That(
            Catalogue.Default.Attributes.Select(attribute => attribute.Name),
            Is.EqualTo(
                new[]
                {
                    "userName",
                    "email",
                    "firstName",
                    "lastName",
                    "displayName",
                    "jobTitle",
                    "department",
                    "employeeNumber",
                    "managerId",
                }
            )
        );

    [Test]
    public void The_default_catalogue_is_one() => Assert.That(Catalogue.Check(Catalogue.Default.Attributes), Is.Empty);

    [TestCase("shoeSize", "")]
    [TestCase("cost-center_2", "")]
    [TestCase("", "attributes[9].name")]
    [TestCase("1st", "attributes[9].name")]
    [TestCase("cost center", "attributes[9].name")]
    [TestCase("$ref", "attributes[9].name")]
    [TestCase("status", "attributes[9].name")]
    [TestCase("ExternalId", "attributes[9].name")]
    [TestCase("EMAIL", "attributes[9].name")]
    public void A_name_can_be_an_attribute_or_not(string name, string errors) => Assert.That(Fields(Named(name)), Is.EqualTo(errors));

    [Test]
    public void A_path_that_is_none_is_named() =>
        Assert.That(Fields(Named("x", AttributeKind.String, "userName", "nothing")), Is.EqualTo("attributes[9].defaultPaths[1]"));

    [Test]
    public void The_same_name_twice_is_refused() => Assert.That(Fields(Named("x"), Named("X")), Is.EqualTo("attributes[10].name"));

    [Test]
    public void UserName_cannot_be_removed() =>
        Assert.That(Catalogue.Check([Named("x")]).Single().Message, Is.EqualTo("'userName' cannot be removed."));

    [Test]
    public void Another_built_in_attribute_can_be_removed() =>
        Assert.That(Catalogue.Check([.. Catalogue.Default.Attributes.Where(a => a.Name != "jobTitle")]), Is.Empty);

    [Test]
    public void A_built_in_attribute_keeps_its_type()
    {
        CatalogueAttribute[] attributes = [Named("userName"), Named("department", AttributeKind.Number)];

        Assert.That(Catalogue.Check(attributes).Single().Field, Is.EqualTo("attributes[1].type"));
    }

    [Test]
    public void A_form_shows_what_is_managed_as_read_only()
    {
        var schema = FormSchema.Of(Given.Catalogue, ["userName", "costCenter"]);

        Assert.That((string?)schema["$schema"], Is.EqualTo("https://json-schema.org/draft/2020-12/schema"));
        Assert.That((bool?)schema["properties"]!["userName"]!["readOnly"], Is.True);
        Assert.That(schema["properties"]!["department"]!["readOnly"], Is.Null);
        var custom = schema["properties"]!["attributes"]!["properties"]!;
        Assert.That((bool?)custom["costCenter"]!["readOnly"], Is.True);
        Assert.That(custom["tags"]!.ToJsonString(), Is.EqualTo("""{"type":["array","null"],"items":{"type":"string"}}"""));
        Assert.That(((JsonArray)schema["required"]!).ToJsonString(), Is.EqualTo("""["userName"]"""));
    }

    [Test]
    public void Words_of_the_wire_are_snake_case()
    {
        Assert.That(WireName.Of(StatusReason.DeletedByIdentityProvider), Is.EqualTo("deleted_by_identity_provider"));
        Assert.That(WireName.All<AttributeKind>(), Is.EqualTo(new[] { "string", "number", "boolean", "date", "strings" }));
        Assert.That(WireName.TryParse("out_of_scope", out StatusReason reason), Is.True);
        Assert.That(reason, Is.EqualTo(StatusReason.OutOfScope));
        Assert.That(WireName.TryParse("OutOfScope", out StatusReason _), Is.False);
    }
}
