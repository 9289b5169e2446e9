using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary><c>PUT</c> and <c>DELETE /Groups/{id}</c> (RFC 7644 §3.5.1, §3.6).</summary>
static class PutGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            "groups.put.name",
            "A group that is PUT is answered 200 with the group, and has the new name",
            "RFC 7644 §3.5.1",
            Must,
            Profiles.Rfc | Profiles.Okta,
            async t =>
            {
                var (group, name) = (await t.Group(), t.NewName());
                (await t.Put(group.Path, t.GroupJson($$"""{"id":"{{group.Id}}","displayName":"{{name}}","members":[]}""")))
                    .Expect(200)
                    .Is("id", group.Id);
                (await t.Read(group)).Is("displayName", name);
            }
        )
        {
            Why = "Okta and others update groups with PUT only.",
            Change = "Offer PUT on groups, and answer it with 200 and the group.",
            Needs = Needs.Groups,
        },
        new(
            "groups.put.members",
            "The members of a group that is PUT are exactly those sent",
            "RFC 7644 §3.5.1",
            Must,
            Profiles.Rfc | Profiles.Okta,
            async t =>
            {
                var users = await t.Users(3);
                var group = await t.Group(users[0], users[1]);
                var body = t.GroupJson(
                    $$"""{"id":"{{group.Id}}","displayName":"{{group.Name}}","members":[{"value":"{{users[1].Id}}"},{"value":"{{users[2].Id}}"}]}"""
                );
                (await t.Put(group.Path, body)).Known().Success();
                await t.Holds(group, users[1], users[2]);
            }
        )
        {
            Why = "Who was removed keeps access, or who was added gets none.",
            Change = "Replace the whole list of members on a PUT.",
            Needs = Needs.Groups,
        },
        new(
            "groups.put.unknown",
            "A PUT of a group that is not there is answered 404",
            "RFC 7644 §3.5.1: PUT must not create",
            Must,
            Profiles.Rfc,
            async t => (await t.Put("/Groups/" + t.NewGuid(), t.GroupJson())).Known().Expect(404)
        )
        {
            Why = "A client takes any other answer for a fault, or believes that it was written.",
            Change = "Answer 404, and create nothing.",
            Needs = Needs.Groups,
        },
        new(
            "groups.delete.status",
            "A group is deleted with 204",
            "RFC 7644 §3.6",
            Must,
            Profiles.All,
            async t => (await t.Delete((await t.Group()).Path)).Expect(204)
        )
        {
            Why = "Anything else is noted as an error, and the deletion is tried again in every cycle.",
            Change = "Answer 204 without a body.",
            Needs = Needs.Groups,
        },
        AfterDelete(
            "get",
            "A deleted group is gone: reading it is answered 404",
            "RFC 7644 §3.6; SCIM Validator 'Delete a Group'",
            Must,
            (t, group) => t.Get(group.Path)
        ),
        AfterDelete(
            "twice",
            "Deleting a group twice is answered 404",
            "RFC 7644 §3.6; SCIM Validator 'Delete the same Group twice'",
            Must,
            (t, group) => t.Delete(group.Path)
        ),
        AfterDelete(
            "patch",
            "A PATCH of a deleted group is answered 404",
            "RFC 7644 §3.6",
            Must,
            (t, group) => t.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{t.NewName()}}"}"""),
            Needs.Patch
        ),
        new(
            "groups.delete.unknown",
            "Deleting a group that was never there is answered 404",
            "RFC 7644 §3.6; SCIM Validator 'Delete a non-existent Group'",
            Must,
            Profiles.All,
            async t => (await t.Delete("/Groups/" + t.NewGuid())).Expect(404)
        )
        {
            Why = "The SCIM Validator and other clients tell by it whether the id was right.",
            Change = "Answer 404 to an id that no group has.",
            Needs = Needs.Groups,
        },
        new(
            "groups.delete.found",
            "A deleted group is found by no filter",
            "RFC 7644 §3.6",
            Must,
            Profiles.All,
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Prepared();
                var found = (await t.Find("/Groups", $"displayName eq \"{group.Name}\"")).Prepared();
                found.That(
                    !found.Resources.Any(resource => resource.At("id").Text() == group.Id),
                    "the deleted group is not found",
                    "it is"
                );
            }
        )
        {
            Why = "Entra matches the group that comes back with the dead one, and every write to it then fails.",
            Change = "Leave deleted groups out of every answer.",
            Needs = Needs.Groups | Needs.Filter,
        },
        new(
            "groups.delete.again",
            "A deleted group's name is free: it can be created again, with an id of its own",
            "RFC 7644 §3.6 (SHOULD NOT consider the deleted resource in conflict calculation); App gallery harness, test 14 (optional)",
            Should,
            Profiles.All,
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Prepared();
                var again = (await t.Post("/Groups", t.GroupJson($$"""{"displayName":"{{group.Name}}"}"""))).Success();
                again.That(again["id"].Text() != group.Id, "a new id", "the id of the deleted group");
            }
        )
        {
            Why = "A group that is assigned to the app again can never be created: 409 in every cycle.",
            Change = "Free the name when a group is deleted.",
            Needs = Needs.Groups,
        },
        new(
            "groups.delete.users",
            "Deleting a group leaves its members' accounts alone",
            "RFC 7644 §3.6",
            Must,
            Profiles.All,
            async t =>
            {
                var user = await t.User();
                (await t.Delete((await t.Group(user)).Path)).Prepared();
                (await t.Get(user.Path)).Expect(200);
            }
        )
        {
            Why = "People lose their accounts because a group was cleared away.",
            Change = "Delete the memberships with a group, never the members.",
            Needs = Needs.Groups,
        },
    ];

    static Check AfterDelete(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<Trial, Made, Task<Reply>> ask,
        Needs needs = Needs.Nothing
    ) =>
        new(
            $"groups.delete.{id}",
            title,
            rule,
            severity,
            Profiles.All,
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Prepared();
                (await ask(t, group)).Expect(404);
            }
        )
        {
            Why = "A client believes that the group is still there, and goes on writing to it.",
            Change = "Answer 404 to everything about a group that was deleted.",
            Needs = Needs.Groups | needs,
        };
}
