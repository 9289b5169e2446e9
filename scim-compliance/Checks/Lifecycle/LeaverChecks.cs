using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Lifecycle;

/// <summary>What stays of a user who is disabled or deleted, and how such a user comes back.</summary>
static class LeaverChecks
{
    const string Soft = "entra-docs how-provisioning-works.md, Deprovisioning";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "lifecycle.disabled.readable",
            Title = "A disabled user is still read by id, with all values",
            Rule = $"{Soft}; SCIM Validator 'disable user'",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why = "To Entra a disabled account that cannot be read is lost (InvalidAnchor): it is never enabled again.",
            Change = "Treat active as a value like others; only DELETE removes a user.",
            Steps = async run =>
            {
                var user = await Disabled(run, """{"displayName":"Ada"}""");
                var read = (await run.Get(user.Path)).Expect(200).Is("id", user.Id).Is("userName", user.Name);
                if (user.Reply["displayName"] is { } name)
                    read.Is("displayName", name.DeepClone());
            },
        },
        new()
        {
            Id = "lifecycle.disabled.found",
            Title = "A disabled user is still found by userName",
            Rule = "entra-docs use-scim-to-provision-users-and-groups.md: 'active false' users must be returned",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Okta,
            Needs = Needs.Patch | Needs.Filter,
            Attributes = ["User:active"],
            Why = "Entra takes the person for new, tries to create a second account, and ends in a conflict every cycle.",
            Change = "Do not leave disabled users out of filters and lists.",
            Steps = async run =>
            {
                var user = await Disabled(run);
                var found = (await run.Find("/Users", $"userName eq \"{user.Name}\"")).RequireSuccess();
                found.That(
                    found.Resources.Any(other => other.At("id").Text() == user.Id),
                    "the disabled user in the list",
                    $"{found.Resources.Count} users"
                );
            },
        },
        new()
        {
            Id = "lifecycle.disabled.name-taken",
            Title = "The userName of a disabled user is not free",
            Rule = $"{Soft}; RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why = "When the first person is enabled again there are two accounts of one name.",
            Change = "Count disabled users in the check for uniqueness.",
            Steps = async run =>
            {
                var user = await Disabled(run);
                (await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}"}"""))).Expect(409);
            },
        },
        new()
        {
            Id = "lifecycle.disabled.changes",
            Title = "A disabled user can be changed",
            Rule = $"{Soft}: the link is kept while the account is disabled",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active", "User:displayName"],
            Why = "A name that changes during a leave stays wrong, or the change wakes the account up.",
            Change = "Take changes to a disabled user like any other, and leave active alone.",
            Steps = async run =>
            {
                var user = await Disabled(run, """{"displayName":"Before"}""");
                (await run.PatchAndRead(user, """{"op":"replace","path":"displayName","value":"After"}"""))
                    .Is("displayName", "After")
                    .Is("active", false);
            },
        },
        new()
        {
            Id = "lifecycle.restore.memberships",
            Title = "A user who is enabled again is in the groups of before",
            Rule = $"{Soft}: memberships are not sent again",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Patch | Needs.Groups,
            Attributes = ["User:active"],
            Why = "People who come back from leave have lost their rights, and Entra does not send memberships again.",
            Change = "Leave memberships alone when a user is enabled.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Patch(user, """{"op":"replace","path":"active","value":false}""")).RequireSuccess();
                if (!(await run.MemberIds(group)).Contains(user.Id))
                    throw new Blocked("the membership is not there while the user is disabled");
                (await run.Patch(user, """{"op":"replace","path":"active","value":true}""")).RequireSuccess();
                var members = await run.MemberIds(group);
                (await run.Read(group)).That(
                    members.Contains(user.Id),
                    "the user as a member",
                    $"{members.Length} members, and not the user"
                );
            },
        },
        new()
        {
            Id = "lifecycle.restore.soft",
            Title = "Disabled and enabled again, a user is the same as before",
            Rule = "App gallery harness, Restore_User_Test (soft delete)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why = "A person back from leave finds an account without its values, or a second one.",
            Change = "Change nothing but active when a user is disabled or enabled.",
            Steps = async run =>
            {
                var user = await Disabled(
                    run,
                    $$"""{"externalId":"{{run.NewName()}}","displayName":"Ada","name":{"givenName":"Ada","familyName":"Lovelace"} }"""
                );
                (await run.Patch(user, """{"op":"replace","path":"active","value":true}""")).RequireSuccess();
                var read = (await run.Read(user)).Is("id", user.Id).Is("userName", user.Name);
                foreach (var path in (string[])["externalId", "displayName", "name.givenName", "name.familyName"])
                    if (user.Reply[path] is { } value)
                        read.Is(path, value);
            },
        },
        new()
        {
            Id = "lifecycle.restore.hard",
            Title = "Disabled, deleted and created again, a user is active and new",
            Rule = "App gallery harness, Restore_User_Test (hard delete); RFC 7644 §3.6",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:active"],
            Why = "Someone who returns after thirty days meets a conflict, or inherits the state of the old account.",
            Change = "After a DELETE let the same userName and externalId be created afresh, with nothing of the old account.",
            Steps = async run =>
            {
                var shared = run.NewName();
                var user = await Disabled(run, $$"""{"externalId":"{{shared}}","title":"Old"}""");
                (await run.Delete(user.Path)).RequireSuccess();
                var again = (
                    await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}","externalId":"{{shared}}"}"""))
                ).SuccessWithResource();
                again.Is("active", true).Lacks("title");
            },
        },
    ];

    static async Task<CreatedResource> Disabled(CheckRun run, string members = "{}")
    {
        var user = await run.CreateUser(members);
        (await run.Patch(user, """{"op":"replace","path":"active","value":false}""")).RequireSuccess();
        return user;
    }
}
