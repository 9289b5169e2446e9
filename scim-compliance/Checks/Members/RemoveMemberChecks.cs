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

    static readonly MemberShape[] Lists =
    [
        new(
            "members.remove.default",
            "Entra's remove with a list of values takes out exactly the one who is listed",
            $"{Compatibility}; azure-docs#30826",
            Must,
            "ab",
            ["""{"op":"Remove","path":"members","value":[{"value":"{a}"}]}"""],
            "b"
        ),
        new(
            "members.remove.default-ref-null",
            "The same with $ref null beside the value",
            Tutorial,
            Must,
            "ab",
            ["""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{a}"}]}"""],
            "b"
        ),
        new(
            "members.remove.default-several",
            "A remove with a list of two takes out these two",
            $"{Tutorial} (gallery checklist)",
            Must,
            "abc",
            ["""{"op":"remove","path":"members","value":[{"value":"{a}"},{"value":"{b}"}]}"""],
            "c"
        ),
        new(
            "members.remove.default-last",
            "A remove with a list takes out the last member",
            Compatibility,
            Must,
            "a",
            ["""{"op":"remove","path":"members","value":[{"value":"{a}"}]}"""],
            ""
        ),
        new(
            "members.remove.default-object",
            "A remove whose value is an object and no list takes out this one",
            Compatibility,
            Should,
            "ab",
            ["""{"op":"remove","path":"members","value":{"value":"{a}"}}"""],
            "b"
        ),
        new(
            "members.remove.empty-list",
            "A remove with an empty list takes out nobody",
            "kortix-ai/suna#7297",
            Must,
            "ab",
            ["""{"op":"remove","path":"members","value":[]}"""],
            "ab",
            MayRefuse: true
        ),
        new(
            "members.remove.default-absent",
            "A remove of somebody who is not in succeeds, and the others stay",
            Absent,
            Must,
            "a",
            ["""{"op":"remove","path":"members","value":[{"value":"{b}"}]}"""],
            "a"
        ),
        new(
            "members.remove.default-mixed",
            "A remove of one who is in and one who is not takes out the first",
            Absent,
            Must,
            "ab",
            ["""{"op":"remove","path":"members","value":[{"value":"{a}"},{"value":"{c}"}]}"""],
            "b"
        ),
    ];

    static readonly MemberShape[] Paths =
    [
        new(
            "members.remove.flag",
            "The remove of aadOptscim062020, with a filter in the path, takes out exactly this one",
            $"{Compatibility}; {Rfc}",
            Must,
            "ab",
            ["""{"op":"remove","path":"members[value eq \"{a}\"]"}"""],
            "b"
        ),
        new(
            "members.remove.flag-several",
            "Two removes with filters in one request take out both",
            $"{Tutorial} (gallery checklist)",
            Must,
            "abc",
            ["""{"op":"remove","path":"members[value eq \"{a}\"]"}""", """{"op":"remove","path":"members[value eq \"{b}\"]"}"""],
            "c"
        ),
        new(
            "members.remove.flag-absent",
            "A remove with a filter that matches nobody succeeds, since Entra repeats removals",
            Absent,
            Must,
            "a",
            ["""{"op":"remove","path":"members[value eq \"{b}\"]"}"""],
            "a"
        )
        {
            Profiles = Profiles.Entra | Profiles.Okta,
        },
        new(
            "members.remove.flag-case",
            "A remove with a filter works whatever the letter case of its names",
            "RFC 7643 §2.1; RFC 7644 §3.4.2.2",
            Should,
            "ab",
            ["""{"op":"remove","path":"Members[Value EQ \"{a}\"]"}"""],
            "b"
        ),
        new(
            "members.remove.flag-or",
            "A remove with a filter of two values takes out both",
            $"{Rfc}, §3.5.2 valuePath",
            Should,
            "abc",
            ["""{"op":"remove","path":"members[value eq \"{a}\" or value eq \"{b}\"]"}"""],
            "c"
        ),
        new(
            "members.remove.all",
            "A remove of members without filter and value empties the group",
            $"{Rfc}; SCIMReferenceCode PostmanCollection.json",
            Must,
            "ab",
            ["""{"op":"remove","path":"members"}"""],
            ""
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        // To the RFC a remove of members without a filter takes out all of them; the list beside it is Entra's.
        .. Lists.Select(shape => (shape with { Profiles = Profiles.Entra }).ToCheck(Empties, OnlyThose)),
        .. Paths.Select(shape => shape.ToCheck(Fails, Tolerate)),
    ];
}
