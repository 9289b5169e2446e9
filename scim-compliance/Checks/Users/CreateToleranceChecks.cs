using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>What a server has to take in a POST though it is empty, superfluous or of another type than the schema says.</summary>
static class CreateToleranceChecks
{
    const string CustomSchema = "urn:ietf:params:scim:schemas:extension:ComplianceExtension:2.0:User";

    static readonly (
        string Id,
        string Title,
        string Rule,
        Severity Severity,
        Profiles Profiles,
        string Members,
        string Attribute
    )[] Accepted =
    [
        (
            "empty-roles",
            "An empty roles array is taken as no roles",
            "RFC 7643 §2.5; entra-docs, Create User",
            Must,
            Profiles.All,
            """{"roles":[]}""",
            "User:roles"
        ),
        (
            "empty-groups",
            "An empty groups array is ignored",
            "RFC 7643 §2.5; okta-developer-docs scim-20, Create Users",
            Must,
            Profiles.All,
            """{"groups":[]}""",
            ""
        ),
        (
            "nulls",
            "Attributes that are null are taken as unassigned",
            "RFC 7643 §2.5",
            Must,
            Profiles.All,
            """{"title":null,"displayName":null,"emails":null,"name":null}""",
            ""
        ),
        (
            "null-enterprise",
            "department and manager as null at the top level are ignored",
            "entra-docs use-scim-to-provision-users-and-groups.md, older sample",
            Should,
            Profiles.Entra,
            """{"department":null,"manager":null}""",
            ""
        ),
        (
            "unknown",
            "A member that no schema knows does not stop a POST",
            "entra-docs customize-application-attributes.md: the attribute list is free text",
            Should,
            Profiles.Entra,
            """{"complianceUnknown":"x"}""",
            ""
        ),
    ];

    static readonly (string Text, bool Active)[] Texts = [("True", true), ("False", false)];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Accepted select Takes(row.Id, row.Title, row.Rule, row.Severity, row.Profiles, row.Members, row.Attribute),
        .. from row in Texts select ActiveAsText(row.Text, row.Active),
        new(
            "users.create.primary-text",
            "primary as the text \"True\" is taken as true",
            "SCIM Validator 'create user' sends roles[].primary as text; AzureAD/SCIMReferenceCode#21",
            Must,
            Profiles.Entra,
            async t =>
            {
                var reply = (await t.Post("/Users", t.UserJson("""{"roles":[{"primary":"True","value":"Admin"}]}"""))).Shows();
                if (!reply["roles"].IsUnassigned())
                    reply.Is("roles[0].primary", true);
            }
        )
        {
            Why = "Entra's mappings yield text, also for yes and no. A server that is strict here fails half of Microsoft's validator.",
            Change =
                "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false, and answer with a boolean.",
            Attributes = ["User:roles"],
        },
        new(
            "users.create.active-default",
            "A user without active is active",
            "pranems/SCIMServer: Entra leaves active out when it is not mapped; RFC 7643 §4.1.1",
            Should,
            Profiles.All,
            async t =>
            {
                var user = t.UserJson();
                user.Remove("active");
                (await t.Post("/Users", user)).Prepared().Is("active", true);
            }
        )
        {
            Why = "With active taken out of the mapping, every new account would be locked, or its state unknown.",
            Change = "Let active be true when a POST does not say, and show it.",
            Attributes = ["User:active"],
        },
        new(
            "users.create.inactive",
            "A user can be created disabled",
            "RFC 7643 §4.1.1",
            Should,
            Profiles.Rfc,
            async t => (await t.Read(await t.User("""{"active":false}"""))).Is("active", false)
        )
        {
            Why = "Accounts that are prepared before the first working day would be open at once.",
            Change = "Store active as it is sent in a POST.",
            Attributes = ["User:active"],
        },
        new(
            "users.create.letter-case",
            "Names of attributes are read in any letter case",
            "RFC 7643 §2.1",
            Must,
            Profiles.All,
            async t =>
            {
                var name = t.NewUserName();
                var body = JsonNode.Parse(
                    $$"""{"Schemas":["{{Trial.UserSchema}}"],"UserName":"{{name}}","DISPLAYNAME":"Ada","Name":{"GivenName":"Ada"},"Active":true}"""
                )!;
                (await t.Post("/Users", body)).Shows().Is("userName", name).Is("displayName", "Ada").Is("name.givenName", "Ada");
            }
        )
        {
            Why = "Admins type attribute names into the mapping; one capital letter too many and the value is lost without a word.",
            Change = "Look up names of attributes and sub-attributes without regard to letter case, and answer in the schema's spelling.",
            Attributes = ["User:displayName", "User:name.givenName"],
        },
        new(
            "users.create.unlisted-extension",
            "An extension is stored though schemas does not list its URN",
            "entra-docs customize-application-attributes.md: custom extensions are not listed in schemas",
            Should,
            Profiles.Entra,
            async t =>
                (await t.Post("/Users", t.UserJson(Trial.Enterprise("""{"department":"Retail"}"""))))
                    .Shows()
                    .Is(Trial.EnterpriseSchema + ":department", "Retail")
        )
        {
            Why = "Entra documents that it sends extensions this way; their values would be missing in the app.",
            Change = "Take an extension object by its member name, and add the URN to schemas yourself.",
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:department"],
        },
        new(
            "users.create.custom-extension",
            "An extension of the admin's own does not stop a POST",
            "entra-docs customize-application-attributes.md, custom extension attributes",
            Advice,
            Profiles.Entra,
            async t => (await t.Post("/Users", t.UserJson($$$"""{"{{{CustomSchema}}}":{"tag":"701984"}}"""))).Success()
        )
        {
            Why = "One attribute that an admin maps to an extension you do not know, and nobody is created any more.",
            Change = "Store unknown extensions, or at least ignore them.",
        },
        new(
            "users.create.password.accepted",
            "A password in a POST is accepted",
            "okta-developer-docs scim-20, Create Users sends password",
            Should,
            Profiles.Okta,
            async t => (await t.Post("/Users", t.UserJson($$"""{"password":"Aa1!{{t.NewGuid()}}"}"""))).Success()
        )
        {
            Why = "Okta always sends a password, a made-up one when passwords are not synchronised.",
            Change = "Accept password in a POST; drop it when people sign in elsewhere.",
        },
    ];

    static Check Takes(string id, string title, string rule, Severity severity, Profiles profiles, string members, string attribute) =>
        new($"users.create.{id}", title, rule, severity, profiles, async t => (await t.Post("/Users", t.UserJson(members))).Success())
        {
            Why = "The create request is refused for something that carries no information, and the person is not provisioned.",
            Change = "Treat null and [] as not there, and ignore what you do not keep, in a POST.",
            Attributes = attribute is "" ? [] : [attribute],
        };

    static Check ActiveAsText(string text, bool active) =>
        new(
            $"users.create.active-text.{text.ToLowerInvariant()}",
            $"active as the text \"{text}\" is taken as {(active ? "true" : "false")}",
            "AzureAD/SCIMReferenceCode#21; SCIM Validator",
            Must,
            Profiles.Entra,
            async t => (await t.Post("/Users", t.UserJson($$"""{"active":"{{text}}"}"""))).Shows().Is("active", active)
        )
        {
            Why =
                "Entra's mapping of active is an expression that yields text: people cannot be created, or are created in the wrong state.",
            Change =
                "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false, and answer with a boolean.",
            Attributes = ["User:active"],
        };
}
