using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>Every way in which clients remove members from a group (RFC 7644 §3.5.2.2).</summary>
static class RemoveMemberChecks
{
    const string Compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";
    const string Absent = "Infisical/infisical#6471";
    const string Rfc = "RFC 7644 §3.5.2.2";
    const string Empties = "When one person leaves the group, all members lose access, or the person who left keeps it.";
    const string OnlyThose = "Remove the members that the value lists, and no others.";
    const string Fails = "Entra repeats the removal in every cycle and reports the group as failing; who left keeps access.";
    const string Tolerate = "Remove the members that match; when none does, answer success all the same.";

    static readonly MemberPatchCase[] Lists =
    [
        new()
        {
            Id = "members.remove.default",
            Title = "Entra's remove with a list of values removes exactly the listed member",
            Rule = $"{Compatibility}; azure-docs#30826",
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"Remove","path":"members","value":[{"value":"{a}"}]}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.default-ref-null",
            Title = "The same with $ref null beside the value",
            Rule = Tutorial,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{a}"}]}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.default-several",
            Title = "A remove with a list of two removes both",
            Rule = $"{Tutorial} (gallery checklist)",
            Severity = Must,
            Before = "abc",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            After = "c",
        },
        new()
        {
            Id = "members.remove.default-last",
            Title = "A remove with a list removes the last member",
            Rule = Compatibility,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{a}"}]}"""],
            After = "",
        },
        new()
        {
            Id = "members.remove.default-object",
            Title = "A remove whose value is an object instead of a list removes this member",
            Rule = Compatibility,
            Severity = Should,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members","value":{"value":"{a}"}}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.empty-list",
            Title = "A remove with an empty list removes no member",
            Rule = "kortix-ai/suna#7297",
            Severity = Must,
            MayBeRefused = true,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members","value":[]}"""],
            After = "ab",
        },
        new()
        {
            Id = "members.remove.default-absent",
            Title = "A remove of a user who is no member succeeds, and the members stay",
            Rule = Absent,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{b}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.remove.default-mixed",
            Title = "A remove of a member and of a user who is no member removes the member",
            Rule = Absent,
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{a}"},{"value":"{c}"}]}"""],
            After = "b",
        },
    ];

    static readonly MemberPatchCase[] Paths =
    [
        new()
        {
            Id = "members.remove.flag",
            Title = "The remove of aadOptscim062020, with a filter in the path, removes exactly this member",
            Rule = $"{Compatibility}; {Rfc}",
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members[value eq \"{a}\"]"}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.flag-several",
            Title = "Two removes with filters in one request remove both",
            Rule = $"{Tutorial} (gallery checklist)",
            Severity = Must,
            Before = "abc",
            Operations =
            [
                """{"op":"remove","path":"members[value eq \"{a}\"]"}""",
                """{"op":"remove","path":"members[value eq \"{b}\"]"}""",
            ],
            After = "c",
        },
        new()
        {
            Id = "members.remove.flag-absent",
            Title = "A remove with a filter that matches no member succeeds, since Entra repeats removals",
            Rule = Absent,
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Okta,
            Before = "a",
            Operations = ["""{"op":"remove","path":"members[value eq \"{b}\"]"}"""],
            After = "a",
        },
        new()
        {
            Id = "members.remove.flag-case",
            Title = "A remove with a filter works whatever the letter case of its names",
            Rule = "RFC 7643 §2.1; RFC 7644 §3.4.2.2",
            Severity = Should,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"Members[Value EQ \"{a}\"]"}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.flag-or",
            Title = "A remove with a filter of two values removes both",
            Rule = $"{Rfc}, §3.5.2 valuePath",
            Severity = Should,
            Before = "abc",
            Operations = ["""{"op":"remove","path":"members[value eq \"{a}\" or value eq \"{b}\"]"}"""],
            After = "c",
        },
        new()
        {
            Id = "members.remove.all",
            Title = "A remove of members without filter and value empties the group",
            Rule = $"{Rfc}; SCIMReferenceCode PostmanCollection.json",
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members"}"""],
            After = "",
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        // By the RFC a remove of members without a filter removes all of them. The list of values is Entra's addition.
        .. Lists.Select(shape => (shape with { Profiles = Profiles.Entra }).ToCheck(Empties, OnlyThose)),
        .. Paths.Select(shape => shape.ToCheck(Fails, Tolerate)),
    ];
}
