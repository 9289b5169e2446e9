using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>App roles, in the three forms of Entra's mapping expressions.</summary>
static class RolesChecks
{
    const string Single = "entra-docs customize-application-attributes.md, SingleAppRoleAssignment";
    const string Complex = "entra-docs customize-application-attributes.md, AppRoleAssignmentsComplex";
    const string Assertive = "entra-docs customize-application-attributes.md, AssertiveAppRoleAssignmentsComplex";
    const string NoRights = "People arrive without their role, or with one that nobody has given them.";
    const string Literal =
        "In a filter compare \"True\" with a boolean as true; when nothing matches, create the element with primary true.";

    public static IReadOnlyList<Check> All { get; } =
    [
        Posted(
            "roles.create.single",
            "A single role sent with a new user is stored",
            Single,
            """[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]""",
            ["Admin"]
        ),
        Posted(
            "roles.create.several",
            "Several roles sent with a new user are stored, displayName and all",
            Complex,
            """[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Admin","value":"Admin"},{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"User","value":"User"}]""",
            ["Admin", "User"]
        ),
        Shape(
            "roles.primary.creates",
            "add of roles[primary eq \"True\"].value creates the role",
            $"{Single}; buildbuddy-io/buildbuddy#10578",
            "{}",
            ["""{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            read => read.Count("roles", 1).Is("roles[0].value", "Admin"),
            Literal
        ),
        Shape(
            "roles.primary.flagged",
            "A role created by a filter on primary is primary",
            $"{Single}; RFC 7643 §2.4",
            "{}",
            ["""{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            read => read.Is("roles[0].primary", true),
            "Give an element that a filter creates what the filter asks for: primary true, as a boolean."
        ),
        Shape(
            "roles.primary.replace",
            "replace of roles[primary eq \"True\"].value changes the primary role",
            Single,
            """{"roles":[{"primary":true,"value":"User"},{"primary":false,"value":"Guest"}]}""",
            ["""{"op":"replace","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            read => Holds(read.Count("roles", 2), "Admin", "Guest"),
            Literal
        ),
        Shape(
            "roles.primary.one-element",
            "value and display behind the same filter fill one role",
            Single,
            "{}",
            [
                """{"op":"add","path":"roles[primary eq \"True\"].display","value":"Administrator"}""",
                """{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}""",
            ],
            read => read.Count("roles", 1).Is("roles[0].display", "Administrator").Is("roles[0].value", "Admin"),
            "Apply operations one after another, so that the second finds the role that the first has made."
        ),
        Shape(
            "roles.add.serialised",
            "Roles written as JSON inside text are taken",
            $"{Complex}; MicrosoftDocs/azure-docs#50772",
            "{}",
            [
                """{"op":"add","path":"roles","value":[{"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"},{"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ef\",\"value\":\"User\",\"displayName\":\"User\"}"}]}""",
            ],
            read =>
                read.Count("roles", 2)
                    .That(
                        new[] { "Admin", "User" }.All(role =>
                            read["roles"].Items().Any(element => element.At("value").Text().Contains(role, StringComparison.Ordinal))
                        ),
                        "roles with Admin and User in their values",
                        Reply.Shown(read["roles"])
                    ),
            "Accept the value as text; better, read the JSON in it and store value and displayName of the role."
        ),
        Shape(
            "roles.replace",
            "replace of roles with a list puts it in the place of all",
            Assertive,
            """{"roles":[{"primary":false,"value":"Admin"},{"primary":false,"value":"User"}]}""",
            [
                """{"op":"replace","path":"roles","value":[{"primary":false,"display":"Guest","value":"Guest"},{"primary":false,"display":"User","value":"User"}]}""",
            ],
            read => Holds(read.Count("roles", 2), "Guest", "User"),
            "On replace put the list of the request in the place of the old one."
        ),
        Shape(
            "roles.replace.none",
            "replace of roles with an empty list removes all",
            $"{Assertive}; RFC 7644 §3.5.2.3",
            """{"roles":[{"value":"Admin"}]}""",
            ["""{"op":"replace","path":"roles","value":[]}"""],
            read => read.Lacks("roles"),
            "Take an empty list as no roles."
        ),
    ];

    static void Holds(Reply read, params string[] roles)
    {
        foreach (var role in roles)
            read.Is($"roles[value eq \"{role}\"].value", role);
    }

    static Check Posted(string id, string title, string rule, string roles, string[] values) =>
        new(
            id,
            title,
            rule,
            Must,
            Profiles.Entra,
            async t =>
            {
                var reply = await t.Post("/Users", t.UserJson($$"""{"roles":{{roles}}}"""));
                Holds(reply.Shows().Count("roles", values.Length), values);
            }
        )
        {
            Why = NoRights,
            Change = "Store roles as sent; displayName is another spelling of display, and members that you do not know are ignored.",
            Attributes = ["User:roles"],
        };

    static Check Shape(string id, string title, string rule, string before, string[] operations, Action<Reply> also, string change) =>
        new PatchShape(id, title, rule, before, operations, [])
        {
            Profiles = Profiles.Entra,
            Also = also,
            Why = NoRights,
            Change = change,
            Attributes = ["User:roles"],
        };
}
