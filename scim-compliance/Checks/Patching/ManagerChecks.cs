using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>The manager of a person, in every form it is sent (RFC 7643 §4.3).</summary>
static class ManagerChecks
{
    const string Manager = Trial.EnterpriseSchema + ":manager";
    const string Harness = "App gallery harness, Manager_Update_User_Test";

    // {id} is the id of another user.
    static readonly (string Id, string Title, string Rule, Severity Severity, Profiles Profiles, string Operation)[] Set =
    [
        (
            "add.text",
            "add of the manager's id as plain text sets the manager",
            $"{Harness}; Captain-P-Goldfish/SCIM-SDK; apache/directory-scimple#1242",
            Must,
            Profiles.Entra,
            $$"""{"op":"add","path":"{{Manager}}","value":"{id}"}"""
        ),
        (
            "replace.text",
            "replace with the manager's id as plain text sets the manager",
            $"{Harness}; SCIM Validator 'replace manager'",
            Must,
            Profiles.Entra,
            $$"""{"op":"replace","path":"{{Manager}}","value":"{id}"}"""
        ),
        (
            "add.object",
            "add of the manager as an object sets the manager",
            "RFC 7643 §4.3; RFC 7644 §3.5.2.1",
            Must,
            Profiles.All,
            $$$"""{"op":"add","path":"{{{Manager}}}","value":{"value":"{id}"}}"""
        ),
        (
            "replace.object",
            "replace with the manager as an object sets the manager",
            "RFC 7643 §4.3; RFC 7644 §3.5.2.3",
            Must,
            Profiles.All,
            $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":"{id}"}}"""
        ),
        (
            "add.array",
            "add of the manager as an array with $ref, path manager, sets the manager",
            "entra-docs use-scim-to-provision-users-and-groups.md, older sample",
            Should,
            Profiles.Entra,
            """{"op":"add","path":"manager","value":[{"$ref":"http://example.com/Users/{id}","value":"{id}"}]}"""
        ),
        (
            "sub-attribute",
            "replace of manager.value sets the manager",
            "RFC 7644 §3.5.2.3, §3.10",
            Must,
            Profiles.Rfc,
            $$"""{"op":"replace","path":"{{Manager}}.value","value":"{id}"}"""
        ),
        (
            "path-less",
            "replace without path, the manager's URN as a key, sets the manager",
            "entra-docs application-provisioning-config-problem-scim-compatibility.md, flag on, has other attributes so",
            Should,
            Profiles.Entra,
            $$$"""{"op":"replace","value":{"{{{Manager}}}":"{id}"}}"""
        ),
    ];

