using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>What a PATCH must not do (RFC 7644 §3.5.2, §3.12).</summary>
static class PatchErrorChecks
{
    const string Guess = "A mistake in a mapping shows as success, and the admin looks for it elsewhere.";
    const string Shown = "Refuse the request and say in detail what is wrong: Entra shows that text to the admin.";

    // Each is refused by RFC 7644 whatever the user holds.
    static readonly Check[] Refused =
    [
        Refuses(
            id: "patch.error.unknown-op",
            title: "An op other than add, replace and remove is refused with 400",
            rule: "RFC 7644 §3.5.2, §3.12",
            severity: Must,
            operation: """{"op":"move","path":"displayName","value":"x"}""",
            types: []
        ),
        Refuses(
            id: "patch.error.missing-op",
            title: "An operation without op is refused with 400",
            rule: "RFC 7644 §3.5.2 (MUST have exactly one op)",
            severity: Must,
            operation: """{"path":"displayName","value":"x"}""",
            types: []
        ),
        Refuses(
            id: "patch.error.missing-value",
            title: "add without a value is refused with 400",
            rule: "RFC 7644 §3.5.2.1 (MUST contain a value)",
            severity: Should,
            operation: """{"op":"add","path":"displayName"}""",
            types: []
        ),
        Refuses(
            id: "patch.error.remove-without-path",
            title: "remove without a path is refused with 400 noTarget",
            rule: "RFC 7644 §3.5.2.2",
            severity: Must,
            operation: """{"op":"remove"}""",
            types: ["noTarget"]
        ),
        Refuses(
            id: "patch.error.unknown-attribute",
            title: "A path to an attribute that no schema has is refused with 400",
            rule: "RFC 7644 §3.12 (invalidPath)",
            severity: Should,
            operation: """{"op":"replace","path":"complianceUnknown","value":"x"}""",
            types: []
        ),
        Refuses(
            id: "patch.error.wrong-type",
            title: "A value of the wrong type is refused with 400",
            rule: "RFC 7644 §3.5.2 (compatible with the schema), §3.12 (invalidValue)",
            severity: Must,
            operation: """{"op":"replace","path":"active","value":"perhaps"}""",
            types: []
        ),
        Refuses(
            id: "patch.error.no-target",
            title: "replace with a filter that selects nothing is refused with 400 noTarget",
            rule: "RFC 7644 §3.5.2.3 (type eq aside, which Entra relies on to create)",
            severity: Must,
            operation: """{"op":"replace","path":"emails[value eq \"nobody@example.com\"].type","value":"home"}""",
            types: ["noTarget"]
        ),
        Refuses(
            id: "patch.error.remove-required",
            title: "remove of userName is refused with 400 mutability",
            rule: "RFC 7644 §3.5.2.2 (required attribute)",
            severity: Must,
            operation: """{"op":"remove","path":"userName"}""",
            types: ["mutability"]
        ),
        Refuses(
            id: "patch.error.remove-read-only",
            title: "remove of id is refused with 400 mutability",
            rule: "RFC 7644 §3.5.2.2 (read-only attribute)",
            severity: Must,
            operation: """{"op":"remove","path":"id"}""",
            types: ["mutability"]
        ),
        Refuses(
            id: "patch.error.read-only",
            title: "replace of a read-only attribute with another value is refused with 400 mutability",
            rule: "RFC 7644 §3.5.2 (MUST NOT modify readOnly), §3.12",
            severity: Must,
            operation: """{"op":"replace","path":"id","value":"11111111-2222-4333-8444-555555555555"}""",
            types: ["mutability"]
        ),
    ];

    // A lenient server may accept some of these. Then the next one is tried, since only a refused PATCH shows whether it was atomic.
    static readonly string[] Failing =
    [
        """{"op":"replace","path":"emails[value eq \"nobody@example.com\"].type","value":"home"}""",
        """{"op":"remove","path":"userName"}""",
        """{"op":"move","path":"displayName","value":"x"}""",
    ];

