using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>Replacing members, and several changes in one request (RFC 7644 §3.5.2.3).</summary>
static class ReplaceMemberChecks
{
    const string Rfc = "RFC 7644 §3.5.2.3";
    const string InOrder = "RFC 7644 §3.5.2: operations are applied in the order they appear";
    const string Why = "The group ends with other members than the directory has, and nobody notices: Entra never reads members back.";
    const string Full = "Take a replace of members as the whole list.";
    const string Ordered =
        "Apply the operations of a request one after another, each to what the one before has left, and all in one transaction.";

    static readonly MemberShape[] Replaces =
    [
        new(
            "members.replace.first",
            "A replace fills an empty group",
            "SCIM Validator 'Patch Group - Add Member'",
            Must,
            "",
            ["""{"op":"replace","path":"members","value":[{"value":"{a}"}]}"""],
            "a"
        ),
        new(
            "members.replace.list",
            "A replace leaves exactly those who are listed",
            Rfc,
            Must,
            "ab",
            ["""{"op":"replace","path":"members","value":[{"value":"{b}"},{"value":"{c}"}]}"""],
            "bc"
        ),
        new(
            "members.replace.same",
            "A replace with the present list succeeds, and doubles nothing",
            Rfc,
            Must,
            "ab",
            ["""{"op":"replace","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            "ab"
        ),
        new(
            "members.replace.empty",
            "A replace with an empty list empties the group",
            $"{Rfc}; okta-developer-docs scim-20 (push now)",
            Must,
            "ab",
            ["""{"op":"replace","path":"members","value":[]}"""],
            ""
        ),
        new(
            "members.replace.pathless",
            "A replace without a path leaves exactly those who are listed",
            Rfc,
            Must,
            "ab",
            ["""{"op":"replace","value":{"members":[{"value":"{c}"}]}}"""],
            "c"
        ),
        new(
            "members.replace.doubled",
            "A member who is listed twice is in the group once",
            "RFC 7643 §2.4",
            Should,
            "",
            ["""{"op":"replace","path":"members","value":[{"value":"{a}"},{"value":"{a}"}]}"""],
            "a"
        ),
    ];

    static readonly MemberShape[] Mixed =
    [
        new(
            "members.mixed.add-remove",
            "One request adds one member and removes another",
            InOrder,
            Must,
            "a",
            ["""{"op":"add","path":"members","value":[{"value":"{b}"}]}""", """{"op":"remove","path":"members[value eq \"{a}\"]"}"""],
            "b"
        ),
        new(
            "members.mixed.add-remove-same",
            "One request adds a member and removes the same again",
            "SCIM Validator (preview) 'Patch Group - Multiple Operations on same attribute'",
            Must,
            "a",
            ["""{"op":"add","path":"members","value":[{"value":"{b}"}]}""", """{"op":"remove","path":"members[value eq \"{b}\"]"}"""],
            "a"
        ),
        new(
            "members.mixed.remove-add-same",
            "One request removes a member and adds the same again",
            InOrder,
            Must,
            "ab",
            ["""{"op":"remove","path":"members[value eq \"{a}\"]"}""", """{"op":"add","path":"members","value":[{"value":"{a}"}]}"""],
            "ab"
        ),
        new(
            "members.mixed.replace-add",
            "One request replaces the members and adds one more",
            InOrder,
            Must,
            "",
            [
                """{"op":"replace","path":"members","value":[{"value":"{b}"}]}""",
                """{"op":"add","path":"members","value":[{"value":"{c}"}]}""",
            ],
            "bc"
        ),
        new(
            "members.mixed.empty-add",
            "One request empties the group and adds one",
            InOrder,
            Must,
            "ab",
            ["""{"op":"remove","path":"members"}""", """{"op":"add","path":"members","value":[{"value":"{c}"}]}"""],
            "c"
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Replaces.Select(shape => shape.ToCheck(Why, Full)),
        .. Mixed.Select(shape => shape.ToCheck(Why, Ordered)),
        new(
            "members.mixed.rename",
            "One request renames the group and adds a member",
            InOrder,
            Must,
            Profiles.All,
            async t =>
            {
                var (user, group, name) = (await t.User(), await t.Group(), t.NewName());
                (
                    await t.Patch(
                        group,
                        $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""",
                        $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}"""
                    )
                ).Success();
                await t.Holds(group, user);
                (await t.Read(group)).Is("displayName", name);
            }
        )
        {
            Why = "One half of what an admin changed arrives, the other does not.",
            Change = Ordered,
            Needs = Needs.Groups | Needs.Patch,
        },
    ];
}
