using System.Collections.Frozen;

namespace Scim.Directory;

/// <summary>The attributes that the app knows, of the whole server: the built-in ones, then those that were added.</summary>
public sealed class Catalogue(IReadOnlyList<CatalogueAttribute> attributes)
{
    const string UserName = "userName";
    const string Email = "email";
    const string Enterprise = EnterpriseUserSchema.Id + ":";

    /// <summary>The name of the attribute whose value is another person.</summary>
    internal const string ManagerId = "managerId";

    static readonly CatalogueAttribute[] BuiltIn =
    [
        new(UserName, AttributeKind.String, true, "The name that the person signs in with.", ["userName"]),
        Text(Email, "The address at work.", """emails[type eq "work"].value""", "emails[primary eq true].value", "emails.value", UserName),
        Text("firstName", "The given name.", "name.givenName"),
        Text("lastName", "The family name.", "name.familyName"),
        Text("displayName", "The name to show to people.", "displayName"),
        Text("jobTitle", "The job title.", "title"),
        Text("department", "The department.", Enterprise + "department"),
        Text("employeeNumber", "The number or code of the person within the organization.", Enterprise + "employeeNumber"),
        Text(ManagerId, "The id of the person's manager.", Enterprise + "manager.value"),
    ];

    static readonly FrozenSet<string> BuiltInNames = BuiltIn.Select(a => a.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Attributes that a database finds people by; their text is at most <see cref="CommonAttributes.IndexedLength"/> long.
    /// </summary>
    static readonly FrozenSet<string> IndexedNames = FrozenSet.Create(UserName, Email, "employeeNumber");

    readonly FrozenDictionary<string, CatalogueAttribute> _byName = attributes
        .DistinctBy(attribute => attribute.Name, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(attribute => attribute.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The built-in attributes, <c>userName</c> to <c>managerId</c>.</summary>
    public static Catalogue Default { get; } = new(BuiltIn);

    /// <summary>The names of the built-in attributes, which a person shows beside <c>id</c> and not in <c>attributes</c>.</summary>
    public static IReadOnlyList<string> BuiltInOrder { get; } = [.. BuiltIn.Select(a => a.Name)];

    public IReadOnlyList<CatalogueAttribute> Attributes { get; } = attributes;

    /// <summary>The attribute of that name in any letter case, or <c>null</c>.</summary>
    public CatalogueAttribute? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>True for <c>userName</c> to <c>managerId</c>, in any letter case.</summary>
    public static bool IsBuiltIn(string name) => BuiltInNames.Contains(name);

    /// <summary>What keeps these attributes from being a catalogue.</summary>
    public static IReadOnlyList<FieldError> Check(IReadOnlyList<CatalogueAttribute> attributes) => CatalogueCheck.Of(attributes, BuiltIn);

    /// <summary>How the app's view names an attribute in <c>changes</c>: <c>department</c>, <c>attributes.costCenter</c>.</summary>
    public static string ShownName(string name) => IsBuiltIn(name) ? name : $"attributes.{name}";

    internal static bool IsIndexed(string name) => IndexedNames.Contains(name);

    /// <summary>True for the attribute that takes a <c>userName</c> only when it is an address.</summary>
    internal static bool IsEmail(string name) => name == Email;

    internal static bool IsUserName(string name) => name.Equals(UserName, StringComparison.OrdinalIgnoreCase);

    static CatalogueAttribute Text(string name, string description, params string[] paths) =>
        new(name, AttributeKind.String, false, description, paths);
}
