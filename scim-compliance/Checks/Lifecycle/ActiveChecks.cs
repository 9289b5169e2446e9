using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Lifecycle;

/// <summary>Disabling and enabling, in every form that a client sends.</summary>
static class ActiveChecks
{
    const string Compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
    const string Locked = "People who have left keep their access: the app answers an error, or says yes and does nothing.";
    const string Open = "People who come back stay locked out, and each cycle repeats the attempt.";
    const string ReadText = "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false.";
    const string AnyPath =
        "Run all forms of PATCH through one engine: op in any letter case, add and replace alike for a single value, with or without a path.";

    static readonly (
        string Id,
        string Title,
        string Rule,
        Severity Severity,
        Profiles Profiles,
        string Operation,
        bool Active,
        string Change
    )[] Forms =
    [
        (
            "disable.verbose",
            "Replace of active with the text \"False\", Entra's default, disables",
            $"{Compatibility}, flag off",
            Must,
            Profiles.Entra,
            """{"op":"Replace","path":"active","value":"False"}""",
            false,
            ReadText
        ),
        (
            "disable.flag",
            "replace of active with false, as Entra sends with aadOptscim062020, disables",
            $"RFC 7644 §3.5.2.3; {Compatibility}, flag on",
            Must,
            Profiles.All,
            """{"op":"replace","path":"active","value":false}""",
            false,
            AnyPath
        ),
        (
            "disable.add",
            "add of active with false disables",
            "RFC 7644 §3.5.2.1 (the existing value is replaced); rancher/rancher#54025",
            Must,
            Profiles.All,
            """{"op":"add","path":"active","value":false}""",
            false,
            AnyPath
        ),
        (
            "disable.add-verbose",
            "Add of active with the text \"False\" disables",
            "rancher/rancher#54025; scimmyjs/scimmy#86",
            Must,
            Profiles.Entra,
            """{"op":"Add","path":"active","value":"False"}""",
            false,
            ReadText
        ),
        (
            "disable.lower-text",
            "replace of active with the text \"false\" disables",
            "AzureAD/SCIMReferenceCode#21",
            Should,
            Profiles.Entra,
            """{"op":"replace","path":"active","value":"false"}""",
            false,
            ReadText
        ),
        (
            "disable.path-less",
            "A replace without path whose value is {\"active\": false} disables",
            "RFC 7644 §3.5.2.3; okta-developer-docs scim-20, Deactivate user",
            Must,
            Profiles.All,
            """{"op":"replace","value":{"active":false}}""",
            false,
            AnyPath
        ),
        (
            "disable.path-less-text",
            "A replace without path whose value is {\"active\": \"False\"} disables",
            "scimmyjs/scimmy#86",
            Must,
            Profiles.Entra,
            """{"op":"Replace","value":{"active":"False"}}""",
            false,
            ReadText
        ),
        (
            "enable.verbose",
            "Replace of active with the text \"True\", Entra's default, enables again",
            $"{Compatibility}, flag off",
            Must,
            Profiles.Entra,
            """{"op":"Replace","path":"active","value":"True"}""",
            true,
            ReadText
        ),
        (
            "enable.flag",
            "replace of active with true enables again",
            $"RFC 7644 §3.5.2.3; {Compatibility}, flag on",
            Must,
            Profiles.All,
            """{"op":"replace","path":"active","value":true}""",
            true,
            AnyPath
        ),
        (
            "enable.add",
            "add of active with true enables again",
            "RFC 7644 §3.5.2.1 (the existing value is replaced)",
            Must,
            Profiles.All,
            """{"op":"add","path":"active","value":true}""",
            true,
            AnyPath
        ),
        (
            "enable.path-less",
            "A replace without path whose value is {\"active\": true} enables again",
            "RFC 7644 §3.5.2.3; okta-developer-docs scim-20, Reactivate user",
            Must,
            Profiles.All,
            """{"op":"replace","value":{"active":true}}""",
            true,
            AnyPath
        ),
    ];

    static readonly (string Id, string Title, string Operation, bool Active)[] Repeats =
    [
        (
            "repeat.enable",
            "Enabling a user who is active succeeds and changes nothing",
            """{"op":"replace","path":"active","value":true}""",
            true
        ),
        (
            "repeat.disable",
            "Disabling a user who is disabled succeeds and changes nothing",
            """{"op":"replace","path":"active","value":false}""",
            false
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Forms select Sets(row.Id, row.Title, row.Rule, row.Severity, row.Profiles, row.Operation, row.Active, row.Change),
        .. from row in Repeats select Repeated(row.Id, row.Title, row.Operation, row.Active),
        new(
            "lifecycle.disable.put",
            "A PUT with active false disables",
            "RFC 7644 §3.5.1; okta-developer-docs scim-20, Deactivate user",
            Must,
            Profiles.Rfc | Profiles.Okta,
            async t =>
            {
                var user = await t.User();
                (await t.Put(user.Path, t.UserJson($$"""{"userName":"{{user.Name}}","active":false}"""))).Known().Success();
                (await t.Read(user)).Is("active", false);
            }
        )
        {
            Why = Locked,
            Change = "Store active as a PUT sends it.",
            Attributes = ["User:active"],
        },
    ];

    // Some servers create everybody active: else enabling them would seem to work.
    static async Task<Made> Prepared(Trial t, bool active)
    {
        var (user, text) = (await t.User($$"""{"active":{{(active ? "true" : "false")}}}"""), active ? "true" : "false");
        if ((await t.Read(user))["active"].Text() == text)
            return user;
        await t.Patch(user, $$"""{"op":"replace","path":"active","value":{{text}}}""");
        return (await t.Read(user))["active"].Text() == text
            ? user
            : throw new Blocked($"A user with active {text} could not be prepared, neither by POST nor by PATCH");
    }

    static Check Sets(
        string id,
        string title,
        string rule,
        Severity severity,
        Profiles profiles,
        string operation,
        bool active,
        string change
    ) =>
        new(
            $"lifecycle.{id}",
            title,
            rule,
            severity,
            profiles,
            async t =>
            {
                var user = await Prepared(t, !active);
                (await t.Patched(user, operation)).Is("active", active);
            }
        )
        {
            Why = active ? Open : Locked,
            Change = change,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
        };

    static Check Repeated(string id, string title, string operation, bool active) =>
        new(
            $"lifecycle.{id}",
            title,
            "getsentry/sentry-docs#16258: Entra sets active again and again; RFC 7644 §3.5.2.1",
            Must,
            Profiles.All,
            async t =>
            {
                var user = await Prepared(t, active);
                (await t.Patched(user, operation)).Is("active", active);
            }
        )
        {
            Why =
                "Entra sends the state regularly, also when it is right already; each refusal is an error in the log that nobody can mend.",
            Change = "Let a PATCH that asks for what is so already succeed.",
            Needs = Needs.Patch,
            Attributes = ["User:active"],
        };
}
