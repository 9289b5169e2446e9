using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary><c>PATCH /Groups/{id}</c> on anything but members (RFC 7644 §3.5.2).</summary>
static class RenameGroupChecks
{
    const string Pathless = "SCIM Validator 'Update Group displayName'; RFC 7644 §3.5.2.3";

    static readonly Check[] Renames =
    [
        Rename(
            id: "groups.rename.path",
            title: "A group is renamed with a path, as Entra does",
            rule: "entra-docs use-scim-to-provision-users-and-groups.md",
            severity: Must,
            operation: """{"op":"Replace","path":"displayName","value":"NEW"}"""
        ),
        Rename(
            id: "groups.rename.pathless",
            title: "A group is renamed without a path, as the SCIM Validator does",
            rule: Pathless,
            severity: Must,
            operation: """{"op":"replace","value":{"displayName":"NEW"}}"""
        ),
        Rename(
            id: "groups.rename.add",
            title: "A group is renamed with the operation add",
            rule: "RFC 7644 §3.5.2.1; learn.microsoft.com/answers/questions/1373350",
            severity: Should,
            operation: """{"op":"add","path":"displayName","value":"NEW"}"""
        ),
        Rename(
            id: "groups.rename.urn",
            title: "A group is renamed with the full name of the attribute",
            rule: "RFC 7644 §3.10",
            severity: Should,
            operation: $$"""{"op":"replace","path":"{{SchemaUrn.Group}}:displayName","value":"NEW"}"""
        ),
        Rename(
            id: "groups.rename.path-case",
            title: "A group is renamed whatever the letter case of the path",
            rule: "RFC 7643 §2.1",
            severity: Should,
            operation: """{"op":"replace","path":"DISPLAYNAME","value":"NEW"}"""
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Renames,
        KeepsMembers(
            id: "groups.rename.pathless-members",
            title: "Renaming a group without a path leaves its members alone",
            rule: "langwatch/langwatch#7131; RFC 7644 §3.5.2.3",
            operation: run => $$$"""{"op":"replace","value":{"displayName":"{{{run.NewName()}}}"}}"""
        ),
        KeepsMembers(
            id: "groups.rename.members",
            title: "Renaming a group with a path leaves its members alone",
            rule: "RFC 7644 §3.5.2.3",
            operation: run => $$"""{"op":"replace","path":"displayName","value":"{{run.NewName()}}"}"""
        ),
        new()
        {
            Id = "groups.patch.status",
            Title = "A PATCH of a group is answered 200 or 204",
            Rule = "RFC 7644 §3.5.2",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Entra and the SCIM Validator know these two as success; anything else is an error in the provisioning log.",
            Change = "Answer 204 without a body (Microsoft's advice for groups), or 200 with the group.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Patch(group, Name(run.NewName()))).Expect(200, 204);
            },
        },
        new()
        {
            Id = "groups.patch.body",
            Title = "A PATCH of a group that is answered 200 contains the group",
            Rule = "RFC 7644 §3.5.2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "A client that is told 200 reads the group from the answer, and finds nothing there.",
            Change = "Answer 200 with the whole group, or 204 when you do not want to send it.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                var reply = (await run.Patch(group, Name(run.NewName()))).RequireSuccess();
                if (reply.Status is not 200)
                    throw new NotOffered($"A PATCH is answered {reply.Status}, so without a body");
                reply.Is("id", group.Id).Has("displayName");
            },
        },
        new()
        {
            Id = "groups.patch.same-name",
            Title = "A rename to the present name succeeds",
            Rule = "RFC 7644 §3.5.2.1: no change of the resource is no error",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why =
                "Entra repeats values after a restart of the job. A server that finds the group's own name taken refuses it in every "
                + "cycle.",
            Change = "When you look for another group with this name, leave out the group itself.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Patch(group, Name(group.Name))).Success();
            },
        },
        new()
        {
            Id = "groups.patch.taken-name",
            Title = "A rename to the name of another group is refused with 409",
            Rule = "RFC 7644 §3.5.2, §3.12",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Groups | Needs.Patch,
            Why = "A rename makes the two groups of one name that a POST may not make, and Entra can match neither.",
            Change = "Keep displayName unique on every write, not only on POST.",
            Steps = async run =>
            {
                var (first, second) = (await run.CreateGroup(), await run.CreateGroup());
                await CreateGroupChecks.NamesAreUnique(run, first);
                (await run.Patch(second, Name(first.Name))).Expect(409);
            },
        },
        new()
        {
            Id = "groups.patch.external-id",
            Title = "The externalId of a group is changed without a path",
            Rule = "SCIM Validator 'Patch Group - Replace Attributes'",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Attributes = ["Group:externalId"],
            Why = "Groups that are matched by externalId are lost when it cannot be changed.",
            Change = "Take externalId of groups in a PATCH as any other attribute.",
            Steps = async run =>
            {
                var (group, externalId) = (
                    await run.Create("/Groups", run.GroupJson($$"""{"externalId":"{{run.NewGuid()}}"}""")),
                    run.NewGuid()
                );
                (await run.Patch(group, $$$"""{"op":"replace","value":{"externalId":"{{{externalId}}}"}}""")).Success();
                (await run.Read(group)).Is("externalId", externalId);
            },
        },
        new()
        {
            Id = "groups.patch.unknown",
            Title = "A PATCH of a group that is not there is answered 404",
            Rule = "RFC 7644 §3.12",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Only a 404 tells Entra that the group is gone; a success hides that nothing was written.",
            Change = "Answer 404 to an id that no group has.",
            Steps = async run => (await run.Patch("/Groups/" + run.NewGuid(), Name(run.NewName()))).Expect(404),
        },
    ];

    static string Name(string name) => $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""";

    static Check Rename(string id, string title, string rule, Severity severity, string operation) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "The group keeps its old name in the app, and cannot be found under the new one.",
            Change = $"Carry out {operation.Replace("NEW", "New name", StringComparison.Ordinal)}.",
            Steps = async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.Patch(group, operation.Replace("NEW", name, StringComparison.Ordinal))).Success();
                (await run.Read(group)).Is("displayName", name);
            },
        };

    static Check KeepsMembers(string id, string title, string rule, Func<CheckRun, string> operation) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "All members lose access when the name of the group is corrected, and Entra does not send the members again.",
            Change = "Change only what the operation names: no 'members' in it means that they stay.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.CreateGroup(users);
                (await run.Patch(group, operation(run))).RequireSuccess();
                await run.ExpectMembers(group, users);
            },
        };
}
