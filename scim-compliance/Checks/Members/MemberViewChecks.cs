using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>How members are shown, and what becomes of them when user or group changes.</summary>
static class MemberViewChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            "members.view.ref",
            "$ref of a member is the address of the user",
            "RFC 7643 §4.2",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User();
                var reply = (await t.Read(await t.Group(user))).Has("members[0].$ref");
                reply.That(
                    reply["members[0].$ref"].Text().EndsWith(user.Path, StringComparison.Ordinal),
                    $"an address that ends in {user.Path}",
                    reply["members[0].$ref"].Text()
                );
            }
        )
        {
            Why = "Clients that follow the reference need no guess whether the member is a user or a group.",
            Change = "Return $ref with each member: the address of the resource.",
            Needs = Needs.Groups,
            Attributes = ["Group:members.$ref"],
        },
        Type("user", "A member who is a user is shown with type User", "User", t => t.User()),
        Type("group", "A member that is a group is shown with type Group", "Group", Nested),
        new(
            "members.view.display",
            "A member is shown with a name for people",
            "RFC 7643 §4.2",
            Advice,
            Profiles.Rfc,
            async t => (await t.Read(await t.Group(await t.User()))).Has("members[0].display")
        )
        {
            Why = "Somebody who reads the group sees ids only.",
            Change = "Return display with each member.",
            Needs = Needs.Groups,
            Attributes = ["Group:members.display"],
        },
        new(
            "members.view.user-groups",
            "The groups of a user show the group",
            "RFC 7643 §4.1.2",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                var reply = await t.Read(user);
                reply.That(Shows(reply, group), $"groups holds the group {group.Id}", Reply.Shown(reply["groups"]));
            }
        )
        {
            Why = "Clients that read access from the user see none.",
            Change = "Compute 'groups' of a user from the memberships when it is read.",
            Needs = Needs.Groups,
            Attributes = ["User:groups"],
        },
        new(
            "members.view.user-groups-left",
            "The groups of a user do not show a group that was left",
            "RFC 7643 §4.1.2",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                if (!Shows(await t.Read(user), group))
                    throw new NotOffered("Users do not show their groups");
                (await t.Patch(group, $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}""")).Prepared();
                await t.Holds(group);
                var reply = await t.Read(user);
                reply.That(!Shows(reply, group), "groups does not hold the group any more", Reply.Shown(reply["groups"]));
            }
        )
        {
            Why = "An app that reads access from the user grants what was taken away.",
            Change = "Compute 'groups' of a user from the memberships when it is read.",
            Needs = Needs.Groups | Needs.Patch,
            Attributes = ["User:groups"],
        },
        new(
            "members.view.user-groups-read-only",
            "Writing groups of a user makes nobody a member",
            "RFC 7643 §4.1.2: groups is readOnly",
            Must,
            Profiles.Rfc,
            async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                _ = await t.Patch(user, $$"""{"op":"add","path":"groups","value":[{"value":"{{group.Id}}"}]}""");
                await t.Holds(group);
            }
        )
        {
            Why = "Whoever may write users can give access that only a group's owner should give.",
            Change = "Ignore or refuse 'groups' in every write of a user (400 mutability).",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.life.disabled",
            "A disabled user stays in the group",
            "entra-docs how-provisioning-works.md",
            Must,
            Profiles.Entra | Profiles.Okta,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                (await t.Patch(user, """{"op":"replace","path":"active","value":false}""")).Prepared();
                await t.Holds(group, user);
            }
        )
        {
            Why = "When the user comes back, Entra sends 'active' only, and never the memberships: the access is lost for good.",
            Change = "Keep the memberships of a user who is not active.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.life.renamed",
            "A user who gets another userName stays in the group",
            "RFC 7643 §4.2: a member is its id",
            Must,
            Profiles.All,
            async t =>
            {
                t.CanRename();
                var user = await t.User();
                var group = await t.Group(user);
                (await t.Patch(user, $$"""{"op":"replace","path":"userName","value":"{{t.NewUserName()}}"}""")).Prepared();
                await t.Holds(group, user);
            }
        )
        {
            Why = "People who marry lose their access.",
            Change = "Keep memberships by id, not by name.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.life.external-id",
            "A group that gets another externalId keeps its members",
            "SCIM Validator 'Patch Group - Replace Attributes'",
            Must,
            Profiles.Entra,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                (await t.Patch(group, $$$"""{"op":"replace","value":{"externalId":"{{{t.NewGuid()}}}"}}""")).Prepared();
                await t.Holds(group, user);
            }
        )
        {
            Why = "A change of the matching attribute empties every group.",
            Change = "Change only what the operation names.",
            Needs = Needs.Groups | Needs.Patch,
            Attributes = ["Group:externalId"],
        },
        Deleted("user", "A deleted user is no member any more", t => t.User()),
        Deleted("group", "A deleted group is no member of another any more", Nested),
        new(
            "members.filter.legacy",
            "The filter 'id eq … and members eq …' says whether somebody is a member",
            "azure-docs (2016 to 2021 revisions of the tutorial)",
            Advice,
            Profiles.Entra,
            async t =>
            {
                var users = await t.Users(2);
                var group = await t.Group(users[0]);
                (await t.Find("/Groups", $"id eq \"{group.Id}\" and members eq \"{users[0].Id}\"", "attributes=id"))
                    .Expect(200)
                    .Count("Resources", 1);
                (await t.Find("/Groups", $"id eq \"{group.Id}\" and members eq \"{users[1].Id}\"", "attributes=id"))
                    .Expect(200)
                    .Count("Resources", 0);
            }
        )
        {
            Why = "Older provisioning jobs ask it before they change a membership.",
            Change = "Compare 'members' in a filter with the ids of the members.",
            Needs = Needs.Groups | Needs.Filter,
        },
    ];

    /// <exception cref="NotOffered">Groups cannot be members here, as the RFC lets a server decide.</exception>
    static async Task<Made> Nested(Trial t)
    {
        var (outer, inner) = (await t.Group(), await t.Group());
        await t.Patch(outer, $$"""{"op":"add","path":"members","value":[{"value":"{{inner.Id}}"}]}""");
        return (await t.Members(outer)).Contains(inner.Id) ? inner : throw new NotOffered("The server takes no group as a member");
    }

    static bool Shows(Reply user, Made group) => user["groups"].Items().Any(shown => shown.At("value").Text() == group.Id);

    static Check Type(string id, string title, string expected, Func<Trial, Task<Made>> member) =>
        new(
            $"members.view.type-{id}",
            title,
            "RFC 7643 §4.2",
            Advice,
            Profiles.Rfc,
            async t =>
            {
                var made = await member(t);
                (await t.Read(await t.Group(made))).Is("members[0].type", expected);
            }
        )
        {
            Why = "A client cannot tell whether the id is that of a user or of a group within the group.",
            Change = "Return type with each member, \"User\" or \"Group\".",
            Needs = Needs.Groups,
            Attributes = ["Group:members.type"],
        };

    static Check Deleted(string id, string title, Func<Trial, Task<Made>> member) =>
        new(
            $"members.life.deleted-{id}",
            title,
            "RFC 7644 §3.6; RFC 7643 §4.2: a member is a SCIM resource",
            Should,
            Profiles.Rfc | Profiles.Entra,
            async t =>
            {
                var (gone, stays) = (await member(t), await t.User());
                var group = await t.Group(gone, stays);
                (await t.Delete(gone.Path)).Prepared();
                if ((await t.Get(gone.Path)).IsSuccess)
                    throw new Blocked("What was deleted can still be read");
                await t.Holds(group, stays);
            }
        )
        {
            Why = "The app counts and shows members who do not exist any more.",
            Change = "Delete the memberships together with the resource.",
            Needs = Needs.Groups,
        };
}