    static readonly string[] Malformed =
    [
        "emails[type eq \\\"work\\\"",
        "name..givenName",
        "emails[].value",
        "emails[type eq]",
        "name.givenName]",
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Refused,
        new()
        {
            Id = "patch.error.malformed-path",
            Title = "A path that is not well-formed is refused with 400 invalidPath or invalidFilter",
            Rule = "RFC 7644 §3.5.2 (figure 7), §3.12",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Patch,
            Why = Guess,
            Change = "Parse paths by the grammar of the RFC to their end; do not guess.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                foreach (var path in Malformed)
                    (await run.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"x"}""")).Error(
                        400,
                        "invalidPath",
                        "invalidFilter"
                    );
            },
        },
        new()
        {
            Id = "patch.error.names-attribute",
            Title = "The answer to an unknown path names it",
            Rule = "entra-docs howto-analyze-provisioning-logs.md: the detail is shown to the admin",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Needs = Needs.Patch,
            Why = "The admin sees 'invalid path' in the log and has thirty attributes to choose from.",
            Change = "Put the path of the request into detail.",
            Steps = async run =>
            {
                var reply = (
                    await run.Patch(await run.CreateUser(), """{"op":"replace","path":"complianceUnknown","value":"x"}""")
                ).RequireRefusal();
                if (reply["detail"] is null)
                    throw new Blocked("The error has no detail; errors.document.detail says so");
                reply.That(
                    reply["detail"].Text().Contains("complianceUnknown", StringComparison.OrdinalIgnoreCase),
                    "a detail that names complianceUnknown",
                    Reply.Describe(reply["detail"])
                );
            },
        },
        new()
        {
            Id = "patch.error.no-operations",
            Title = "A PATCH without Operations is refused with 400",
            Rule = "RFC 7644 §3.5.2 (MUST contain Operations)",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Patch,
            Why = "A client that sends the plain resource, as some do, believes that it was stored.",
            Change = Shown,
            Steps = async run =>
                (await run.Send("PATCH", (await run.CreateUser()).Path, $$"""{"schemas":["{{SchemaUrn.PatchOp}}"]}""")).Error(400),
        },
        new()
        {
            Id = "patch.error.duplicate",
            Title = "A PATCH to a userName that another has is refused with 409, or 400 uniqueness",
            Rule = "RFC 7643 §4.1.1; RFC 7644 §3.12 (Table 9: uniqueness applies to PATCH)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "Two accounts with one name: Entra finds both and writes to neither (DuplicateTargetEntries).",
            Change = "Check uniqueness in a PATCH as in a POST.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var (first, second) = (await run.CreateUser(), await run.CreateUser());
                (await run.Patch(second, $$"""{"op":"replace","path":"userName","value":"{{first.Name}}"}""")).Conflict();
            },
        },
        new()
        {
            Id = "patch.read-only.kept",
            Title = "A PATCH never changes id or meta.created, whatever it is answered",
            Rule = "RFC 7643 §3.1, §7",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "The link that every client keeps to this account would break.",
            Change = "Refuse changes of read-only attributes, or ignore them.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var created = (await run.Read(user))["meta.created"];
                foreach (var (path, value) in ((string, string)[])[("id", run.NewGuid()), ("meta.created", "1999-12-31T12:00:00Z")])
                    await run.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"{{value}}"}""");
                (await run.Read(user)).Is("id", user.Id).Is("meta.created", created);
            },
        },
        Atomic(id: "patch.atomic", title: "When one operation fails none is applied", failing: Failing),
        Atomic("patch.atomic.conflict", "When the new userName is taken nothing else is applied"),
    ];

    static Check Refuses(string id, string title, string rule, Severity severity, string operation, string[] types) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = Needs.Patch,
            Attributes =
            [
                .. ((string[])["emails", "active", "displayName"])
                    .Where(name => operation.Contains(name, StringComparison.Ordinal))
                    .Select(name => "User:" + name),
            ],
            Why = Guess,
            Change = Shown,
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"emails":[{"type":"work","value":"ada@example.com"}]}""");
                (await run.Patch(user, operation)).Error(400, types);
            },
        };

    /// <param name="failing">
    /// Operations that must fail; the first that the server refuses is used. When none are given: the userName of another user.
    /// </param>
    static Check Atomic(string id, string title, params string[] failing) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.5.2 (SHALL be treated as atomic)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Half of a change is stored while the client was told that it failed.",
            Change = "Apply all operations to a copy, and store it only when none has failed, in one transaction.",
            Steps = async run =>
            {
                foreach (
                    var last in failing is []
                        ? [$$"""{"op":"replace","path":"userName","value":"{{(await run.CreateUser()).Name}}"}"""]
                        : failing
                )
                {
                    var user = (
                        await run.CreateUser("""{"displayName":"Before","emails":[{"type":"work","value":"ada@example.com"}]}""")
                    ).RequireKept("displayName");
                    if ((await run.Patch(user, """{"op":"replace","path":"displayName","value":"After"}""", last)).IsSuccess)
                        continue;
                    (await run.Read(user)).Is("displayName", "Before").Is("userName", user.Name);
                    return;
                }
                throw new Blocked("No PATCH that should be refused was refused; the checks of patch.error say so");
            },
        };
}
