using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary><c>PUT</c> and <c>DELETE /Groups/{id}</c> (RFC 7644 §3.5.1, §3.6).</summary>
static class PutGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "groups.put.name",
            Title = "A group that is PUT is answered 200 with the group, and has the new name",
            Rule = "RFC 7644 §3.5.1",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Okta,
            Needs = Needs.Groups,
            Why = "Okta and others update groups with PUT only.",
            Change = "Offer PUT on groups, and answer it with 200 and the group.",
            Steps = async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.Put(group.Path, run.GroupJson($$"""{"id":"{{group.Id}}","displayName":"{{name}}","members":[]}""")))
                    .Expect(200)
                    .Is("id", group.Id);
                (await run.Read(group)).Is("displayName", name);
            },
        },
        new()
        {
            Id = "groups.put.members",
            Title = "The members of a group that is PUT are exactly those sent",
            Rule = "RFC 7644 §3.5.1",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Okta,
            Needs = Needs.Groups,
            Why = "A removed member keeps access, or an added one gets none.",
            Change = "Replace the whole list of members on a PUT.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(3);
                var group = await run.CreateGroup(users[0], users[1]);
                var body = run.GroupJson(
                    $$"""
                    {"id":"{{group.Id}}","displayName":"{{group.Name}}",
                    "members":[{"value":"{{users[1].Id}}"},{"value":"{{users[2].Id}}"}]}
                    """
                );
                (await run.Put(group.Path, body)).RequireKnownMethod().Success();
                await run.ExpectMembers(group, users[1], users[2]);
            },
        },
        new()
        {
            Id = "groups.put.unknown",
            Title = "A PUT of a group that is not there is answered 404",
            Rule = "RFC 7644 §3.5.1: PUT must not create",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Why = "A client takes any other answer for a fault, or believes that it was written.",
            Change = "Answer 404, and create nothing.",
            Steps = async run => (await run.Put("/Groups/" + run.NewGuid(), run.GroupJson())).RequireKnownMethod().Expect(404),
        },
        new()
        {
            Id = "groups.delete.status",
            Title = "A group is deleted with 204",
            Rule = "RFC 7644 §3.6",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "Anything else is noted as an error, and the deletion is tried again in every cycle.",
            Change = "Answer 204 without a body.",
            Steps = async run => (await run.Delete((await run.CreateGroup()).Path)).Expect(204),
        },
        AfterDelete(
            id: "groups.delete.get",
            title: "A deleted group is gone: reading it is answered 404",
            rule: "RFC 7644 §3.6; SCIM Validator 'Delete a Group'",
            severity: Must,
            ask: (run, group) => run.Get(group.Path)
        ),
        AfterDelete(
            id: "groups.delete.twice",
            title: "Deleting a group twice is answered 404",
            rule: "RFC 7644 §3.6; SCIM Validator 'Delete the same Group twice'",
            severity: Must,
            ask: (run, group) => run.Delete(group.Path)
        ),
        AfterDelete(
            id: "groups.delete.patch",
            title: "A PATCH of a deleted group is answered 404",
            rule: "RFC 7644 §3.6",
            severity: Must,
            needs: Needs.Patch,
            ask: (run, group) => run.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{run.NewName()}}"}""")
        ),
        new()
        {
            Id = "groups.delete.unknown",
            Title = "Deleting a group that was never there is answered 404",
            Rule = "RFC 7644 §3.6; SCIM Validator 'Delete a non-existent Group'",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "The SCIM Validator and other clients tell by it whether the id was right.",
            Change = "Answer 404 to an id that no group has.",
            Steps = async run => (await run.Delete("/Groups/" + run.NewGuid())).Expect(404),
        },
        new()
        {
            Id = "groups.delete.found",
            Title = "A deleted group is found by no filter",
            Rule = "RFC 7644 §3.6",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Filter,
            Why = "Entra matches the group that comes back with the dead one, and every write to it then fails.",
            Change = "Leave deleted groups out of every answer.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).RequireSuccess();
                var found = (await run.Find("/Groups", $"displayName eq \"{group.Name}\"")).RequireSuccess();
                found.That(
                    !found.Resources.Any(resource => resource.At("id").Text() == group.Id),
                    "the deleted group is not found",
                    "it is"
                );
            },
        },
        new()
        {
            Id = "groups.delete.again",
            Title = "A deleted group's name is free: it can be created again, with an id of its own",
            Rule =
                "RFC 7644 §3.6 (SHOULD NOT consider the deleted resource in conflict calculation); App gallery harness, test 14 (optional)",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "A group that is assigned to the app again can never be created: 409 in every cycle.",
            Change = "Free the name when a group is deleted.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).RequireSuccess();
                var again = (await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{group.Name}}"}"""))).Success();
                again.That(again["id"].Text() != group.Id, "a new id", "the id of the deleted group");
            },
        },
        new()
        {
            Id = "groups.delete.users",
            Title = "Deleting a group leaves its members' accounts alone",
            Rule = "RFC 7644 §3.6",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "People lose their accounts because a group was cleared away.",
            Change = "Delete the memberships with a group, never the members.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Delete((await run.CreateGroup(user)).Path)).RequireSuccess();
                (await run.Get(user.Path)).Expect(200);
            },
        },
    ];

    static Check AfterDelete(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<CheckRun, CreatedResource, Task<Reply>> ask,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Groups | needs,
            Why = "A client believes that the group is still there, and goes on writing to it.",
            Change = "Answer 404 to everything about a group that was deleted.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).RequireSuccess();
                (await ask(run, group)).Expect(404);
            },
        };
}
