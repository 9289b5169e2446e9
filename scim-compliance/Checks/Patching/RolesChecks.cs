using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>App roles, in the three forms of Entra's mapping expressions.</summary>
static class RolesChecks
{
    const string Single = "entra-docs customize-application-attributes.md, SingleAppRoleAssignment";
    const string Complex = "entra-docs customize-application-attributes.md, AppRoleAssignmentsComplex";
    const string Assertive = "entra-docs customize-application-attributes.md, AssertiveAppRoleAssignmentsComplex";
    const string NoRights = "People arrive without their role, or with one that they were not given.";
    const string Literal =
        "In a filter compare \"True\" with a boolean as true; when nothing matches, create the element with primary true.";

    public static IReadOnlyList<Check> All { get; } =
    [
        CreatedWith(
            id: "roles.create.single",
            title: "A single role sent with a new user is stored",
            rule: Single,
            roles: """[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]""",
            values: ["Admin"]
        ),
        CreatedWith(
            id: "roles.create.several",
            title: "Several roles sent with a new user are stored, displayName and all",
            rule: Complex,
            roles: """
            [{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Admin","value":"Admin"},
            {"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"User","value":"User"}]
            """,
            values: ["Admin", "User"]
        ),
        PatchedBy(
            id: "roles.primary.creates",
            title: "add of roles[primary eq \"True\"].value creates the role",
            rule: $"{Single}; buildbuddy-io/buildbuddy#10578",
            before: "{}",
            operations: ["""{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            also: read => read.Count("roles", 1).Is("roles[0].value", "Admin"),
            change: Literal
        ),
        PatchedBy(
            id: "roles.primary.flagged",
            title: "A role created by a filter on primary is primary",
            rule: $"{Single}; RFC 7643 §2.4",
            before: "{}",
            operations: ["""{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            also: read => read.Is("roles[0].primary", true),
            change: "Give an element that a filter creates what the filter asks for: primary true, as a boolean."
        ),
        PatchedBy(
            id: "roles.primary.replace",
            title: "replace of roles[primary eq \"True\"].value changes the primary role",
            rule: Single,
            before: """{"roles":[{"primary":true,"value":"User"},{"primary":false,"value":"Guest"}]}""",
            operations: ["""{"op":"replace","path":"roles[primary eq \"True\"].value","value":"Admin"}"""],
            also: read => Holds(read.Count("roles", 2), "Admin", "Guest"),
            change: Literal
        ),
        PatchedBy(
            id: "roles.primary.one-element",
            title: "value and display behind the same filter fill one role",
            rule: Single,
            before: "{}",
            operations:
            [
                """{"op":"add","path":"roles[primary eq \"True\"].display","value":"Administrator"}""",
                """{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}""",
            ],
            also: read => read.Count("roles", 1).Is("roles[0].display", "Administrator").Is("roles[0].value", "Admin"),
            change: "Apply operations one after another, so that the second finds the role that the first has made."
        ),
        PatchedBy(
            id: "roles.add.serialised",
            title: "Roles written as JSON inside text are taken",
            rule: $"{Complex}; MicrosoftDocs/azure-docs#50772",
            before: "{}",
            operations:
            [
                """
                {"op":"add","path":"roles","value":[
                {"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"},
                {"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ef\",\"value\":\"User\",\"displayName\":\"User\"}"}]}
                """,
            ],
            also: read =>
                read.Count("roles", 2)
                    .That(
                        new[] { "Admin", "User" }.All(role =>
                            read["roles"].Items().Any(element => element.At("value").Text().Contains(role, StringComparison.Ordinal))
                        ),
                        "roles with Admin and User in their values",
                        Reply.Describe(read["roles"])
                    ),
            change: "Accept the value as text; better, read the JSON in it and store value and displayName of the role."
        ),
        PatchedBy(
            id: "roles.replace",
            title: "replace of roles with a list puts it in the place of all",
            rule: Assertive,
            before: """{"roles":[{"primary":false,"value":"Admin"},{"primary":false,"value":"User"}]}""",
            operations:
            [
                """
                {"op":"replace","path":"roles",
                "value":[{"primary":false,"display":"Guest","value":"Guest"},{"primary":false,"display":"User","value":"User"}]}
                """,
            ],
            also: read => Holds(read.Count("roles", 2), "Guest", "User"),
            change: "On replace put the list of the request in the place of the old one."
        ),
        PatchedBy(
            id: "roles.replace.none",
            title: "replace of roles with an empty list removes all",
            rule: $"{Assertive}; RFC 7644 §3.5.2.3",
            before: """{"roles":[{"value":"Admin"}]}""",
            operations: ["""{"op":"replace","path":"roles","value":[]}"""],
            also: read => read.Lacks("roles"),
            change: "Take an empty list as no roles."
        ),
    ];

    static void Holds(Reply read, params string[] roles)
    {
        foreach (var role in roles)
            read.Is($"roles[value eq \"{role}\"].value", role);
    }

    static Check CreatedWith(string id, string title, string rule, string roles, string[] values) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Must,
            Profiles = Profiles.Entra,
            Attributes = ["User:roles"],
            Why = NoRights,
            Change = "Store roles as sent; displayName is another spelling of display, and members that you do not know are ignored.",
            Steps = async run =>
            {
                var reply = await run.Post("/Users", run.UserJson($$"""{"roles":{{roles}}}"""));
                Holds(reply.SuccessWithResource().Count("roles", values.Length), values);
            },
        };

    static Check PatchedBy(string id, string title, string rule, string before, string[] operations, Action<Reply> also, string change) =>
        new PatchCase()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Profiles = Profiles.Entra,
            Attributes = ["User:roles"],
            Why = NoRights,
            Change = change,
            Before = before,
            Operations = operations,
            After = [],
            ExpectAlso = also,
        };
}
