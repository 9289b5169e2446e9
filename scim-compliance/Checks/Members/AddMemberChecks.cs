using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>Every way in which clients add members to a group (RFC 7644 §3.5.2.1).</summary>
static class AddMemberChecks
{
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";
    const string Repeats = "learn.microsoft.com/answers/questions/471809; Infisical/infisical#6471";
    const string Rfc = "RFC 7644 §3.5.2.1";
    const string Why =
        "People who were given access do not get it, or stay in after they were removed once; what fails is tried again in every cycle.";
    const string Change =
        "Accept every form of naming members that clients use, add the named ones, keep the others, and have no member twice.";

    static readonly MemberPatchCase[] Shapes =
    [
        new()
        {
            Id = "members.add.one",
            Title = "A member is added with a list of one value, as Entra does",
            Rule = Tutorial,
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"Add","path":"members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.ref-null",
            Title = "A member is added also when $ref is null beside its value",
            Rule = Tutorial,
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"Add","path":"members","value":[{"$ref":null,"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.flag",
            Title = "A member is added with the lower-case operation of aadOptscim062020",
            Rule = "entra-docs application-provisioning-config-problem-scim-compatibility.md",
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.several",
            Title = "Several members are added by one operation",
            Rule = $"{Tutorial} (gallery checklist)",
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{b}"},{"value":"{c}"}]}"""],
            After = "abc",
        },
        new()
        {
            Id = "members.add.two-operations",
            Title = "Members are added by two operations of one request",
            Rule = $"{Tutorial} (gallery checklist)",
            Severity = Must,
            Before = "",
            Operations =
            [
                """{"op":"add","path":"members","value":[{"value":"{a}"}]}""",
                """{"op":"add","path":"members","value":[{"value":"{b}"}]}""",
            ],
            After = "ab",
        },
        new()
        {
            Id = "members.add.keeps",
            Title = "Members stay when another is added",
            Rule = Rfc,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{b}"}]}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.add.repeated",
            Title = "Adding a member again succeeds, and the group has the member once",
            Rule = Repeats,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.repeated-mixed",
            Title = "A list in which some are members already adds the others",
            Rule = Repeats,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.add.doubled",
            Title = "A member who is named twice is in the group once",
            Rule = $"{Rfc}: no change when the value is there",
            Severity = Should,
            Before = "",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.pathless",
            Title = "Members are added without a path",
            Rule = Rfc,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"add","value":{"members":[{"value":"{b}"}]}}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.add.path-case",
            Title = "Members are added whatever the letter case of the path",
            Rule = "RFC 7643 §2.1: attribute names are case insensitive",
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"add","path":"Members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.urn",
            Title = "Members are added with the full name of the attribute",
            Rule = "RFC 7644 §3.10",
            Severity = Should,
            Before = "",
            Operations = [$$"""{"op":"add","path":"{{SchemaUrn.Group}}:members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.display",
            Title = "A member is added also when display and type are sent beside its value",
            Rule = "okta-developer-docs scim-20; RFC 7643 §4.2",
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"add","path":"members","value":[{"value":"{a}","display":"Somebody","type":"User"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.add.object",
            Title = "A member is added also when its value is an object and no list",
            Rule = $"{Rfc}: the server adds the value to the list",
            Severity = Should,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":{"value":"{b}"}}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.add.string",
            Title = "A member is added also when its value is a bare string",
            Rule = "SCIMReferenceCode PostmanCollection.json",
            Severity = Advice,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":"{b}"}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.add.nothing",
            Title = "Adding an empty list changes nothing",
            Rule = $"{Rfc}",
            Severity = Should,
            MayBeRefused = true,
            Before = "a",
            Operations = ["""{"op":"add","path":"members","value":[]}"""],
            After = "a",
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Shapes.Select(shape => shape.ToCheck(Why, Change)),
        new()
        {
            Id = "members.add.many",
            Title = "120 members are added by one operation and all are shown",
            Rule = "FusionAuth/fusionauth-issues#2784",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "In a group of more than a hundred the others silently have no access.",
            Change = "Do not page the members of a group: store and show all of them.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(120);
                var group = await run.CreateGroup();
                var values = users.Select(user => $$"""{"value":"{{user.Id}}"}""");
                (await run.Patch(group, $$"""{"op":"add","path":"members","value":[{{string.Join(',', values)}}]}""")).Success();
                await run.ExpectMembers(group, users);
            },
        },
        new()
        {
            Id = "members.add.nested",
            Title = "A group can be a member of a group",
            Rule = "RFC 7643 §4.2; AzureAD-BYOA-Provisioning-Samples#26",
            Severity = Should,
            Profiles = Profiles.Entra | Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Entra sends a nested group as one member with the id of that group. Refused, it is reported as an error in every cycle.",
            Change = "Look a member id up among users and groups, and take either.",
            Steps = async run =>
            {
                var (outer, inner) = (await run.CreateGroup(), await run.CreateGroup());
                var reply = await run.Patch(outer, $$"""{"op":"add","path":"members","value":[{"value":"{{inner.Id}}"}]}""");
                if (reply.Status is 400)
                    throw new NotOffered($"The server takes no group as a member: {reply.Summary}");
                reply.Success();
                await run.ExpectMembers(outer, inner);
            },
        },
        new()
        {
            Id = "members.add.unknown",
            Title = "An unknown member id is no internal error",
            Rule = "RFC 7644 §3.12; entra-docs application-provisioning-quarantine-status.md",
            Severity = Should,
            Profiles = Profiles.Entra | Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Entra takes a 5xx for an outage and repeats it; a 400 is a reference failure of this one member.",
            Change = "Answer 400 with scimType invalidValue and name the id, or ignore it.",
            Steps = async run =>
            {
                var reply = await run.Patch(await run.CreateGroup(), Unknown(run));
                reply.That(
                    reply.Status is >= 200 and < 500,
                    "the request is refused (400), or the member is taken or ignored",
                    reply.Summary
                );
            },
        },
        new()
        {
            Id = "members.add.unknown-dangling",
            Title = "An unknown id does not become a member",
            Rule = "RFC 7643 §4.2: a member is a SCIM resource",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "The app counts and shows members who do not exist, and a user who later gets that id is in the group.",
            Change = "Store a member only when the id belongs to a user or group.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                _ = await run.Patch(group, Unknown(run));
                await run.ExpectMembers(group);
            },
        },
        new()
        {
            Id = "members.add.unknown-atomic",
            Title = "When one of two members is refused, neither is added",
            Rule = "RFC 7644 §3.5.2: a PATCH is atomic",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "The client is told that nothing was done, while a part of it was.",
            Change = "Carry out all operations of a PATCH or none: one transaction.",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                var reply = await run.Patch(group, $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""", Unknown(run));
                if (reply.IsSuccess)
                    throw new NotOffered("Unknown member ids are accepted");
                await run.ExpectMembers(group);
            },
        },
    ];

    static string Unknown(CheckRun run) => $$"""{"op":"add","path":"members","value":[{"value":"{{run.NewGuid()}}"}]}""";
}
