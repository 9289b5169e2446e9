using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class RulesErrorTests
{
    static IReadOnlyList<FieldError> Errors(Mapping? mapping = null, Scope? scope = null, RoleMappings? roles = null) =>
        Assert.Throws<RulesException>(() => Given.Rules(mapping, scope, roles))!.Errors;

    static string Field(AttributeMapping attribute) => Errors(new(["id"], [new("userName", ["userName"]), attribute])).Single().FullName;

    [Test]
    public void A_mapping_without_uid_is_refused() => Assert.That(Errors(new([], [])).Single().FullName, Is.EqualTo("mapping.uid"));

    [Test]
    public void Every_wrong_path_is_named() =>
        Assert.That(
            Errors(new(["nothing"], [new("department", ["department", "x["])])).Select(error => error.Field),
            Is.EqualTo(new[] { "uid[0]", "attributes[0].paths[1]" })
        );

    [TestCase("groups")]
    [TestCase("groups.value")]
    [TestCase("meta.created")]
    [TestCase("schemas")]
    [TestCase("password")]
    [TestCase("name")]
    public void What_is_not_sent_as_a_value_cannot_be_mapped(string path) =>
        Assert.That(Field(new("department", [path])), Is.EqualTo("mapping.attributes[1].paths[0]"));

    [Test]
    public void An_attribute_that_the_catalogue_does_not_have_is_named_with_the_nearest()
    {
        var error = Errors(new(["id"], [new("departmnt", ["department"])])).Single();

        Assert.That(error.Field, Is.EqualTo("attributes[0].name"));
        Assert.That(error.Message, Does.Contain("'department'"));
    }

    [Test]
    public void An_attribute_is_mapped_once() => Assert.That(Field(new("USERNAME", ["title"])), Is.EqualTo("mapping.attributes[1].name"));

    [Test]
    public void An_attribute_needs_a_path_or_a_default() =>
        Assert.That(Field(new("department", [])), Is.EqualTo("mapping.attributes[1].paths"));

    [Test]
    public void A_default_fits_the_type() =>
        Assert.That(Field(new("level", ["title"], Default: JsonValue.Create("many"))), Is.EqualTo("mapping.attributes[1].default"));

    [Test]
    public void A_group_needs_something_to_be_known_by() =>
        Assert.That(Errors(scope: new(ScopeMode.Groups, [new(null, " ", null)])).Single().FullName, Is.EqualTo("scope.groups[0]"));

    [Test]
    public void A_role_must_exist() =>
        Assert.That(
            Errors(roles: new(RoleMode.All, "owner", [Given.RoleOf(1, "boss")], false)).Select(error => error.FullName),
            Is.EqualTo(new[] { "roleMappings.groups[0].role", "roleMappings.default" })
        );

    [Test]
    public void Stored_rules_do_without_what_was_removed()
    {
        var mapping = new Mapping(["externalId"], [new("userName", ["userName"]), new("gone", ["title"])]);

        var rules = Directory.Rules.CompileStored(
            Given.Catalogue,
            mapping,
            null,
            new(RoleMode.All, null, [Given.RoleOf(1, "gone"), Given.RoleOf(1, "editor")], false),
            Given.KnownRoles,
            ResourceTypes.BuiltIn
        );

        Assert.That(rules.Managed, Is.EqualTo(new[] { "userName" }));
        Assert.That(
            rules.Faults.Select(fault => fault.FullName),
            Is.EqualTo(new[] { "mapping.attributes[1].name", "roleMappings.groups[0].role" })
        );
        Assert.That(
            rules.RolesOf(rules.Read(Given.Ella()), new HashSet<Guid> { Given.Id(1) }).Select(role => role.Key),
            Is.EqualTo(new[] { "editor" })
        );
    }

    [Test]
    public void Roles_have_keys_of_their_own() =>
        Assert.That(
            Role.Check([new("a", "A", 1), new("a", "B", 2), new(" ", "C", 3)]).Select(error => error.Field),
            Is.EqualTo(new[] { "roles[1].key", "roles[2].key" })
        );
}
