using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>Emptying attributes with "" and with null, as Microsoft's gallery harness does (test 16, null update).</summary>
static class ClearChecks
{
    const string Harness = "App gallery harness, test 16 (null update)";
    const string Department = Trial.EnterpriseSchema + ":department";
    const string Kept =
        "What was emptied in Entra stays in the app: a title after a change of job, a phone number that belongs to somebody else by now.";
    const string Full = """{"title":"Clerk","displayName":"Ada","name":{"givenName":"Ada","familyName":"Lovelace"}}""";

    static readonly (string Id, string Path, string Value)[] Kinds =
    [
        ("single", "title", "Clerk"),
        ("sub-attribute", "name.givenName", "Ada"),
        ("email", """emails[type eq "work"].value""", "ada@example.com"),
        ("address", """addresses[type eq "work"].locality""", "London"),
        ("enterprise", Department, "Sales"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Kinds select Cleared(row.Id, row.Path, row.Value, "empty", "\"\""),
        .. from row in Kinds select Cleared(row.Id, row.Path, row.Value, "null", "null"),
        new PatchShape(
            "clear.null.no-empty-text",
            "An attribute cleared with null does not come back as an empty text",
            $"{Harness}, phase 2; RFC 7643 §2.5",
            Full,
            ["""{"op":"replace","path":"title","value":null}"""],
            []
        )
        {
            Profiles = Profiles.Entra,
            Also = Absent,
            Why = "Microsoft's harness fails the app, and clients cannot tell an empty title from a missing one.",
            Change = "Leave unassigned attributes out of the resource.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "clear.empty.no-empty-text",
            "An attribute cleared with \"\" does not come back as an empty text",
            "RFC 7643 §2.5",
            Full,
            ["""{"op":"replace","path":"title","value":""}"""],
            []
        )
        {
            Severity = Advice,
            Profiles = Profiles.Entra,
            Also = Absent,
            Why = "Clients that test whether a value is there find one, and print nothing.",
            Change = "Treat an empty text in a PATCH as no value.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "clear.path-less.empty",
            "Several attributes are cleared with \"\" in one value without path",
            $"{Harness}, job template without verbose PATCH",
            Full,
            ["""{"op":"replace","value":{"displayName":"","title":"","name.givenName":""}}"""],
            [("displayName", null), ("title", null), ("name.givenName", null), ("name.familyName", "Lovelace")]
        )
        {
            Profiles = Profiles.Entra,
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, and \"\" as no value.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "clear.path-less.enterprise",
            "An enterprise attribute is cleared with \"\" under its URN in a value without path",
            $"{Harness}, job template without verbose PATCH",
            Trial.Enterprise("""{"department":"Sales","employeeNumber":"0042"}"""),
            [$$$"""{"op":"replace","value":{"{{{Department}}}":""}}"""],
            [(Department, null), (Trial.EnterpriseSchema + ":employeeNumber", "0042")]
        )
        {
            Profiles = Profiles.Entra,
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, with its URN, and \"\" as no value.",
        },
        new PatchShape(
            "clear.path-less.null",
            "Several attributes are cleared with null in one value without path",
            $"{Harness}, job template without verbose PATCH; RFC 7643 §2.5",
            Full,
            ["""{"op":"replace","value":{"displayName":null,"title":null,"name.givenName":null}}"""],
            [("displayName", null), ("title", null), ("name.givenName", null), ("name.familyName", "Lovelace")]
        )
        {
            Profiles = Profiles.Entra,
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, and null as no value.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "clear.siblings",
            "Clearing one value leaves those beside it",
            $"{Harness}; RFC 7644 §3.5.2.3",
            """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}],"addresses":[{"type":"work","locality":"London","country":"GB"}]}""",
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":null}""",
                """{"op":"replace","path":"addresses[type eq \"work\"].locality","value":null}""",
            ],
            [("""emails[type eq "home"].value""", "ada@example.org"), ("""addresses[type eq "work"].country""", "GB")]
        )
        {
            Profiles = Profiles.Entra,
            Why = "One line of an address is cleared, and all of it is gone.",
            Change = "Clear the one sub-attribute; drop the element only when nothing but its type is left.",
            Attributes = ["User:emails", "User:addresses"],
        },
        new PatchShape(
            "clear.absent",
            "Clearing what is not there succeeds",
            $"{Harness}: every optional attribute is cleared, assigned or not",
            "{}",
            ["""{"op":"replace","path":"title","value":""}""", """{"op":"replace","path":"name.givenName","value":null}"""],
            [("title", null), ("name.givenName", null)]
        )
        {
            Profiles = Profiles.Entra,
            Why = "The request fails, with all other changes in it.",
            Change = "Treat clearing an unassigned attribute as done.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "clear.absent.value-path",
            "Clearing a value behind a filter that selects nothing succeeds and creates nothing",
            $"{Harness}: every optional attribute is cleared, assigned or not",
            "{}",
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":""}""",
                """{"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":null}""",
            ],
            [("""emails[type eq "work"].value""", null), ("""phoneNumbers[type eq "fax"].value""", null)]
        )
        {
            Profiles = Profiles.Entra,
            Why = "The request fails, with all other changes in it, or leaves addresses without a value.",
            Change = "Treat clearing as done when a filter selects nothing.",
            Attributes = ["User:emails", "User:phoneNumbers"],
        },
    ];

    static void Absent(Reply read) => read.That(read["title"] is null, "title null or absent", Reply.Shown(read["title"]));

    static Check Cleared(string id, string path, string value, string with, string json) =>
        new(
            $"clear.{with}.{id}",
            $"replace of {Short(path)} with {json} clears it",
            with is "null" ? $"{Harness}; RFC 7643 §2.5" : Harness,
            Must,
            with is "null" ? Profiles.Rfc | Profiles.Entra : Profiles.Entra,
            async t =>
            {
                if (t.Target.Capabilities.Requires(Assigned.Named(path)))
                    throw new NotOffered($"{Short(path)} is required by /Schemas, so it cannot be cleared");
                var user = (await t.User(Assigned.At(path, value))).Holding(path);
                (
                    await t.Patched(
                        user,
                        $$"""{"op":"replace","path":"{{path.Replace("\"", "\\\"", StringComparison.Ordinal)}}","value":{{json}}}"""
                    )
                ).Lacks(path);
            }
        )
        {
            Why = Kept,
            Change = $"Take {json} in a PATCH as the wish to clear the attribute: answer with success, and leave it out from then on.",
            Needs = Needs.Patch | (path.StartsWith("urn:", StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing),
            Attributes = [Assigned.Named(path)],
        };

    static string Short(string path) => path is Department ? "department" : path;
}
