using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>The manager of a person, in every form it is sent (RFC 7643 §4.3).</summary>
static class ManagerChecks
{
    const string Manager = SchemaUrn.EnterpriseUser + ":manager";
    const string Harness = "App gallery harness, Manager_Update_User_Test";

    // {id} stands for the id of the manager.
    static readonly Check[] Set =
    [
        SetBy(
            id: "manager.add.text",
            title: "add of the manager's id as plain text sets the manager",
            rule: $"{Harness}; Captain-P-Goldfish/SCIM-SDK; apache/directory-scimple#1242",
            severity: Must,
            profiles: Profiles.Entra,
            operation: $$"""{"op":"add","path":"{{Manager}}","value":"{id}"}"""
        ),
        SetBy(
            id: "manager.replace.text",
            title: "replace with the manager's id as plain text sets the manager",
            rule: $"{Harness}; SCIM Validator 'replace manager'",
            severity: Must,
            profiles: Profiles.Entra,
            operation: $$"""{"op":"replace","path":"{{Manager}}","value":"{id}"}"""
        ),
        SetBy(
            id: "manager.add.object",
            title: "add of the manager as an object sets the manager",
            rule: "RFC 7643 §4.3; RFC 7644 §3.5.2.1",
            severity: Must,
            profiles: Profiles.All,
            operation: $$$"""{"op":"add","path":"{{{Manager}}}","value":{"value":"{id}"}}"""
        ),
        SetBy(
            id: "manager.replace.object",
            title: "replace with the manager as an object sets the manager",
            rule: "RFC 7643 §4.3; RFC 7644 §3.5.2.3",
            severity: Must,
            profiles: Profiles.All,
            operation: $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":"{id}"}}"""
        ),
        SetBy(
            id: "manager.add.array",
            title: "add of the manager as an array with $ref, path manager, sets the manager",
            rule: "entra-docs use-scim-to-provision-users-and-groups.md, older sample",
            severity: Should,
            profiles: Profiles.Entra,
            operation: """{"op":"add","path":"manager","value":[{"$ref":"http://example.com/Users/{id}","value":"{id}"}]}"""
        ),
        SetBy(
            id: "manager.sub-attribute",
            title: "replace of manager.value sets the manager",
            rule: "RFC 7644 §3.5.2.3, §3.10",
            severity: Must,
            profiles: Profiles.Rfc,
            operation: $$"""{"op":"replace","path":"{{Manager}}.value","value":"{id}"}"""
        ),
        SetBy(
            id: "manager.path-less",
            title: "replace without path, the manager's URN as a key, sets the manager",
            rule: "entra-docs application-provisioning-config-problem-scim-compatibility.md, flag on, has other attributes so",
            severity: Should,
            profiles: Profiles.Entra,
            operation: $$$"""{"op":"replace","value":{"{{{Manager}}}":"{id}"}}"""
        ),
    ];

