using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>
/// Bodies of a POST that a server has to accept although something is empty, superfluous or of another type than in the schema.
/// </summary>
static class CreateToleranceChecks
{
    const string CustomSchema = "urn:ietf:params:scim:schemas:extension:ComplianceExtension:2.0:User";

    static readonly Check[] Accepted =
    [
        Accepts(
            id: "users.create.empty-roles",
            title: "An empty roles array is taken as no roles",
            rule: "RFC 7643 §2.5; entra-docs, Create User",
            severity: Must,
            profiles: Profiles.All,
            members: """{"roles":[]}""",
            attribute: "User:roles"
        ),
        Accepts(
            id: "users.create.empty-groups",
            title: "An empty groups array is ignored",
            rule: "RFC 7643 §2.5; okta-developer-docs scim-20, Create Users",
            severity: Must,
            profiles: Profiles.All,
            members: """{"groups":[]}""",
            attribute: ""
        ),
        Accepts(
            id: "users.create.nulls",
            title: "Attributes that are null are taken as unassigned",
            rule: "RFC 7643 §2.5",
            severity: Must,
            profiles: Profiles.All,
            members: """{"title":null,"displayName":null,"emails":null,"name":null}""",
            attribute: ""
        ),
        Accepts(
            id: "users.create.null-enterprise",
            title: "department and manager as null at the top level are ignored",
            rule: "entra-docs use-scim-to-provision-users-and-groups.md, older sample",
            severity: Should,
            profiles: Profiles.Entra,
            members: """{"department":null,"manager":null}""",
            attribute: ""
        ),
        Accepts(
            id: "users.create.unknown",
            title: "A member that no schema knows does not stop a POST",
            rule: "entra-docs customize-application-attributes.md: the attribute list is free text",
            severity: Should,
            profiles: Profiles.Entra,
            members: """{"complianceUnknown":"x"}""",
            attribute: ""
        ),
    ];

