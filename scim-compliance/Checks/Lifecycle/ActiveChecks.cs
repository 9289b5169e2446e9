using ScimCompliance.Http;
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
        "Run all forms of PATCH through one engine: op in any letter case, add and replace alike for a single value, "
        + "with or without a path.";

    static readonly Check[] Forms =
    [
        SetsActive(
            id: "lifecycle.disable.verbose",
            title: "Replace of active with the text \"False\", Entra's default, disables",
            rule: $"{Compatibility}, flag off",
            severity: Must,
            profiles: Profiles.Entra,
            operation: """{"op":"Replace","path":"active","value":"False"}""",
            active: false,
            change: ReadText
        ),
        SetsActive(
            id: "lifecycle.disable.flag",
            title: "replace of active with false, as Entra sends with aadOptscim062020, disables",
            rule: $"RFC 7644 §3.5.2.3; {Compatibility}, flag on",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"replace","path":"active","value":false}""",
            active: false,
            change: AnyPath
        ),
        SetsActive(
            id: "lifecycle.disable.add",
            title: "add of active with false disables",
            rule: "RFC 7644 §3.5.2.1 (the existing value is replaced); rancher/rancher#54025",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"add","path":"active","value":false}""",
            active: false,
            change: AnyPath
        ),
        SetsActive(
            id: "lifecycle.disable.add-verbose",
            title: "Add of active with the text \"False\" disables",
            rule: "rancher/rancher#54025; scimmyjs/scimmy#86",
            severity: Must,
            profiles: Profiles.Entra,
            operation: """{"op":"Add","path":"active","value":"False"}""",
            active: false,
            change: ReadText
        ),
        SetsActive(
            id: "lifecycle.disable.lower-text",
            title: "replace of active with the text \"false\" disables",
            rule: "AzureAD/SCIMReferenceCode#21",
            severity: Should,
            profiles: Profiles.Entra,
            operation: """{"op":"replace","path":"active","value":"false"}""",
            active: false,
            change: ReadText
        ),
        SetsActive(
            id: "lifecycle.disable.path-less",
            title: "A replace without path whose value is {\"active\": false} disables",
            rule: "RFC 7644 §3.5.2.3; okta-developer-docs scim-20, Deactivate user",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"replace","value":{"active":false}}""",
            active: false,
            change: AnyPath
        ),
        SetsActive(
            id: "lifecycle.disable.path-less-text",
            title: "A replace without path whose value is {\"active\": \"False\"} disables",
            rule: "scimmyjs/scimmy#86",
            severity: Must,
            profiles: Profiles.Entra,
            operation: """{"op":"Replace","value":{"active":"False"}}""",
            active: false,
            change: ReadText
        ),
        SetsActive(
            id: "lifecycle.enable.verbose",
            title: "Replace of active with the text \"True\", Entra's default, enables again",
            rule: $"{Compatibility}, flag off",
            severity: Must,
            profiles: Profiles.Entra,
            operation: """{"op":"Replace","path":"active","value":"True"}""",
            active: true,
            change: ReadText
        ),
        SetsActive(
            id: "lifecycle.enable.flag",
            title: "replace of active with true enables again",
            rule: $"RFC 7644 §3.5.2.3; {Compatibility}, flag on",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"replace","path":"active","value":true}""",
            active: true,
            change: AnyPath
        ),
        SetsActive(
            id: "lifecycle.enable.add",
            title: "add of active with true enables again",
            rule: "RFC 7644 §3.5.2.1 (the existing value is replaced)",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"add","path":"active","value":true}""",
            active: true,
            change: AnyPath
        ),
        SetsActive(
            id: "lifecycle.enable.path-less",
            title: "A replace without path whose value is {\"active\": true} enables again",
            rule: "RFC 7644 §3.5.2.3; okta-developer-docs scim-20, Reactivate user",
            severity: Must,
            profiles: Profiles.All,
            operation: """{"op":"replace","value":{"active":true}}""",
            active: true,
            change: AnyPath
        ),
    ];

    static readonly Check[] Repeats =
    [
        KeepsActive(
            id: "lifecycle.repeat.enable",
            title: "Enabling a user who is active succeeds and changes nothing",
            operation: """{"op":"replace","path":"active","value":true}""",
            active: true
        ),
        KeepsActive(
            id: "lifecycle.repeat.disable",
            title: "Disabling a user who is disabled succeeds and changes nothing",
            operation: """{"op":"replace","path":"active","value":false}""",
            active: false
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Forms,
        .. Repeats,
        new()
        {
            Id = "lifecycle.disable.put",
            Title = "A PUT with active false disables",
            Rule = "RFC 7644 §3.5.1; okta-developer-docs scim-20, Deactivate user",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Okta,
            Attributes = ["User:active"],
            Why = Locked,
            Change = "Store active as a PUT sends it.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Put(user.Path, run.UserJson($$"""{"userName":"{{user.Name}}","active":false}""")))
                    .RequireKnownMethod()
                    .Success();
                (await run.Read(user)).Is("active", false);
            },
        },
    ];

    // Some servers create every user as active. Then a check of enabling would pass although nothing was enabled.
    static async Task<CreatedResource> Prepared(CheckRun run, bool active)
    {
        var (user, text) = (await run.CreateUser($$"""{"active":{{(active ? "true" : "false")}}}"""), active ? "true" : "false");
        if ((await run.Read(user))["active"].Text() == text)
            return user;
        await run.Patch(user, $$"""{"op":"replace","path":"active","value":{{text}}}""");
        return (await run.Read(user))["active"].Text() == text
            ? user
            : throw new Blocked($"A user with active {text} could not be prepared, neither by POST nor by PATCH");
    }

    static Check SetsActive(
        string id,
        string title,
        string rule,
        Severity severity,
        Profiles profiles,
        string operation,
        bool active,
        string change
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why = active ? Open : Locked,
            Change = change,
            Steps = async run =>
            {
                var user = await Prepared(run, !active);
                (await run.PatchAndRead(user, operation)).Is("active", active);
            },
        };

    static Check KeepsActive(string id, string title, string operation, bool active) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "getsentry/sentry-docs#16258: Entra sets active again and again; RFC 7644 §3.5.2.1",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why =
                "Entra sends the state regularly, also when it is right already; "
                + "each refusal is an error in the log that no admin can fix.",
            Change = "Let a PATCH that asks for what is so already succeed.",
            Steps = async run =>
            {
                var user = await Prepared(run, active);
                (await run.PatchAndRead(user, operation)).Is("active", active);
            },
        };
}
