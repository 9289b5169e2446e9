using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Members;

/// <summary>Every way in which clients remove members from a group (RFC 7644 §3.5.2.2).</summary>
static class RemoveMemberChecks
{
    const string Compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";
    const string Absent = "Infisical/infisical#6471";
    const string Rfc = "RFC 7644 §3.5.2.2";
    const string Empties = "One person leaves the group, and everybody in it loses access; or the person who leaves keeps it.";
    const string OnlyThose = "Remove those who are listed in the value, and nobody else.";
    const string Fails = "Entra repeats the removal in every cycle and reports the group as failing; who left keeps access.";
    const string Tolerate = "Remove whoever matches; when nobody does, answer success all the same.";

    static readonly MemberPatchCase[] Lists =
    [
        new()
        {
            Id = "members.remove.default",
            Title = "Entra's remove with a list of values takes out exactly the one who is listed",
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
            Title = "A remove with a list of two takes out these two",
            Rule = $"{Tutorial} (gallery checklist)",
            Severity = Must,
            Before = "abc",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            After = "c",
        },
        new()
        {
            Id = "members.remove.default-last",
            Title = "A remove with a list takes out the last member",
            Rule = Compatibility,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{a}"}]}"""],
            After = "",
        },
        new()
        {
            Id = "members.remove.default-object",
            Title = "A remove whose value is an object and no list takes out this one",
            Rule = Compatibility,
            Severity = Should,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members","value":{"value":"{a}"}}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.empty-list",
            Title = "A remove with an empty list takes out nobody",
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
            Title = "A remove of somebody who is not in succeeds, and the others stay",
            Rule = Absent,
            Severity = Must,
            Before = "a",
            Operations = ["""{"op":"remove","path":"members","value":[{"value":"{b}"}]}"""],
            After = "a",
        },
        new()
        {
            Id = "members.remove.default-mixed",
            Title = "A remove of one who is in and one who is not takes out the first",
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
            Title = "The remove of aadOptscim062020, with a filter in the path, takes out exactly this one",
            Rule = $"{Compatibility}; {Rfc}",
            Severity = Must,
            Before = "ab",
            Operations = ["""{"op":"remove","path":"members[value eq \"{a}\"]"}"""],
            After = "b",
        },
        new()
        {
            Id = "members.remove.flag-several",
            Title = "Two removes with filters in one request take out both",
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
            Title = "A remove with a filter that matches nobody succeeds, since Entra repeats removals",
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
            Title = "A remove with a filter of two values takes out both",
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
        // To the RFC a remove of members without a filter takes out all of them; the list beside it is Entra's.
        .. Lists.Select(shape => (shape with { Profiles = Profiles.Entra }).ToCheck(Empties, OnlyThose)),
        .. Paths.Select(shape => shape.ToCheck(Fails, Tolerate)),
    ];
}
