using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>Every attribute of Entra's default mapping comes back as it was sent.</summary>
static class CreatedValueChecks
{
    const string Mapped =
        "Entra: values are stored byte for byte (entra-docs use-scim-to-provision-users-and-groups.md); "
        + "App gallery harness compares strings";
    const string Free = "RFC 7643 §4.1, §4.3; RFC 7644 §3.3 lets a server alter values, but no client expects it";

    // {name} is replaced by a marked name, since some servers require unique addresses.
    static readonly (string Id, string Path, string Value)[] Defaults =
    [
        ("display-name", "displayName", "Lovelace, Ada"),
        ("external-id", "externalId", "{name}-AdaL"),
        ("title", "title", "Senior Engineer"),
        ("preferred-language", "preferredLanguage", "en-US"),
        ("given-name", "name.givenName", "Ada-Marie"),
        ("family-name", "name.familyName", "O'Neil"),
        ("formatted-name", "name.formatted", "Ada-Marie O'Neil"),
        ("work-email", """emails[type eq "work"].value""", "{name}.Ada+Work@Example.COM"),
        ("other-email", """emails[type eq "other"].value""", "{name}.other@example.com"),
        ("work-phone", """phoneNumbers[type eq "work"].value""", "+1 (425) 555-0100 ext. 12"),
        ("mobile-phone", """phoneNumbers[type eq "mobile"].value""", "0171 / 555 01 01"),
        ("fax", """phoneNumbers[type eq "fax"].value""", "+44 20 7946 0958"),
        ("office", """addresses[type eq "work"].formatted""", "18/2111"),
        ("street", """addresses[type eq "work"].streetAddress""", "12 Kings Road, 2nd floor"),
        ("locality", """addresses[type eq "work"].locality""", "Seattle"),
        ("region", """addresses[type eq "work"].region""", "WA"),
        ("postal-code", """addresses[type eq "work"].postalCode""", "01234"),
        ("country", """addresses[type eq "work"].country""", "US"),
        ("employee-number", SchemaUrn.EnterpriseUser + ":employeeNumber", "000701984"),
        ("department", SchemaUrn.EnterpriseUser + ":department", "Research"),
    ];

    static readonly (string Id, string Path, string Value)[] Others =
    [
        ("nick-name", "nickName", "Babs"),
        ("user-type", "userType", "Contractor"),
        ("cost-center", SchemaUrn.EnterpriseUser + ":costCenter", "0042"),
        ("organization", SchemaUrn.EnterpriseUser + ":organization", "Universal Studios"),
        ("division", SchemaUrn.EnterpriseUser + ":division", "Theme Park"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Defaults
        select Kept(id: row.Id, rule: Mapped, severity: Must, profiles: Profiles.All, path: row.Path, value: row.Value),
        .. from row in Others
        select Kept(id: row.Id, rule: Free, severity: Should, profiles: Profiles.Rfc | Profiles.Entra, path: row.Path, value: row.Value),
        new()
        {
            Id = "users.create.value.markup",
            Title = "Angle brackets and ampersands in a value survive",
            Rule = Mapped,
            Severity = Must,
            Profiles = Profiles.All,
            Attributes = ["User:displayName"],
            Why = "R&D becomes R&amp;amp;D in the app, and one more &amp; with every change.",
            Change = "Escape values where they are shown in a page, not when they are stored.",
            Steps = async run =>
            {
                const string markup = "<b>Ada</b> &amp; Co";
                (await run.Read(await run.CreateUser(MappedPath.UserJson("displayName", markup)))).Is("displayName", markup);
            },
        },
    ];

    static Check Kept(string id, string path, string value, string rule, Severity severity, Profiles profiles) =>
        new()
        {
            Id = $"users.create.value.{id}",
            Title = $"{Short(path)} comes back as it was sent",
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Needs = path.StartsWith("urn:", StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing,
            Attributes = [MappedPath.AttributeName(path)],
            Why =
                $"What the server changes or drops is missing in the app: {Short(path)} stays wrong, "
                + "and each cycle that looks at it finds a difference.",
            Change =
                $"Store and return {Short(path)} unchanged: no trimming, no normalising of phone numbers or letter case. "
                + "When you do not offer it, leave it out of /Schemas.",
            Steps = async run =>
            {
                JsonNode sent = value.Replace("{name}", run.NewName(), StringComparison.Ordinal);
                var user = await run.CreateUser(MappedPath.UserJson(path, sent));
                (await run.Read(user)).Is(path, sent);
            },
        };

    static string Short(string path) =>
        path.StartsWith(SchemaUrn.EnterpriseUser, StringComparison.Ordinal) ? path[(SchemaUrn.EnterpriseUser.Length + 1)..] : path;
}
