using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// Entra's default mapping of the non-gallery application (entra-docs, use-scim-to-provision-users-and-groups.md, and the tables that
/// customers' set-up guides print), from source attributes to SCIM paths.
/// </summary>
static class AttributeMapping
{
    /// <summary>Marks the userPrincipalName of a guest.</summary>
    public const string Guest = "#EXT#";

    public const string Manager = SchemaUrn.EnterpriseUser + ":manager";

    /// <summary>Values are written as Entra writes them, "True" and "False"; a POST has a boolean.</summary>
    public const string Active = "active";

    static readonly (string Target, Func<TenantUser, string?> Source)[] OfUser =
    [
        ("userName", user => UserName(user.UserPrincipalName)),
        (Active, user => user.IsSoftDeleted ? "False" : "True"),
        ("displayName", user => user.DisplayName),
        ("title", user => user.JobTitle),
        ("emails[type eq \"work\"].value", user => user.Mail),
        ("preferredLanguage", user => user.PreferredLanguage),
        ("name.givenName", user => user.GivenName),
        ("name.familyName", user => user.Surname),
        ("name.formatted", user => $"{user.GivenName} {user.Surname}".Trim()),
        ("addresses[type eq \"work\"].formatted", user => user.PhysicalDeliveryOfficeName),
        ("addresses[type eq \"work\"].streetAddress", user => user.StreetAddress),
        ("addresses[type eq \"work\"].locality", user => user.City),
        ("addresses[type eq \"work\"].region", user => user.State),
        ("addresses[type eq \"work\"].postalCode", user => user.PostalCode),
        ("addresses[type eq \"work\"].country", user => user.Country),
        ("phoneNumbers[type eq \"work\"].value", user => user.TelephoneNumber),
        ("phoneNumbers[type eq \"mobile\"].value", user => user.Mobile),
        ("phoneNumbers[type eq \"fax\"].value", user => user.FacsimileTelephoneNumber),
        ("externalId", user => user.MailNickname),
        (SchemaUrn.EnterpriseUser + ":employeeNumber", user => user.EmployeeId),
        (SchemaUrn.EnterpriseUser + ":department", user => user.Department),
    ];

    /// <summary>Every SCIM path of the mapping of users.</summary>
    public static IReadOnlyList<string> UserTargets { get; } = [.. OfUser.Select(row => row.Target)];

    public static IReadOnlyList<string> GroupTargets { get; } = ["displayName", "externalId"];

    /// <summary>Paths and values; a path without a source value is left out.</summary>
    public static Dictionary<string, string> Of(TenantUser user) =>
        OfUser
            .Select(row => (row.Target, Value: row.Source(user)))
            .Where(row => row.Value is { Length: > 0 })
            .ToDictionary(row => row.Target, row => row.Value!);

    /// <inheritdoc cref="Of(TenantUser)"/>
    public static Dictionary<string, string> Of(TenantGroup group) =>
        new() { ["displayName"] = group.DisplayName, ["externalId"] = group.ObjectId };

    /// <summary>
    /// The userName for a userPrincipalName. For a guest, without <c>#EXT#</c> and our domain: <c>alias@theirdomain</c> (entra-docs,
    /// how-provisioning-works.md).
    /// </summary>
    public static string UserName(string userPrincipalName) =>
        userPrincipalName.IndexOf(Guest, StringComparison.OrdinalIgnoreCase) is > 0 and var end
        && userPrincipalName.LastIndexOf('_', end) is > 0 and var at
            ? $"{userPrincipalName[..at]}@{userPrincipalName[(at + 1)..end]}"
            : userPrincipalName;

    /// <summary>What the server shows at these paths.</summary>
    public static Dictionary<string, string> Shown(JsonNode? resource, IEnumerable<string> targets) =>
        targets
            .Select(target => (target, Shown: resource.At(target)))
            .Where(row => !row.Shown.IsUnassigned())
            .ToDictionary(
                row => row.target,
                row =>
                    row.target is Active
                        ? (row.Shown.Text().Equals("true", StringComparison.OrdinalIgnoreCase) ? "True" : "False")
                        : row.Shown.Text()
            );

    /// <summary>The id of the manager that the server shows; some servers show it as a string instead of an object.</summary>
    public static string? ShownManager(JsonNode? user) =>
        (user.At(Manager + ".value") ?? user.At(Manager)) is JsonValue id && id.Text() is { Length: > 0 } text ? text : null;

    /// <summary>The body of Entra's <c>POST /Users</c>.</summary>
    public static JsonObject UserBody(Dictionary<string, string> values)
    {
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(SchemaUrn.User, SchemaUrn.EnterpriseUser),
            ["meta"] = new JsonObject { ["resourceType"] = "User" },
            ["roles"] = new JsonArray(),
        };
        foreach (var (path, value) in values)
            Place(body, path, path is Active ? value is "True" : value);
        if (body.At("emails[type eq \"work\"]") is JsonObject work)
            work["primary"] = true;
        return body;
    }

    /// <summary>The body of Entra's <c>POST /Groups</c>: always without members (learn.microsoft.com, answer 637791).</summary>
    public static JsonObject GroupBody(Dictionary<string, string> values)
    {
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(SchemaUrn.Group),
            ["members"] = new JsonArray(),
            ["meta"] = new JsonObject { ["resourceType"] = "Group" },
        };
        foreach (var (path, value) in values)
            Place(body, path, value);
        return body;
    }

    static void Place(JsonObject body, string path, JsonNode value)
    {
        if (path.StartsWith(SchemaUrn.EnterpriseUser, StringComparison.Ordinal))
            Member(body, SchemaUrn.EnterpriseUser)[path[(SchemaUrn.EnterpriseUser.Length + 1)..]] = value;
        else if (path.Split("[type eq \"") is [var list, var rest] && rest.Split("\"].") is [var type, var sub])
            Element(body, list, type)[sub] = value;
        else if (path.Split('.') is [var parent, var child])
            Member(body, parent)[child] = value;
        else
            body[path] = value;
    }

    static JsonObject Member(JsonObject body, string name) => (JsonObject)(body[name] ??= new JsonObject());

    static JsonObject Element(JsonObject body, string list, string type)
    {
        var elements = (JsonArray)(body[list] ??= new JsonArray());
        if (elements.OfType<JsonObject>().FirstOrDefault(element => element["type"].Text() == type) is { } found)
            return found;
        var made = new JsonObject { ["type"] = type };
        elements.Add((JsonNode)made);
        return made;
    }
}
