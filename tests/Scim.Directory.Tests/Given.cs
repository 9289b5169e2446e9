using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

/// <summary>Users, rules and people in few words. Ids are numbers.</summary>
static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Later = Noon.AddHours(1);

    /// <summary>The built-in attributes and one of each type.</summary>
    public static readonly Catalogue Catalogue = new([
        .. Directory.Catalogue.Default.Attributes,
        new("costCenter", AttributeKind.String, false, "Who pays.", [EnterpriseUserSchema.Id + ":costCenter"]),
        new("level", AttributeKind.Number, false, null, []),
        new("remote", AttributeKind.Boolean, false, null, []),
        new("hired", AttributeKind.Date, false, null, []),
        new("tags", AttributeKind.Strings, false, null, []),
    ]);

    public static readonly Role[] KnownRoles = [new("viewer", "Viewer", 1), new("editor", "Editor", 5), new("admin", "Admin", 9)];

    public static Guid Id(int number) => new($"00000000-0000-7000-8000-{number:d12}");

    public static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    public static Rules Rules(Mapping? mapping = null, Scope? scope = null, RoleMappings? roles = null) =>
        Directory.Rules.Compile(Catalogue, mapping, scope, roles, KnownRoles, ResourceTypes.BuiltIn);

    /// <summary>The default mapping with these attributes in place of those of the same names.</summary>
    public static Mapping Mapping(params AttributeMapping[] attributes)
    {
        var standard = Directory.Mapping.DefaultFor(Catalogue);
        return standard with
        {
            Attributes = [.. standard.Attributes.Where(a => attributes.All(other => other.Name != a.Name)), .. attributes],
        };
    }

    public static Scope ScopeOf(params int[] groups) =>
        new(ScopeMode.Groups, [.. groups.Select(group => new GroupReference(Id(group), null, null))]);

    public static RoleMapping RoleOf(int group, string role) => new(new(Id(group), null, null), role);

    public static ReceivedUser User(string document, int id = 1, params int[] groups) =>
        new(Id(id), false, Json(document), groups.Select(Id).ToHashSet());

    /// <summary>The user ella with more attributes, written with apostrophes for quotes.</summary>
    public static ReceivedUser Ella(string attributes = "") =>
        User($$"""{"userName":"ella@contoso.com","active":true{{(attributes.Length > 0 ? "," : "")}}{{attributes.Replace('\'', '"')}} }""");

    public static ReceivedUser Tombstone(int id = 1) => new(Id(id), true, [], new HashSet<Guid>());

    public static Outcome Project(
        ReceivedUser user,
        Rules? rules = null,
        Person? previous = null,
        Guid? uidTakenBy = null,
        Guid? manager = null
    )
    {
        rules ??= Rules();
        return Projector.Project(rules.Read(user), rules, previous, new(Id(100), manager, uidTakenBy, Later));
    }

    /// <summary>The person and the event that the app is told of; the test fails when it is told nothing.</summary>
    public static Outcome.Released Released(Outcome outcome)
    {
        Assert.That(outcome, Is.InstanceOf<Outcome.Released>());
        return (Outcome.Released)outcome;
    }

    /// <summary>The person that the app knows of the user.</summary>
    public static Person Known(ReceivedUser user, Rules? rules = null) => Released(Project(user, rules)).Next;

    public static PersonFrame Frame(params PersonGroup[] groups) => new(Id(201), Id(202), "entra", "/icons/entra.svg", groups, Catalogue);
}
