using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>Replacing members, and several changes in one request (RFC 7644 §3.5.2.3).</summary>
static class ReplaceMemberChecks
{
    const string Rfc = "RFC 7644 §3.5.2.3";
    const string InOrder = "RFC 7644 §3.5.2: operations are applied in the order they appear";
    const string Why = "The group ends with other members than the directory has, without any error: Entra never reads members back.";
    const string Full = "Take a replace of members as the whole list.";
    const string Ordered =
        "Apply the operations of a request one after another, each to what the one before has left, and all in one transaction.";

    static readonly MemberPatchCase[] Replaces =
    [
        new()
        {
            Id = "members.replace.first",
            Title = "A replace fills an empty group",
            Rule = "SCIM Validator 'Patch Group - Add Member'",
            Severity = Must,
            Before = "",
            Operations = ["""{"op":"replace","path":"members","value":[{"value":"{a}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.replace.list",
            Title = "A replace leaves exactly those who are listed",
            Rule = Rfc,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"replace","path":"members","value":[{"value":"{b}"},{"value":"{c}"}]}"""],
            After = "bc",
        },
        new()
        {
            Id = "members.replace.same",
            Title = "A replace with the present list succeeds, and doubles nothing",
            Rule = Rfc,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"replace","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.replace.empty",
            Title = "A replace with an empty list empties the group",
            Rule = $"{Rfc}; okta-developer-docs scim-20 (push now)",
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"replace","path":"members","value":[]}"""],
            After = "",
        },
        new()
        {
            Id = "members.replace.pathless",
            Title = "A replace without a path leaves exactly those who are listed",
            Rule = Rfc,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"replace","value":{"members":[{"value":"{c}"}]}}"""],
            After = "c",
        },
        new()
        {
            Id = "members.replace.doubled",
            Title = "A member who is listed twice is in the group once",
            Rule = "RFC 7643 §2.4",
            Severity = Should,
            Before = "",
            Operations = ["""{"op":"replace","path":"members","value":[{"value":"{a}"},{"value":"{a}"}]}"""],
            After = "a",
        },
    ];

    static readonly MemberPatchCase[] Mixed =
    [
        new()
        {
            Id = "members.mixed.add-remove",
            Title = "One request adds one member and removes another",
            Rule = InOrder,
            Severity = Must,
            Before = "a",
            Operations =
            [
                """{"op":"add","path":"members","value":[{"value":"{b}"}]}""",
                """{"op":"remove","path":"members[value eq \"{a}\"]"}""",
            ],
            After = "b",
        },
        new()
        {
            Id = "members.mixed.add-remove-same",
            Title = "One request adds a member and removes the same again",
            Rule = "SCIM Validator (preview) 'Patch Group - Multiple Operations on same attribute'",
            Severity = Must,
            Before = "a",
            Operations =
            [
                """{"op":"add","path":"members","value":[{"value":"{b}"}]}""",
                """{"op":"remove","path":"members[value eq \"{b}\"]"}""",
            ],
            After = "a",
        },
        new()
        {
            Id = "members.mixed.remove-add-same",
            Title = "One request removes a member and adds the same again",
            Rule = InOrder,
            Severity = Must,
            Before = "ab",
            Operations =
            [
                """{"op":"remove","path":"members[value eq \"{a}\"]"}""",
                """{"op":"add","path":"members","value":[{"value":"{a}"}]}""",
            ],
            After = "ab",
        },
        new()
        {
            Id = "members.mixed.replace-add",
            Title = "One request replaces the members and adds one more",
            Rule = InOrder,
            Severity = Must,
            Before = "",
            Operations =
            [
                """{"op":"replace","path":"members","value":[{"value":"{b}"}]}""",
                """{"op":"add","path":"members","value":[{"value":"{c}"}]}""",
            ],
            After = "bc",
        },
        new()
        {
            Id = "members.mixed.empty-add",
            Title = "One request empties the group and adds one",
            Rule = InOrder,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members"}""", """{"op":"add","path":"members","value":[{"value":"{c}"}]}"""],
            After = "c",
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Replaces.Select(shape => shape.ToCheck(Why, Full)),
        .. Mixed.Select(shape => shape.ToCheck(Why, Ordered)),
        new()
        {
            Id = "members.mixed.rename",
            Title = "One request renames the group and adds a member",
            Rule = InOrder,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "One half of what an admin changed arrives, the other does not.",
            Change = Ordered,
            Steps = async run =>
            {
                var (user, group, name) = (await run.CreateUser(), await run.CreateGroup(), run.NewName());
                (
                    await run.Patch(
                        group,
                        $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""",
                        $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}"""
                    )
                ).Success();
                await run.ExpectMembers(group, user);
                (await run.Read(group)).Is("displayName", name);
            },
        },
    ];
}