    static readonly (string Text, bool Active)[] Texts = [("True", true), ("False", false)];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Accepted,
        .. from row in Texts select ActiveAsText(row.Text, row.Active),
        new()
        {
            Id = "users.create.primary-text",
            Title = "primary as the text \"True\" is taken as true",
            Rule = "SCIM Validator 'create user' sends roles[].primary as text; AzureAD/SCIMReferenceCode#21",
            Severity = Must,
            Profiles = Profiles.Entra,
            Attributes = ["User:roles"],
            Why = "Entra's mappings yield text, also for yes and no. A server that is strict here fails half of Microsoft's validator.",
            Change =
                "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false, "
                + "and answer with a boolean.",
            Steps = async run =>
            {
                var reply = (
                    await run.Post("/Users", run.UserJson("""{"roles":[{"primary":"True","value":"Admin"}]}"""))
                ).SuccessWithResource();
                if (!reply["roles"].IsUnassigned())
                    reply.Is("roles[0].primary", true);
            },
        },
        new()
        {
            Id = "users.create.active-default",
            Title = "A user without active is active",
            Rule = "pranems/SCIMServer: Entra leaves active out when it is not mapped; RFC 7643 §4.1.1",
            Severity = Should,
            Profiles = Profiles.All,
            Attributes = ["User:active"],
            Why = "With active taken out of the mapping, every new account would be locked, or its state unknown.",
            Change = "Let active be true when a POST does not say, and show it.",
            Steps = async run =>
            {
                var user = run.UserJson();
                user.Remove("active");
                (await run.Post("/Users", user)).RequireSuccess().Is("active", true);
            },
        },
        new()
        {
            Id = "users.create.inactive",
            Title = "A user can be created disabled",
            Rule = "RFC 7643 §4.1.1",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Attributes = ["User:active"],
            Why = "Accounts that are prepared before the first working day would be open at once.",
            Change = "Store active as it is sent in a POST.",
            Steps = async run => (await run.Read(await run.CreateUser("""{"active":false}"""))).Is("active", false),
        },
        new()
        {
            Id = "users.create.letter-case",
            Title = "Names of attributes are read in any letter case",
            Rule = "RFC 7643 §2.1",
            Severity = Must,
            Profiles = Profiles.All,
            Attributes = ["User:displayName", "User:name.givenName"],
            Why = "Admins type attribute names into the mapping; one capital letter too many and the value is lost without an error.",
            Change = "Look up names of attributes and sub-attributes without regard to letter case, and answer in the schema's spelling.",
            Steps = async run =>
            {
                var name = run.NewUserName();
                var body = JsonNode.Parse(
                    $$"""
                    {"Schemas":["{{SchemaUrn.User}}"],"UserName":"{{name}}","DISPLAYNAME":"Ada",
                    "Name":{"GivenName":"Ada"},"Active":true}
                    """
                )!;
                (await run.Post("/Users", body))
                    .SuccessWithResource()
                    .Is("userName", name)
                    .Is("displayName", "Ada")
                    .Is("name.givenName", "Ada");
            },
        },
        new()
        {
            Id = "users.create.unlisted-extension",
            Title = "An extension is stored though schemas does not list its URN",
            Rule = "entra-docs customize-application-attributes.md: custom extensions are not listed in schemas",
            Severity = Should,
            Profiles = Profiles.Entra,
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:department"],
            Why = "Entra documents that it sends extensions this way; their values would be missing in the app.",
            Change = "Take an extension object by its member name, and add the URN to schemas yourself.",
            Steps = async run =>
                (await run.Post("/Users", run.UserJson(CheckRun.EnterpriseJson("""{"department":"Retail"}"""))))
                    .SuccessWithResource()
                    .Is(SchemaUrn.EnterpriseUser + ":department", "Retail"),
        },
        new()
        {
            Id = "users.create.custom-extension",
            Title = "An extension of the admin's own does not stop a POST",
            Rule = "entra-docs customize-application-attributes.md, custom extension attributes",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Why = "As soon as an admin maps one attribute to an extension that you do not know, no user is created any more.",
            Change = "Store unknown extensions, or at least ignore them.",
            Steps = async run => (await run.Post("/Users", run.UserJson($$$"""{"{{{CustomSchema}}}":{"tag":"701984"}}"""))).Success(),
        },
        new()
        {
            Id = "users.create.password.accepted",
            Title = "A password in a POST is accepted",
            Rule = "okta-developer-docs scim-20, Create Users sends password",
            Severity = Should,
            Profiles = Profiles.Okta,
            Why = "Okta always sends a password, a made-up one when passwords are not synchronised.",
            Change = "Accept password in a POST; drop it when people sign in elsewhere.",
            Steps = async run => (await run.Post("/Users", run.UserJson($$"""{"password":"Aa1!{{run.NewGuid()}}"}"""))).Success(),
        },
    ];

    static Check Accepts(string id, string title, string rule, Severity severity, Profiles profiles, string members, string attribute) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Attributes = attribute is "" ? [] : [attribute],
            Why = "The create request is refused for something that carries no information, and the person is not provisioned.",
            Change = "Treat null and [] as not there, and ignore what you do not keep, in a POST.",
            Steps = async run => (await run.Post("/Users", run.UserJson(members))).Success(),
        };

    static Check ActiveAsText(string text, bool active) =>
        new()
        {
            Id = $"users.create.active-text.{text.ToLowerInvariant()}",
            Title = $"active as the text \"{text}\" is taken as {(active ? "true" : "false")}",
            Rule = "AzureAD/SCIMReferenceCode#21; SCIM Validator",
            Severity = Must,
            Profiles = Profiles.Entra,
            Attributes = ["User:active"],
            Why =
                "Entra's mapping of active is an expression that yields text: people cannot be created, or are created in the wrong state.",
            Change =
                "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false, "
                + "and answer with a boolean.",
            Steps = async run =>
                (await run.Post("/Users", run.UserJson($$"""{"active":"{{text}}"}"""))).SuccessWithResource().Is("active", active),
        };
}
