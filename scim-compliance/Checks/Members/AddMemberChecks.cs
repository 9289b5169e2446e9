using ScimCompliance.Wire;
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
        "Take every way of naming members that clients use, add whoever is named, keep who was there, and have nobody in twice.";

    static readonly MemberShape[] Shapes =
    [
        new(
            "members.add.one",
            "A member is added with a list of one value, as Entra does",
            Tutorial,
            Must,
            "",
            ["""{"op":"Add","path":"members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.ref-null",
            "A member is added also when $ref is null beside its value",
            Tutorial,
            Must,
            "",
            ["""{"op":"Add","path":"members","value":[{"$ref":null,"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.flag",
            "A member is added with the lower-case operation of aadOptscim062020",
            "entra-docs application-provisioning-config-problem-scim-compatibility.md",
            Must,
            "",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.several",
            "Several members are added by one operation",
            $"{Tutorial} (gallery checklist)",
            Must,
            "",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{b}"},{"value":"{c}"}]}"""],
            "abc"
        ),
        new(
            "members.add.two-operations",
            "Members are added by two operations of one request",
            $"{Tutorial} (gallery checklist)",
            Must,
            "",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"}]}""", """{"op":"add","path":"members","value":[{"value":"{b}"}]}"""],
            "ab"
        ),
        new(
            "members.add.keeps",
            "Who is a member stays one when another is added",
            Rfc,
            Must,
            "a",
            ["""{"op":"add","path":"members","value":[{"value":"{b}"}]}"""],
            "ab"
        ),
        new(
            "members.add.repeated",
            "Adding a member who is in already succeeds, and doubles nothing",
            Repeats,
            Must,
            "a",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.repeated-mixed",
            "A list of which some are in already adds the others",
            Repeats,
            Must,
            "a",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            "ab"
        ),
        new(
            "members.add.doubled",
            "A member who is named twice is in the group once",
            $"{Rfc}: no change when the value is there",
            Should,
            "",
            ["""{"op":"add","path":"members","value":[{"value":"{a}"},{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.pathless",
            "Members are added without a path",
            Rfc,
            Must,
            "a",
            ["""{"op":"add","value":{"members":[{"value":"{b}"}]}}"""],
            "ab"
        ),
        new(
            "members.add.path-case",
            "Members are added whatever the letter case of the path",
            "RFC 7643 §2.1: attribute names are case insensitive",
            Must,
            "",
            ["""{"op":"add","path":"Members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.urn",
            "Members are added with the full name of the attribute",
            "RFC 7644 §3.10",
            Should,
            "",
            [$$"""{"op":"add","path":"{{Trial.GroupSchema}}:members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.add.display",
            "A member is added also when display and type are sent beside its value",
            "okta-developer-docs scim-20; RFC 7643 §4.2",
            Must,
            "",
            ["""{"op":"add","path":"members","value":[{"value":"{a}","display":"Somebody","type":"User"}]}"""],
            "a"
        ),
        new(
            "members.add.object",
            "A member is added also when its value is an object and no list",
            $"{Rfc}: the server adds the value to the list",
            Should,
            "a",
            ["""{"op":"add","path":"members","value":{"value":"{b}"}}"""],
            "ab"
        ),
        new(
            "members.add.string",
            "A member is added also when its value is a bare string",
            "SCIMReferenceCode PostmanCollection.json",
            Advice,
            "a",
            ["""{"op":"add","path":"members","value":"{b}"}"""],
            "ab"
        ),
        new(
            "members.add.nothing",
            "Adding an empty list changes nothing",
            $"{Rfc}",
            Should,
            "a",
            ["""{"op":"add","path":"members","value":[]}"""],
            "a",
            MayRefuse: true
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Shapes.Select(shape => shape.ToCheck(Why, Change)),
        new(
            "members.add.many",
            "120 members are added by one operation and all are shown",
            "FusionAuth/fusionauth-issues#2784",
            Must,
            Profiles.Entra | Profiles.Rfc,
            async t =>
            {
                var users = await t.Users(120);
                var group = await t.Group();
                (
                    await t.Patch(
                        group,
                        $$"""{"op":"add","path":"members","value":[{{string.Join(',', users.Select(user => $$"""{"value":"{{user.Id}}"}"""))}}]}"""
                    )
                ).Success();
                await t.Holds(group, users);
            }
        )
        {
            Why = "In a group of more than a hundred the others silently have no access.",
            Change = "Do not page the members of a group: store and show all of them.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.add.nested",
            "A group can be a member of a group",
            "RFC 7643 §4.2; AzureAD-BYOA-Provisioning-Samples#26",
            Should,
            Profiles.Entra | Profiles.Rfc,
            async t =>
            {
                var (outer, inner) = (await t.Group(), await t.Group());
                var reply = await t.Patch(outer, $$"""{"op":"add","path":"members","value":[{"value":"{{inner.Id}}"}]}""");
                if (reply.Status is 400)
                    throw new NotOffered($"The server takes no group as a member: {reply.Summary}");
                reply.Success();
                await t.Holds(outer, inner);
            }
        )
        {
            Why = "Entra sends a nested group as one member with the id of that group. Refused, it is reported as an error in every cycle.",
            Change = "Look a member id up among users and groups, and take either.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.add.unknown",
            "An unknown member id is no internal error",
            "RFC 7644 §3.12; entra-docs application-provisioning-quarantine-status.md",
            Should,
            Profiles.Entra | Profiles.Rfc,
            async t =>
            {
                var reply = await t.Patch(await t.Group(), Unknown(t));
                reply.That(
                    reply.Status is >= 200 and < 500,
                    "the request is refused (400), or the member is taken or ignored",
                    reply.Summary
                );
            }
        )
        {
            Why = "Entra takes a 5xx for an outage and repeats it; a 400 is a reference failure of this one member.",
            Change = "Answer 400 with scimType invalidValue and name the id, or ignore it.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.add.unknown-dangling",
            "An id that nobody has does not become a member",
            "RFC 7643 §4.2: a member is a SCIM resource",
            Advice,
            Profiles.Rfc,
            async t =>
            {
                var group = await t.Group();
                _ = await t.Patch(group, Unknown(t));
                await t.Holds(group);
            }
        )
        {
            Why = "The app counts and shows members who do not exist, and whoever gets that id later is in the group.",
            Change = "Store a member only when the id belongs to a user or group.",
            Needs = Needs.Groups | Needs.Patch,
        },
        new(
            "members.add.unknown-atomic",
            "When one of two members is refused, neither is added",
            "RFC 7644 §3.5.2: a PATCH is atomic",
            Must,
            Profiles.Rfc,
            async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                var reply = await t.Patch(group, $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""", Unknown(t));
                if (reply.IsSuccess)
                    throw new NotOffered("Unknown member ids are accepted");
                await t.Holds(group);
            }
        )
        {
            Why = "The client is told that nothing was done, while a part of it was.",
            Change = "Carry out all operations of a PATCH or none: one transaction.",
            Needs = Needs.Groups | Needs.Patch,
        },
    ];

    static string Unknown(Trial t) => $$"""{"op":"add","path":"members","value":[{"value":"{{t.NewGuid()}}"}]}""";
}
