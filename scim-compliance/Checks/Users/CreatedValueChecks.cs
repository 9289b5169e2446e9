using System.Text.Json.Nodes;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>Every attribute of Entra's default mapping comes back as it was sent.</summary>
static class CreatedValueChecks
{
    const string Mapped = "Entra: values are stored byte for byte (entra-docs use-scim-to-provision-users-and-groups.md); App gallery harness compares strings";
    const string Free = "RFC 7644 §3.3; RFC 7643 §2.3.1";

    // The mark of the run stands where {name} is written: some servers want addresses to be unique.
    static readonly (string Id, string Path, string Value)[] Defaults =
    [
        ("display-name", "displayName", "Ada  Lovelace, Dr."),
        ("external-id", "externalId", "{name}-AdaL"),
        ("title", "title", "Engineer (R&D) <Senior>"),
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
        ("street", """addresses[type eq "work"].streetAddress""", "12 Königsallee\n2nd floor"),
        ("locality", """addresses[type eq "work"].locality""", "São Paulo"),
        ("region", """addresses[type eq "work"].region""", "WA"),
        ("postal-code", """addresses[type eq "work"].postalCode""", "01234"),
        ("country", """addresses[type eq "work"].country""", "US"),
        ("employee-number", Trial.EnterpriseSchema + ":employeeNumber", "000701984"),
        ("department", Trial.EnterpriseSchema + ":department", "Research & Development"),
    ];

    static readonly (string Id, string Path, string Value)[] Others =
    [
        ("nick-name", "nickName", "Babs"),
        ("user-type", "userType", "Contractor"),
        ("cost-center", Trial.EnterpriseSchema + ":costCenter", "0042"),
        ("organization", Trial.EnterpriseSchema + ":organization", "Universal Studios"),
        ("division", Trial.EnterpriseSchema + ":division", "Theme Park"),
    ];

    // Letters of a name that databases, JSON writers and filters like to change.
    static readonly (string Id, string What, string Value, Severity Severity)[] Texts =
    [
        ("accents", "Accents and non-Latin letters", "Zoë Łukasz Иван 山田 太郎", Must),
        ("emoji", "Characters beyond the basic plane", "Ada 👩🏽‍💻 𝒜", Must),
        ("quotes", "Quotes and backslashes", """Ada "The \ Countess" O'Neil""", Must),
        ("markup", "Angle brackets and ampersands", "<b>Ada</b> &amp; Co", Must),
        ("decomposed", "A letter and its combining accent, not made one", "Zoe\u0308", Should),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Defaults select Kept(row.Id, row.Path, row.Value, Mapped, Must, Profiles.All),
        .. from row in Others select Kept(row.Id, row.Path, row.Value, Free, Must, Profiles.Rfc | Profiles.Entra),
        .. from row in Texts select Text(row.Id, row.What, row.Value, row.Severity),
    ];

    static Check Kept(string id, string path, string value, string rule, Severity severity, Profiles profiles) => new($"users.create.value.{id}", $"{Short(path)} comes back as it was sent", rule, severity, profiles, async t =>
    {
        JsonNode sent = value.Replace("{name}", t.NewName(), StringComparison.Ordinal);
        var user = await t.User(Assigned.At(path, sent));
        (await t.Read(user)).Is(path, sent);
    })
    {
        Why = $"What the server changes or drops is missing in the app: {Short(path)} stays wrong, and each cycle that looks at it finds a difference.",
        Change = $"Store and return {Short(path)} unchanged: no trimming, no normalising of phone numbers or letter case. When you do not offer it, leave it out of /Schemas.",
        Attributes = [Assigned.Named(path)],
        Needs = path.StartsWith("urn:", StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing,
    };

    static Check Text(string id, string what, string value, Severity severity) => new($"users.create.text.{id}", $"{what} in a value survive", "RFC 7643 §2.3.1; RFC 8259 §8.1", severity, Profiles.All, async t =>
    {
        var user = await t.User(Assigned.At("displayName", value));
        (await t.Read(user)).Is("displayName", value);
    })
    {
        Why = "People see their name misspelt in the app, and nobody can mend it: the source is right.",
        Change = "Read and write UTF-8 throughout, escape only what JSON asks for, and do not normalise or sanitise values on the way in.",
        Attributes = ["User:displayName"],
    };

    static string Short(string path) => path.StartsWith(Trial.EnterpriseSchema, StringComparison.Ordinal) ? path[(Trial.EnterpriseSchema.Length + 1)..] : path;
}
