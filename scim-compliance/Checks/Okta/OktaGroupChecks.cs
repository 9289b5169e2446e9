using static ScimCompliance.Checks.Okta.OktaClient;
using static ScimCompliance.Checks.Okta.OktaUserChecks;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Okta;

/// <summary>How Okta pushes groups, and what OneLogin, JumpCloud and authentik send for groups.</summary>
static class OktaGroupChecks
{
    const string WhyMembers = "The group in the app has other members than the one in Okta.";

    public static IReadOnlyList<Check> All { get; } =
    [
        OfGroup(
            "okta.connect.groups",
            "Okta's test of the connection gets a first page of groups",
            "docs.delinea.com Okta SCIM Endpoint Reference",
            Must,
            t => Page(t, "/Groups?startIndex=1&count=100", 100),
            "Okta does not save the connection, or offers no push of groups.",
            "Answer GET /Groups?startIndex=1&count=100 with 200 and a list, also when there are no groups.",
            Needs.IndexPaging
        ),
        OfGroup(
            "okta.groups.push",
            "A group that is pushed is created, without externalId and with no members",
            Reference,
            Must,
            async t => (await t.OktaPost("/Groups", t.GroupJson("""{"members":[]}"""))).Expect(201).Has("id"),
            "The push fails.",
            "Require nothing of a group but displayName, and answer 201 with the group."
        ),
        OfGroup(
            "okta.groups.push-members",
            "A group that is pushed with members has them",
            "ory/polis#3136",
            Must,
            async t =>
            {
                var users = await t.Users(2);
                var group = await t.Make(
                    "/Groups",
                    t.GroupJson(
                        $$"""{"members":[{"value":"{{users[0].Id}}","display":"{{users[0].Name}}"},{"value":"{{users[1].Id}}","display":"{{users[1].Name}}"}]}"""
                    )
                );
                await t.Holds(group, users);
            },
            WhyMembers,
            "Store the members of a POST, and ignore their display."
        ),
        OfGroup(
            "okta.groups.rename",
            "A group is renamed by a value that holds its id too",
            Reference,
            Must,
            async t =>
            {
                var (group, name) = (await t.Group(), t.NewName());
                (await t.OktaPatch(group, Renames(group.Id, name))).Expect(200, 204);
                (await t.Read(group)).Is("displayName", name).Is("id", group.Id);
            },
            "Every rename fails, and every change of members too: Okta sends this operation with each of them.",
            "Ignore a readOnly attribute whose value is the present one.",
            Needs.Patch
        ),
        OfGroup(
            "okta.groups.rename-members",
            "That rename leaves the members alone",
            Reference,
            Must,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                (await t.OktaPatch(group, Renames(group.Id, group.Name))).Prepared();
                await t.Holds(group, user);
            },
            WhyMembers,
            "Change only what the operation names.",
            Needs.Patch
        ),
        OfGroup(
            "okta.groups.remove-add",
            "One request removes somebody who is not in any more and adds another",
            Reference,
            Must,
            async t =>
            {
                var users = await t.Users(3);
                var group = await t.Group(users[0]);
                (
                    await t.OktaPatch(
                        group,
                        $$"""{"op":"remove","path":"members[value eq \"{{users[1].Id}}\"]"}""",
                        $$"""{"op":"add","path":"members","value":[{"value":"{{users[2].Id}}","display":"{{users[2].Name}}"}]}"""
                    )
                ).Expect(200, 204);
                await t.Holds(group, users[0], users[2]);
            },
            "One who left already keeps all the others from getting in.",
            "Take the removal of somebody who is not a member as done.",
            Needs.Patch
        ),
        OfGroup(
            "okta.groups.push-now",
            "'Push now' replaces all members",
            Reference,
            Must,
            async t =>
            {
                var users = await t.Users(3);
                var group = await t.Group(users[0], users[1]);
                (
                    await t.OktaPatch(
                        group,
                        $$"""{"op":"replace","path":"members","value":[{"value":"{{users[1].Id}}","display":"b"},{"value":"{{users[2].Id}}","display":"c"}]}"""
                    )
                ).Expect(200, 204);
                await t.Holds(group, users[1], users[2]);
            },
            WhyMembers,
            "Take a replace of members as the whole list.",
            Needs.Patch
        ),
        OfGroup(
            "okta.groups.push-now-empty",
            "'Push now' of an empty group takes everybody out",
            Reference,
            Must,
            async t =>
            {
                var group = await t.Group(await t.User());
                (await t.OktaPatch(group, """{"op":"replace","path":"members","value":[]}""")).Expect(200, 204);
                await t.Holds(group);
            },
            "Everybody keeps access through a group that has no members any more.",
            "Take a replace with an empty list as no members.",
            Needs.Patch
        ),
        OfGroup(
            "okta.groups.put",
            "Apps made with Okta's wizard get the whole group by PUT, and answer 200 with it",
            $"{Reference}; simpleidserver/SimpleIdServer#247",
            Must,
            async t =>
            {
                var users = await t.Users(2);
                var group = await t.Group(users[0]);
                var body = t.GroupJson(
                    $$"""{"id":"{{group.Id}}","displayName":"{{group.Name}}","members":[{"value":"{{users[1].Id}}","display":"{{users[1].Name}}"}]}"""
                );
                (await t.OktaPut(group, body)).Expect(200).Is("id", group.Id);
                await t.Holds(group, users[1]);
            },
            WhyMembers,
            "Offer PUT on groups, and replace the members by it."
        ),
        OfGroup(
            "okta.groups.unlink",
            "A group that is unlinked is deleted, and its members keep their accounts",
            Reference,
            Must,
            async t =>
            {
                var user = await t.User();
                var group = await t.Group(user);
                (await t.Delete(group.Path)).Expect(204);
                (await t.Get(user.Path)).Expect(200);
            },
            "The group stays in the app, or people lose their accounts with it.",
            "Delete the group and its memberships, nothing else."
        ),
        OfGroup(
            "onelogin.groups.add",
            "OneLogin adds a member, with an empty User-Agent and a media type without charset",
            "goauthentik/authentik#11249",
            Must,
            async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                var reply = await t.Send(
                    "PATCH",
                    group.Path,
                    Trial.PatchOp(Adds(user)),
                    ("User-Agent", " "),
                    ("Content-Type", "application/scim+json")
                );
                reply.Expect(200, 204);
                await t.Holds(group, user);
            },
            "No member ever gets into a group.",
            "Ask nothing of User-Agent and charset.",
            Needs.Patch
        ),
        OfGroup(
            "jumpcloud.groups.repeat",
            "JumpCloud adds a member again and again",
            "Infisical/infisical#2138",
            Must,
            async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                (await t.Patch(group, Adds(user))).Prepared();
                (await t.Patch(group, Adds(user))).Expect(200, 204);
                await t.Holds(group, user);
            },
            "The second request fails, and the group is shown as out of step for ever.",
            "Take the addition of a member who is in already as done.",
            Needs.Patch
        ),
        OfGroup(
            "authentik.groups.patch",
            "authentik adds and removes members by values with a filter and a list",
            "goauthentik/authentik#16678",
            Should,
            async t =>
            {
                var users = await t.Users(3);
                var group = await t.Group(users[0]);
                (
                    await t.Patch(
                        group,
                        $$"""{"op":"add","path":"members","value":[{"value":"{{users[1].Id}}"},{"value":"{{users[2].Id}}"}]}"""
                    )
                ).Expect(200, 204);
                (await t.Patch(group, $$"""{"op":"remove","path":"members","value":[{"value":"{{users[0].Id}}"}]}""")).Expect(200, 204);
                await t.Holds(group, users[1], users[2]);
            },
            WhyMembers,
            "Remove exactly those who are listed in the value.",
            Needs.Patch
        ),
    ];

    static string Renames(string id, string name) => $$$"""{"op":"replace","value":{"id":"{{{id}}}","displayName":"{{{name}}}"}}""";

    static string Adds(Made user) => $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""";

    static Check OfGroup(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<Trial, Task> run,
        string why,
        string change,
        Needs needs = Needs.Nothing
    ) => Of(id, title, rule, severity, run, why, change, needs | Needs.Groups);
}