    static readonly Check[] Cleared =
    [
        RemovedBy(
            id: "manager.remove.empty-text",
            title: "replace with an empty text removes the manager",
            rule: $"{Harness}, phase remove",
            profiles: Profiles.Entra,
            operation: $$"""{"op":"replace","path":"{{Manager}}","value":""}"""
        ),
        RemovedBy(
            id: "manager.remove.empty-value",
            title: "replace with {\"value\": \"\"} removes the manager",
            rule: "SCIM Validator 'remove manager' (recorded February 2026); pranems/SCIMServer",
            profiles: Profiles.Entra,
            operation: $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":""}}"""
        ),
        RemovedBy(
            id: "manager.remove.null",
            title: "replace with null removes the manager",
            rule: "RFC 7643 §2.5; pranems/SCIMServer",
            profiles: Profiles.All,
            operation: $$"""{"op":"replace","path":"{{Manager}}","value":null}"""
        ),
        RemovedBy(
            id: "manager.remove.operation",
            title: "remove removes the manager",
            rule: "RFC 7644 §3.5.2.2; SCIM Validator 'remove manager'",
            profiles: Profiles.All,
            operation: $$"""{"op":"remove","path":"{{Manager}}"}"""
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        CreatedWith(
            id: "manager.create.object",
            title: "A manager sent as an object with a new user is stored",
            rule: "RFC 7643 §4.3",
            profiles: Profiles.All,
            value: """{"value":"{id}"}"""
        ),
        CreatedWith(
            id: "manager.create.text",
            title: "A manager sent as plain text with a new user is stored as an object",
            rule: "apache/directory-scimple#1242",
            profiles: Profiles.Entra,
            value: "\"{id}\""
        ),
        new()
        {
            Id = "manager.create.unknown",
            Title = "A manager who is no user here does not stop a POST",
            Rule = "SCIM Validator sends a made-up manager; entra-docs known-issues.md: references follow later",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
            Why = "People whose manager is not in scope, or comes later, are not provisioned at all.",
            Change = "Store the id of a manager you do not know, or leave it out, but create the user.",
            Steps = async run =>
                (
                    await run.Post("/Users", run.UserJson(CheckRun.EnterpriseJson($$$"""{"manager":{"value":"{{{run.NewGuid()}}}"}}""")))
                ).SuccessWithResource(),
        },
        .. Set,
        StartingWithManager(
            id: "manager.change",
            title: "replace puts another manager in the place of the first",
            rule: $"RFC 7644 §3.5.2.3; {Harness}",
            severity: Must,
            profiles: Profiles.All,
            why: "After a reorganisation people still report to the old manager.",
            change: "manager has one value: replace it.",
            steps: async (run, user, first) =>
            {
                var second = await run.CreateUser();
                (await run.PatchAndRead(user, $$$"""{"op":"replace","path":"{{{Manager}}}","value":{"value":"{{{second.Id}}}"}}""")).Is(
                    Manager + ".value",
                    second.Id
                );
            }
        ),
        .. Cleared,
        StartingWithManager(
            id: "manager.removed.absent",
            title: "A manager who was removed leaves no empty object",
            rule: $"{Harness}: manager must be absent; RFC 7643 §2.5",
            severity: Should,
            profiles: Profiles.Rfc | Profiles.Entra,
            why: "An empty object looks like a manager with an empty id, which no client can resolve.",
            change: "Leave manager out of the resource when it has no value.",
            steps: async (run, user, _) =>
            {
                var read = await run.PatchAndRead(user, $$"""{"op":"remove","path":"{{Manager}}"}""");
                read.That(read[Manager] is null, "no manager", Reply.Describe(read[Manager]));
            }
        ),
        StartingWithManager(
            id: "manager.keeps-others",
            title: "Removing the manager leaves the department",
            rule: "RFC 7644 §3.5.2.2",
            severity: Must,
            profiles: Profiles.All,
            why: "Together with the manager, all other values of the enterprise extension are lost.",
            change: "Remove the one attribute, not the extension.",
            steps: async (run, user, _) =>
                (await run.PatchAndRead(user, $$"""{"op":"remove","path":"{{Manager}}"}""")).Is(
                    SchemaUrn.EnterpriseUser + ":department",
                    "Sales"
                )
        ),
    ];

    static Check CreatedWith(string id, string title, string rule, Profiles profiles, string value) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Must,
            Profiles = profiles,
            Needs = Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
            Why = "The person is refused, or has no manager in the app: approvals go nowhere.",
            Change = "Read a manager given as text as its value, and always answer with an object.",
            Steps = async run =>
            {
                var manager = await run.CreateUser();
                var reply = (
                    await run.Post(
                        "/Users",
                        run.UserJson(
                            CheckRun.EnterpriseJson($$"""{"manager":{{value.Replace("{id}", manager.Id, StringComparison.Ordinal)}}}""")
                        )
                    )
                ).SuccessWithResource();
                reply.Is(Manager + ".value", manager.Id);
            },
        };

    static Check SetBy(string id, string title, string rule, Severity severity, Profiles profiles, string operation) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Needs = Needs.Patch | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
            Why =
                "Entra sends managers in a request of their own, after the users: they never arrive, "
                + "and each cycle reports the error again.",
            Change = "Take text as the manager's value and an array of one as the object in it; answer with an object.",
            Steps = async run =>
            {
                var (manager, user) = (await run.CreateUser(), await run.CreateUser());
                (await run.PatchAndRead(user, operation.Replace("{id}", manager.Id, StringComparison.Ordinal))).Is(
                    Manager + ".value",
                    manager.Id
                );
            },
        };

    static Check RemovedBy(string id, string title, string rule, Profiles profiles, string operation) =>
        StartingWithManager(
            id: id,
            title: title,
            rule: rule,
            severity: Must,
            profiles: profiles,
            why: "A person without a manager still reports to the old one.",
            change: "Take null and empty text, also as value within an object, as a request to clear the manager.",
            steps: async (run, user, _) => (await run.PatchAndRead(user, operation)).Lacks(Manager + ".value")
        );

    // A check that begins with a user in Sales who has a manager.
    static Check StartingWithManager(
        string id,
        string title,
        string rule,
        Severity severity,
        Profiles profiles,
        string why,
        string change,
        Func<CheckRun, CreatedResource, CreatedResource, Task> steps
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Needs = Needs.Patch | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager", "EnterpriseUser:department"],
            Why = why,
            Change = change,
            Steps = async run =>
            {
                var manager = await run.CreateUser();
                var user = await run.CreateUser(
                    CheckRun.EnterpriseJson($$$"""{"department":"Sales","manager":{"value":"{{{manager.Id}}}"}}""")
                );
                await steps(run, user.RequireKept(Manager + ".value"), manager);
            },
        };
}
