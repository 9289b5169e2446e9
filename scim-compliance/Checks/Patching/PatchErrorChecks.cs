using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>What a PATCH must not do (RFC 7644 §3.5.2, §3.12).</summary>
static class PatchErrorChecks
{
    const string Guess = "A mistake in a mapping shows as success, and the admin looks for it elsewhere.";
    const string Shown = "Refuse the request and say in detail what is wrong: Entra shows that text to the admin.";

    // Each is refused by RFC 7644 whatever the user holds.
    static readonly (string Id, string Title, string Rule, Severity Severity, string Operation, string[] Types)[] Refused =
    [
        (
            "unknown-op",
            "An op other than add, replace and remove is refused with 400",
            "RFC 7644 §3.5.2, §3.12",
            Must,
            """{"op":"move","path":"displayName","value":"x"}""",
            []
        ),
        (
            "missing-op",
            "An operation without op is refused with 400",
            "RFC 7644 §3.5.2 (MUST have exactly one op)",
            Must,
            """{"path":"displayName","value":"x"}""",
            []
        ),
        (
            "missing-value",
            "add without a value is refused with 400",
            "RFC 7644 §3.5.2.1 (MUST contain a value)",
            Should,
            """{"op":"add","path":"displayName"}""",
            []
        ),
        (
            "remove-without-path",
            "remove without a path is refused with 400 noTarget",
            "RFC 7644 §3.5.2.2",
            Must,
            """{"op":"remove"}""",
            ["noTarget"]
        ),
        (
            "unknown-attribute",
            "A path to an attribute that no schema has is refused with 400",
            "RFC 7644 §3.12 (invalidPath)",
            Should,
            """{"op":"replace","path":"complianceUnknown","value":"x"}""",
            []
        ),
        (
            "wrong-type",
            "A value of the wrong type is refused with 400",
            "RFC 7644 §3.5.2 (compatible with the schema), §3.12 (invalidValue)",
            Must,
            """{"op":"replace","path":"active","value":"perhaps"}""",
            []
        ),
        (
            "no-target",
            "replace with a filter that selects nothing is refused with 400 noTarget",
            "RFC 7644 §3.5.2.3 (type eq aside, which Entra relies on to create)",
            Must,
            """{"op":"replace","path":"emails[value eq \"nobody@example.com\"].type","value":"home"}""",
            ["noTarget"]
        ),
        (
            "remove-required",
            "remove of userName is refused with 400 mutability",
            "RFC 7644 §3.5.2.2 (required attribute)",
            Must,
            """{"op":"remove","path":"userName"}""",
            ["mutability"]
        ),
        (
            "remove-read-only",
            "remove of id is refused with 400 mutability",
            "RFC 7644 §3.5.2.2 (read-only attribute)",
            Must,
            """{"op":"remove","path":"id"}""",
            ["mutability"]
        ),
        (
            "read-only",
            "replace of a read-only attribute with another value is refused with 400 mutability",
            "RFC 7644 §3.5.2 (MUST NOT modify readOnly), §3.12",
            Must,
            """{"op":"replace","path":"id","value":"11111111-2222-4333-8444-555555555555"}""",
            ["mutability"]
        ),
    ];

