using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>How members are shown, and what happens to them when a user or group changes.</summary>
static class MemberViewChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "members.view.ref",
            Title = "$ref of a member is the address of the user",
            Rule = "RFC 7643 §4.2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Attributes = ["Group:members.$ref"],
            Why = "Clients that follow the reference need no guess whether the member is a user or a group.",
            Change = "Return $ref with each member: the address of the resource.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = (await run.Read(await run.CreateGroup(user))).Has("members[0].$ref");
                reply.That(
                    reply["members[0].$ref"].Text().EndsWith(user.Path, StringComparison.Ordinal),
                    $"an address that ends in {user.Path}",
                    reply["members[0].$ref"].Text()
                );
            },
        },
        TypeOfMember(
            id: "members.view.type-user",
            title: "A member who is a user is shown with type User",
            expected: "User",
            member: run => run.CreateUser()
        ),
        TypeOfMember(
            id: "members.view.type-group",
            title: "A member that is a group is shown with type Group",
            expected: "Group",
            member: Nested
        ),
        new()
        {
            Id = "members.view.display",
            Title = "A member is shown with a name for people",
            Rule = "RFC 7643 §4.2",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Attributes = ["Group:members.display"],
            Why = "People who look at the group see ids only.",
            Change = "Return display with each member.",
            Steps = async run => (await run.Read(await run.CreateGroup(await run.CreateUser()))).Has("members[0].display"),
        },
        new()
        {
            Id = "members.view.user-groups",
            Title = "The groups of a user show the group",
            Rule = "RFC 7643 §4.1.2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Attributes = ["User:groups"],
            Why = "Clients that read access from the user see none.",
            Change = "Compute 'groups' of a user from the memberships when it is read.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                var reply = await run.Read(user);
                reply.That(Shows(reply, group), $"groups holds the group {group.Id}", Reply.Describe(reply["groups"]));
            },
        },
        new()
        {
            Id = "members.view.user-groups-left",
            Title = "The groups of a user do not show a group that was left",
            Rule = "RFC 7643 §4.1.2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Attributes = ["User:groups"],
            Why = "An app that reads access from the user grants what was taken away.",
            Change = "Compute 'groups' of a user from the memberships when it is read.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                if (!Shows(await run.Read(user), group))
                    throw new NotOffered("Users do not show their groups");
                (await run.Patch(group, $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}""")).RequireSuccess();
                await run.ExpectMembers(group);
                var reply = await run.Read(user);
                reply.That(!Shows(reply, group), "groups does not hold the group any more", Reply.Describe(reply["groups"]));
            },
        },
        new()
        {
            Id = "members.view.user-groups-read-only",
            Title = "Writing the groups of a user adds no membership",
            Rule = "RFC 7643 §4.1.2: groups is readOnly",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "A client that may write users could give access that only a group's owner should give.",
            Change = "Ignore or refuse 'groups' in every write of a user (400 mutability).",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                _ = await run.Patch(user, $$"""{"op":"add","path":"groups","value":[{"value":"{{group.Id}}"}]}""");
                await run.ExpectMembers(group);
            },
        },
        new()
        {
            Id = "members.life.disabled",
            Title = "A disabled user stays in the group",
            Rule = "entra-docs how-provisioning-works.md",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Okta,
            Needs = Needs.Groups | Needs.Patch,
            Why = "When the user comes back, Entra sends 'active' only, and never the memberships: the access is lost for good.",
            Change = "Keep the memberships of a user who is not active.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Patch(user, """{"op":"replace","path":"active","value":false}""")).RequireSuccess();
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "members.life.renamed",
            Title = "A user who gets another userName stays in the group",
            Rule = "RFC 7643 §4.2: a member is its id",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "People who marry lose their access.",
            Change = "Keep memberships by id, not by name.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Patch(user, $$"""{"op":"replace","path":"userName","value":"{{run.NewUserName()}}"}""")).RequireSuccess();
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "members.life.external-id",
            Title = "A group that gets another externalId keeps its members",
            Rule = "SCIM Validator 'Patch Group - Replace Attributes'",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups | Needs.Patch,
            Attributes = ["Group:externalId"],
            Why = "A change of the matching attribute empties every group.",
            Change = "Change only what the operation names.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Patch(group, $$$"""{"op":"replace","value":{"externalId":"{{{run.NewGuid()}}}"}}""")).RequireSuccess();
                await run.ExpectMembers(group, user);
            },
        },
        MemberDeleted(id: "members.life.deleted-user", title: "A deleted user is no member any more", member: run => run.CreateUser()),
        MemberDeleted(id: "members.life.deleted-group", title: "A deleted group is no member of another any more", member: Nested),
        new()
        {
            Id = "members.filter.legacy",
            Title = "The filter 'id eq … and members eq …' says whether a user is a member",
            Rule = "azure-docs (2016 to 2021 revisions of the tutorial)",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups | Needs.Filter,
            Why = "Older provisioning jobs ask it before they change a membership.",
            Change = "Compare 'members' in a filter with the ids of the members.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.CreateGroup(users[0]);
                (await run.Find("/Groups", $"id eq \"{group.Id}\" and members eq \"{users[0].Id}\"", "attributes=id"))
                    .Expect(200)
                    .Count("Resources", 1);
                (await run.Find("/Groups", $"id eq \"{group.Id}\" and members eq \"{users[1].Id}\"", "attributes=id"))
                    .Expect(200)
                    .Count("Resources", 0);
            },
        },
    ];

    /// <exception cref="NotOffered">The server does not allow groups as members, which is its choice.</exception>
    static async Task<CreatedResource> Nested(CheckRun run)
    {
        var (outer, inner) = (await run.CreateGroup(), await run.CreateGroup());
        await run.Patch(outer, $$"""{"op":"add","path":"members","value":[{"value":"{{inner.Id}}"}]}""");
        return (await run.MemberIds(outer)).Contains(inner.Id) ? inner : throw new NotOffered("The server takes no group as a member");
    }

    static bool Shows(Reply user, CreatedResource group) => user["groups"].Items().Any(shown => shown.At("value").Text() == group.Id);

    static Check TypeOfMember(string id, string title, string expected, Func<CheckRun, Task<CreatedResource>> member) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7643 §4.2",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Attributes = ["Group:members.type"],
            Why = "A client cannot tell whether the id is that of a user or of a group within the group.",
            Change = "Return type with each member, \"User\" or \"Group\".",
            Steps = async run =>
            {
                var made = await member(run);
                (await run.Read(await run.CreateGroup(made))).Is("members[0].type", expected);
            },
        };

    static Check MemberDeleted(string id, string title, Func<CheckRun, Task<CreatedResource>> member) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.6; RFC 7643 §4.2: a member is a SCIM resource",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Groups,
            Why = "The app counts and shows members who do not exist any more.",
            Change = "Delete the memberships together with the resource.",
            Steps = async run =>
            {
                var (gone, stays) = (await member(run), await run.CreateUser());
                var group = await run.CreateGroup(gone, stays);
                (await run.Delete(gone.Path)).RequireSuccess();
                if ((await run.Get(gone.Path)).IsSuccess)
                    throw new Blocked("What was deleted can still be read");
                await run.ExpectMembers(group, stays);
            },
        };
}
