using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>Clearing attributes with "" and with null, as Microsoft's gallery harness does (test 16, null update).</summary>
static class ClearChecks
{
    const string Harness = "App gallery harness, test 16 (null update)";
    const string Department = SchemaUrn.EnterpriseUser + ":department";
    const string Kept =
        "A value that was cleared in Entra stays in the app: a title after a change of job, "
        + "a phone number that belongs to another person by now.";
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
        .. from row in Kinds select ClearedBy(id: row.Id, path: row.Path, value: row.Value, with: "empty", json: "\"\""),
        .. from row in Kinds select ClearedBy(id: row.Id, path: row.Path, value: row.Value, with: "null", json: "null"),
        new PatchCase()
        {
            Id = "clear.null.no-empty-text",
            Title = "An attribute cleared with null does not come back as an empty text",
            Rule = $"{Harness}, phase 2; RFC 7643 §2.5",
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            Why = "Microsoft's harness fails the app, and clients cannot tell an empty title from a missing one.",
            Change = "Leave unassigned attributes out of the resource.",
            Before = Full,
            Operations = ["""{"op":"replace","path":"title","value":null}"""],
            After = [],
            ExpectAlso = Absent,
        },
        new PatchCase()
        {
            Id = "clear.empty.no-empty-text",
            Title = "An attribute cleared with \"\" does not come back as an empty text",
            Rule = "RFC 7643 §2.5",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            Why = "Clients that test whether a value is there find one, and print nothing.",
            Change = "Treat an empty text in a PATCH as no value.",
            Before = Full,
            Operations = ["""{"op":"replace","path":"title","value":""}"""],
            After = [],
            ExpectAlso = Absent,
        },
        new PatchCase()
        {
            Id = "clear.path-less.empty",
            Title = "Several attributes are cleared with \"\" in one value without path",
            Rule = $"{Harness}, job template without verbose PATCH",
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, and \"\" as no value.",
            Before = Full,
            Operations = ["""{"op":"replace","value":{"displayName":"","title":"","name.givenName":""}}"""],
            After = [("displayName", null), ("title", null), ("name.givenName", null), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "clear.path-less.enterprise",
            Title = "An enterprise attribute is cleared with \"\" under its URN in a value without path",
            Rule = $"{Harness}, job template without verbose PATCH",
            Profiles = Profiles.Entra,
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, with its URN, and \"\" as no value.",
            Before = CheckRun.EnterpriseJson("""{"department":"Sales","employeeNumber":"0042"}"""),
            Operations = [$$$"""{"op":"replace","value":{"{{{Department}}}":""}}"""],
            After = [(Department, null), (SchemaUrn.EnterpriseUser + ":employeeNumber", "0042")],
        },
        new PatchCase()
        {
            Id = "clear.path-less.null",
            Title = "Several attributes are cleared with null in one value without path",
            Rule = $"{Harness}, job template without verbose PATCH; RFC 7643 §2.5",
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            Why = Kept,
            Change = "Without a path, take each key of the value as a path, and null as no value.",
            Before = Full,
            Operations = ["""{"op":"replace","value":{"displayName":null,"title":null,"name.givenName":null}}"""],
            After = [("displayName", null), ("title", null), ("name.givenName", null), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "clear.siblings",
            Title = "Clearing one value leaves those beside it",
            Rule = $"{Harness}; RFC 7644 §3.5.2.3",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails", "User:addresses"],
            Why = "One line of an address is cleared, and all of it is gone.",
            Change = "Clear the one sub-attribute; drop the element only when nothing but its type is left.",
            Before = """
                {"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}],
                "addresses":[{"type":"work","locality":"London","country":"GB"}]}
                """,
            Operations =
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":null}""",
                """{"op":"replace","path":"addresses[type eq \"work\"].locality","value":null}""",
            ],
            After = [("""emails[type eq "home"].value""", "ada@example.org"), ("""addresses[type eq "work"].country""", "GB")],
        },
        new PatchCase()
        {
            Id = "clear.absent",
            Title = "Clearing what is not there succeeds",
            Rule = $"{Harness}: every optional attribute is cleared, assigned or not",
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            Why = "The request fails, with all other changes in it.",
            Change = "Treat clearing an unassigned attribute as done.",
            Before = "{}",
            Operations = ["""{"op":"replace","path":"title","value":""}""", """{"op":"replace","path":"name.givenName","value":null}"""],
            After = [("title", null), ("name.givenName", null)],
        },
        new PatchCase()
        {
            Id = "clear.absent.value-path",
            Title = "Clearing a value behind a filter that selects nothing succeeds and creates nothing",
            Rule = $"{Harness}: every optional attribute is cleared, assigned or not",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails", "User:phoneNumbers"],
            Why = "The request fails, with all other changes in it, or leaves addresses without a value.",
            Change = "Treat clearing as done when a filter selects nothing.",
            Before = "{}",
            Operations =
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":""}""",
                """{"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":null}""",
            ],
            After = [("""emails[type eq "work"].value""", null), ("""phoneNumbers[type eq "fax"].value""", null)],
        },
    ];

    static void Absent(Reply read) => read.That(read["title"] is null, "title null or absent", Reply.Describe(read["title"]));

    static Check ClearedBy(string id, string path, string value, string with, string json) =>
        new()
        {
            Id = $"clear.{with}.{id}",
            Title = $"replace of {Short(path)} with {json} clears it",
            Rule = with is "null" ? $"{Harness}; RFC 7643 §2.5" : Harness,
            Severity = Must,
            Profiles = with is "null" ? Profiles.Rfc | Profiles.Entra : Profiles.Entra,
            Needs = Needs.Patch | (path.StartsWith("urn:", StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing),
            Attributes = [MappedPath.AttributeName(path)],
            Why = Kept,
            Change = $"Take {json} in a PATCH as a request to clear the attribute: answer with success, and leave it out from then on.",
            Steps = async run =>
            {
                if (run.Target.Capabilities.Requires(MappedPath.AttributeName(path)))
                    throw new NotOffered($"{Short(path)} is required by /Schemas, so it cannot be cleared");
                var user = (await run.CreateUser(MappedPath.UserJson(path, value))).RequireKept(path);
                (
                    await run.PatchAndRead(
                        user,
                        $$"""{"op":"replace","path":"{{path.Replace("\"", "\\\"", StringComparison.Ordinal)}}","value":{{json}}}"""
                    )
                ).Lacks(path);
            },
        };

    static string Short(string path) => path is Department ? "department" : path;
}