    static readonly (string Id, string Title, string Rule, Profiles Profiles, string Operation)[] Cleared =
    [
        (
            "empty-text",
            "replace with an empty text removes the manager",
            $"{Harness}, phase remove",
            Profiles.Entra,
            $$"""{"op":"replace","path":"{{Manager}}","value":""}"""
        ),
        (
            "empty-value",
            "replace with {\"value\": \"\"} removes the manager",
            "SCIM Validator 'remove manager' (recorded February 2026); pranems/SCIMServer",
            Profiles.Entra,
            $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":""}}"""
        ),
        (
            "null",
            "replace with null removes the manager",
            "RFC 7643 §2.5; pranems/SCIMServer",
            Profiles.All,
            $$"""{"op":"replace","path":"{{Manager}}","value":null}"""
        ),
        (
            "operation",
            "remove removes the manager",
            "RFC 7644 §3.5.2.2; SCIM Validator 'remove manager'",
            Profiles.All,
            $$"""{"op":"remove","path":"{{Manager}}"}"""
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        Posted(
            "manager.create.object",
            "A manager sent as an object with a new user is stored",
            "RFC 7643 §4.3",
            Profiles.All,
            """{"value":"{id}"}"""
        ),
        Posted(
            "manager.create.text",
            "A manager sent as plain text with a new user is stored as an object",
            "apache/directory-scimple#1242",
            Profiles.Entra,
            "\"{id}\""
        ),
        new(
            "manager.create.unknown",
            "A manager who is no user here does not stop a POST",
            "SCIM Validator sends a made-up manager; entra-docs known-issues.md: references follow later",
            Must,
            Profiles.Entra,
            async t => (await t.Post("/Users", t.UserJson(Trial.Enterprise($$$"""{"manager":{"value":"{{{t.NewGuid()}}}"}}""")))).Shows()
        )
        {
            Why = "People whose manager is not in scope, or comes later, are not provisioned at all.",
            Change = "Store the id of a manager you do not know, or leave it out, but create the user.",
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
        },
        .. from row in Set select Sets(row.Id, row.Title, row.Rule, row.Severity, row.Profiles, row.Operation),
        Reads(
            "manager.change",
            "replace puts another manager in the place of the first",
            $"RFC 7644 §3.5.2.3; {Harness}",
            Must,
            Profiles.All,
            async (t, user, first) =>
            {
                var second = await t.User();
                (await t.Patched(user, $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":"{{{second.Id}}}"}}""")).Is(
                    Manager + ".value",
                    second.Id
                );
            }
        ) with
        {
            Why = "After a reorganisation everybody reports to the old manager.",
            Change = "manager has one value: replace it.",
        },
        .. from row in Cleared select Clears(row.Id, row.Title, row.Rule, row.Profiles, row.Operation),
        Reads(
            "manager.removed.absent",
            "A manager who was removed leaves no empty object",
            $"{Harness}: manager must be absent; RFC 7643 §2.5",
            Should,
            Profiles.Rfc | Profiles.Entra,
            async (t, user, _) =>
            {
                var read = await t.Patched(user, $$"""{"op":"remove","path":"{{Manager}}"}""");
                read.That(read[Manager] is null, "no manager", Reply.Shown(read[Manager]));
            }
        ) with
        {
            Why = "An empty object looks like a manager with an empty id, which no client can resolve.",
            Change = "Leave manager out of the resource when it has no value.",
        },
        Reads(
            "manager.keeps-others",
            "Removing the manager leaves the department",
            "RFC 7644 §3.5.2.2",
            Must,
            Profiles.All,
            async (t, user, _) =>
                (await t.Patched(user, $$"""{"op":"remove","path":"{{Manager}}"}""")).Is(Trial.EnterpriseSchema + ":department", "Sales")
        ) with
        {
            Why = "With the manager goes everything else of the enterprise extension.",
            Change = "Remove the one attribute, not the extension.",
        },
    ];

    static Check Posted(string id, string title, string rule, Profiles profiles, string value) =>
        new(
            id,
            title,
            rule,
            Must,
            profiles,
            async t =>
            {
                var manager = await t.User();
                var reply = (
                    await t.Post(
                        "/Users",
                        t.UserJson(Trial.Enterprise($$"""{"manager":{{value.Replace("{id}", manager.Id, StringComparison.Ordinal)}}}"""))
                    )
                ).Shows();
                reply.Is(Manager + ".value", manager.Id);
            }
        )
        {
            Why = "The person is refused, or has no manager in the app: approvals go nowhere.",
            Change = "Read a manager given as text as its value, and always answer with an object.",
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
        };

    static Check Sets(string id, string title, string rule, Severity severity, Profiles profiles, string operation) =>
        new(
            $"manager.{id}",
            title,
            rule,
            severity,
            profiles,
            async t =>
            {
                var (manager, user) = (await t.User(), await t.User());
                (await t.Patched(user, operation.Replace("{id}", manager.Id, StringComparison.Ordinal))).Is(Manager + ".value", manager.Id);
            }
        )
        {
            Why =
                "Entra sends managers in a request of their own, after the users: they never arrive, and each cycle reports the error again.",
            Change = "Take text as the manager's value and an array of one as the object in it; answer with an object.",
            Needs = Needs.Patch | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
        };

    static Check Clears(string id, string title, string rule, Profiles profiles, string operation) =>
        Reads(
            $"manager.remove.{id}",
            title,
            rule,
            Must,
            profiles,
            async (t, user, _) => (await t.Patched(user, operation)).Lacks(Manager + ".value")
        ) with
        {
            Why = "Somebody who has no manager any more goes on reporting to the old one.",
            Change = "Take null and empty text, also as value within an object, as the wish to clear the manager.",
        };

    // A user in Sales whose manager is the other.
    static Check Reads(string id, string title, string rule, Severity severity, Profiles profiles, Func<Trial, Made, Made, Task> run) =>
        new(
            id,
            title,
            rule,
            severity,
            profiles,
            async t =>
            {
                var manager = await t.User();
                var user = await t.User(Trial.Enterprise($$$"""{"department":"Sales","manager":{"value":"{{{manager.Id}}}"}}"""));
                await run(t, user.Holding(Manager + ".value"), manager);
            }
        )
        {
            Why = "",
            Change = "",
            Needs = Needs.Patch | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager", "EnterpriseUser:department"],
        };
}