    // What a lenient server takes, such as a value path that selects nothing, cannot show whether it is atomic: the next is tried.
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
        .. from row in Refused select Refuses(row.Id, row.Title, row.Rule, row.Severity, row.Operation, row.Types),
        new(
            "patch.error.malformed-path",
            "A path that is not well-formed is refused with 400 invalidPath or invalidFilter",
            "RFC 7644 §3.5.2 (figure 7), §3.12",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User();
                foreach (var path in Malformed)
                    (await t.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"x"}""")).Error(
                        400,
                        "invalidPath",
                        "invalidFilter"
                    );
            }
        )
        {
            Why = Guess,
            Change = "Parse paths by the grammar of the RFC to their end; do not guess.",
            Needs = Needs.Patch,
        },
        new(
            "patch.error.names-attribute",
            "The answer to an unknown path names it",
            "entra-docs howto-analyze-provisioning-logs.md: the detail is shown to the admin",
            Advice,
            Profiles.Entra,
            async t =>
            {
                var reply = (await t.Patch(await t.User(), """{"op":"replace","path":"complianceUnknown","value":"x"}""")).Refused();
                if (reply["detail"] is null)
                    throw new Blocked("The error has no detail; errors.document.detail says so");
                reply.That(
                    reply["detail"].Text().Contains("complianceUnknown", StringComparison.OrdinalIgnoreCase),
                    "a detail that names complianceUnknown",
                    Reply.Shown(reply["detail"])
                );
            }
        )
        {
            Why = "The admin sees 'invalid path' in the log and has thirty attributes to choose from.",
            Change = "Put the path of the request into detail.",
            Needs = Needs.Patch,
        },
        new(
            "patch.error.no-operations",
            "A PATCH without Operations is refused with 400",
            "RFC 7644 §3.5.2 (MUST contain Operations)",
            Should,
            Profiles.Rfc,
            async t => (await t.Send("PATCH", (await t.User()).Path, $$"""{"schemas":["{{Trial.PatchSchema}}"]}""")).Error(400)
        )
        {
            Why = "A client that sends the plain resource, as some do, believes that it was stored.",
            Change = Shown,
            Needs = Needs.Patch,
        },
        new(
            "patch.error.duplicate",
            "A PATCH to a userName that another has is refused with 409, or 400 uniqueness",
            "RFC 7643 §4.1.1; RFC 7644 §3.12 (Table 9: uniqueness applies to PATCH)",
            Must,
            Profiles.All,
            async t =>
            {
                t.CanRename();
                var (first, second) = (await t.User(), await t.User());
                (await t.Patch(second, $$"""{"op":"replace","path":"userName","value":"{{first.Name}}"}""")).Conflict();
            }
        )
        {
            Why = "Two accounts with one name: Entra finds both and writes to neither (DuplicateTargetEntries).",
            Change = "Check uniqueness in a PATCH as in a POST.",
            Needs = Needs.Patch,
        },
        new(
            "patch.read-only.kept",
            "A PATCH never changes id or meta.created, whatever it is answered",
            "RFC 7643 §3.1, §7",
            Must,
            Profiles.All,
            async t =>
            {
                var user = await t.User();
                var created = (await t.Read(user))["meta.created"];
                foreach (var (path, value) in ((string, string)[])[("id", t.NewGuid()), ("meta.created", "1999-12-31T12:00:00Z")])
                    await t.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"{{value}}"}""");
                (await t.Read(user)).Is("id", user.Id).Is("meta.created", created);
            }
        )
        {
            Why = "The link that every client keeps to this account would break.",
            Change = "Refuse changes of read-only attributes, or ignore them.",
            Needs = Needs.Patch,
        },
        Whole("patch.atomic", "When one operation fails none is applied", Failing),
        Whole("patch.atomic.conflict", "When the new userName is taken nothing else is applied"),
    ];

    static Check Refuses(string id, string title, string rule, Severity severity, string operation, string[] types) =>
        new(
            $"patch.error.{id}",
            title,
            rule,
            severity,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User("""{"emails":[{"type":"work","value":"ada@example.com"}]}""");
                (await t.Patch(user, operation)).Error(400, types);
            }
        )
        {
            Why = Guess,
            Change = Shown,
            Needs = Needs.Patch,
            Attributes =
            [
                .. ((string[])["emails", "active", "displayName"])
                    .Where(name => operation.Contains(name, StringComparison.Ordinal))
                    .Select(name => "User:" + name),
            ],
        };

    /// <param name="failing">The first of these that the server refuses is tried; none: the userName of somebody else.</param>
    static Check Whole(string id, string title, params string[] failing) =>
        new(
            id,
            title,
            "RFC 7644 §3.5.2 (SHALL be treated as atomic)",
            Must,
            Profiles.All,
            async t =>
            {
                foreach (
                    var last in failing is [] ? [$$"""{"op":"replace","path":"userName","value":"{{(await t.User()).Name}}"}"""] : failing
                )
                {
                    var user = (await t.User("""{"displayName":"Before","emails":[{"type":"work","value":"ada@example.com"}]}""")).Holding(
                        "displayName"
                    );
                    if ((await t.Patch(user, """{"op":"replace","path":"displayName","value":"After"}""", last)).IsSuccess)
                        continue;
                    (await t.Read(user)).Is("displayName", "Before").Is("userName", user.Name);
                    return;
                }
                throw new Blocked("No PATCH that should be refused was refused; the checks of patch.error say so");
            }
        )
        {
            Why = "Half of a change is stored while the client was told that it failed.",
            Change = "Apply all operations to a copy, and store it only when none has failed, in one transaction.",
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
        };
}
