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
        new()
        {
            Id = "okta.connect.groups",
            Title = "Okta's test of the connection gets a first page of groups",
            Rule = "docs.delinea.com Okta SCIM Endpoint Reference",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.IndexPaging | Needs.Groups,
            Why = "Okta does not save the connection, or offers no push of groups.",
            Change = "Answer GET /Groups?startIndex=1&count=100 with 200 and a list, also when there are no groups.",
            Steps = run => Page(run, "/Groups?startIndex=1&count=100", 100),
        },
        new()
        {
            Id = "okta.groups.push",
            Title = "A group that is pushed is created, without externalId and with no members",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Groups,
            Why = "The push fails.",
            Change = "Require nothing of a group but displayName, and answer 201 with the group.",
            Steps = async run => (await run.OktaPost("/Groups", run.GroupJson("""{"members":[]}"""))).Expect(201).Has("id"),
        },
        new()
        {
            Id = "okta.groups.push-members",
            Title = "A group that is pushed with members has them",
            Rule = "ory/polis#3136",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Groups,
            Why = WhyMembers,
            Change = "Store the members of a POST, and ignore their display.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.Create(
                    "/Groups",
                    run.GroupJson(
                        $$"""
                        {"members":[{"value":"{{users[0].Id}}","display":"{{users[0].Name}}"},
                        {"value":"{{users[1].Id}}","display":"{{users[1].Name}}"}]}
                        """
                    )
                );
                await run.ExpectMembers(group, users);
            },
        },
        new()
        {
            Id = "okta.groups.rename",
            Title = "A group is renamed by a value that holds its id too",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = "Every rename fails, and every change of members too: Okta sends this operation with each of them.",
            Change = "Ignore a readOnly attribute whose value is the present one.",
            Steps = async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.OktaPatch(group, Renames(group.Id, name))).Expect(200, 204);
                (await run.Read(group)).Is("displayName", name).Is("id", group.Id);
            },
        },
        new()
        {
            Id = "okta.groups.rename-members",
            Title = "That rename leaves the members alone",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = WhyMembers,
            Change = "Change only what the operation names.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.OktaPatch(group, Renames(group.Id, group.Name))).RequireSuccess();
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "okta.groups.remove-add",
            Title = "One request removes a user who is no member any more and adds another",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = "A user who was deleted already keeps all the others from being added.",
            Change = "Treat the removal of a user who is no member as done.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(3);
                var group = await run.CreateGroup(users[0]);
                (
                    await run.OktaPatch(
                        group,
                        $$"""{"op":"remove","path":"members[value eq \"{{users[1].Id}}\"]"}""",
                        $$"""{"op":"add","path":"members","value":[{"value":"{{users[2].Id}}","display":"{{users[2].Name}}"}]}"""
                    )
                ).Expect(200, 204);
                await run.ExpectMembers(group, users[0], users[2]);
            },
        },
        new()
        {
            Id = "okta.groups.push-now",
            Title = "'Push now' replaces all members",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = WhyMembers,
            Change = "Take a replace of members as the whole list.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(3);
                var group = await run.CreateGroup(users[0], users[1]);
                (
                    await run.OktaPatch(
                        group,
                        $$"""
                        {"op":"replace","path":"members",
                        "value":[{"value":"{{users[1].Id}}","display":"b"},{"value":"{{users[2].Id}}","display":"c"}]}
                        """
                    )
                ).Expect(200, 204);
                await run.ExpectMembers(group, users[1], users[2]);
            },
        },
        new()
        {
            Id = "okta.groups.push-now-empty",
            Title = "'Push now' of an empty group removes all members",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = "The former members keep their access.",
            Change = "Take a replace with an empty list as no members.",
            Steps = async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                (await run.OktaPatch(group, """{"op":"replace","path":"members","value":[]}""")).Expect(200, 204);
                await run.ExpectMembers(group);
            },
        },
        new()
        {
            Id = "okta.groups.put",
            Title = "Apps made with Okta's wizard get the whole group by PUT, and answer 200 with it",
            Rule = $"{Reference}; simpleidserver/SimpleIdServer#247",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Groups,
            Why = WhyMembers,
            Change = "Offer PUT on groups, and replace the members by it.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.CreateGroup(users[0]);
                var body = run.GroupJson(
                    $$"""
                    {"id":"{{group.Id}}","displayName":"{{group.Name}}",
                    "members":[{"value":"{{users[1].Id}}","display":"{{users[1].Name}}"}]}
                    """
                );
                (await run.OktaPut(group, body)).Expect(200).Is("id", group.Id);
                await run.ExpectMembers(group, users[1]);
            },
        },
        new()
        {
            Id = "okta.groups.unlink",
            Title = "A group that is unlinked is deleted, and its members keep their accounts",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Groups,
            Why = "The group stays in the app, or people lose their accounts with it.",
            Change = "Delete the group and its memberships, nothing else.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Delete(group.Path)).Expect(204);
                (await run.Get(user.Path)).Expect(200);
            },
        },
        new()
        {
            Id = "onelogin.groups.add",
            Title = "OneLogin adds a member, with an empty User-Agent and a media type without charset",
            Rule = "goauthentik/authentik#11249",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = "No member ever gets into a group.",
            Change = "Ask nothing of User-Agent and charset.",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                var reply = await run.Send(
                    "PATCH",
                    group.Path,
                    CheckRun.PatchOp(Adds(user)),
                    ("User-Agent", " "),
                    ("Content-Type", "application/scim+json")
                );
                reply.Expect(200, 204);
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "jumpcloud.groups.repeat",
            Title = "JumpCloud adds a member again and again",
            Rule = "Infisical/infisical#2138",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = "The second request fails, and the group is shown as out of step from then on.",
            Change = "Treat the addition of a present member as done.",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                (await run.Patch(group, Adds(user))).RequireSuccess();
                (await run.Patch(group, Adds(user))).Expect(200, 204);
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "authentik.groups.patch",
            Title = "authentik adds and removes members by values with a filter and a list",
            Rule = "goauthentik/authentik#16678",
            Severity = Should,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch | Needs.Groups,
            Why = WhyMembers,
            Change = "Remove exactly the members that the value lists.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(3);
                var group = await run.CreateGroup(users[0]);
                (
                    await run.Patch(
                        group,
                        $$"""{"op":"add","path":"members","value":[{"value":"{{users[1].Id}}"},{"value":"{{users[2].Id}}"}]}"""
                    )
                ).Expect(200, 204);
                (await run.Patch(group, $$"""{"op":"remove","path":"members","value":[{"value":"{{users[0].Id}}"}]}""")).Expect(200, 204);
                await run.ExpectMembers(group, users[1], users[2]);
            },
        },
    ];

    static string Renames(string id, string name) => $$$"""{"op":"replace","value":{"id":"{{{id}}}","displayName":"{{{name}}}"}}""";

    static string Adds(CreatedResource user) => $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""";
}
