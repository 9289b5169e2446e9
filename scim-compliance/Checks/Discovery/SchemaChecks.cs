using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary><c>/Schemas</c> as documents (RFC 7643 §7, RFC 7644 §4): what holds for every schema and attribute.</summary>
static partial class SchemaChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md, Schema discovery";

    static readonly string[] Characteristics =
    [
        "name",
        "type",
        "multiValued",
        "description",
        "required",
        "caseExact",
        "mutability",
        "returned",
        "uniqueness",
    ];

    static readonly Dictionary<string, string[]> Words = new()
    {
        ["type"] = ["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"],
        ["mutability"] = ["readOnly", "readWrite", "immutable", "writeOnly"],
        ["returned"] = ["always", "never", "default", "request"],
        ["uniqueness"] = ["none", "server", "global"],
    };

    public static IReadOnlyList<Check> All { get; } =
    [
        Rule(
            id: "discovery.schemas.list",
            title: "Schemas come as a ListResponse",
            rule: "RFC 7644 §4",
            severity: Must,
            change: "Return the schemas in Resources of a ListResponse, not as a bare array.",
            steps: async run =>
            {
                var reply = (await run.Get("/Schemas")).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.ListResponse) && reply["Resources"] is JsonArray,
                    "a ListResponse",
                    Reply.Describe(reply.Json)
                );
            }
        ),
        Rule(
            id: "discovery.schemas.complete",
            title: "All schemas come at once, whatever the page asked for",
            rule: "RFC 7644 §4: pagination SHALL be ignored",
            severity: Should,
            change: "Ignore startIndex and count at /Schemas.",
            steps: async run =>
            {
                var all = (await Schemas(run)).Resources.Count;
                var reply = (await run.Get("/Schemas?startIndex=1&count=1")).Expect(200);
                reply.That(reply.Resources.Count == all, $"all {all} schemas", $"{reply.Resources.Count}");
            }
        ),
        Rule(
            id: "discovery.schemas.user",
            title: "The schema of users is there",
            rule: "RFC 7643 §3, §4.1",
            severity: Must,
            steps: async run => Listed(await Schemas(run), SchemaUrn.User),
            change: $"Serve the schema {SchemaUrn.User}."
        ),
        Rule(
            id: "discovery.schemas.group",
            title: "The schema of groups is there",
            rule: "RFC 7643 §4.2; App gallery harness, all group tests",
            severity: Must,
            needs: Needs.Groups,
            steps: async run => Listed(await Schemas(run), SchemaUrn.Group),
            change: $"Serve the schema {SchemaUrn.Group}."
        ),
        Rule(
            id: "discovery.schemas.single",
            title: "A single schema can be read by its URI",
            rule: "RFC 7644 §4",
            severity: Should,
            steps: async run => (await run.Get("/Schemas/" + SchemaUrn.User)).Expect(200).IsIgnoringCase("id", SchemaUrn.User),
            change: "Serve GET /Schemas/{uri} with the schema itself."
        ),
        Rule(
            id: "discovery.schemas.unknown",
            title: "A schema that is not there is 404",
            rule: "RFC 7644 §3.12",
            severity: Should,
            steps: async run => (await run.Get("/Schemas/urn:example:" + run.NewName())).Expect(404),
            change: "Answer 404 to an unknown URI."
        ),
        Rule(
            id: "discovery.schemas.filter",
            title: "A filter on schemas is refused with 403",
            rule: "RFC 7644 §4",
            severity: Should,
            steps: async run => (await run.Get($"/Schemas?filter={CheckRun.UrlEncode($"id eq \"{SchemaUrn.User}\"")}")).Expect(403),
            change: "Answer 403 to a filter, so that no client takes the whole list for the matches."
        ),
        Rule(
            id: "discovery.schemas.no-nulls",
            title: "No member of a schema is null",
            rule: Entra,
            severity: Should,
            change: "Leave out members that have no value.",
            steps: async run =>
            {
                var reply = await Schemas(run);
                reply.That(
                    !Null().IsMatch(reply.Json!.ToJsonString()),
                    "members without a value are left out",
                    "null: " + Null().Match(reply.Json.ToJsonString()).Value
                );
            }
        ),
        ForEveryAttribute(
            id: "discovery.schemas.characteristics",
            title: "Every attribute has all its characteristics",
            rule: $"RFC 7643 §7; {Entra}",
            severity: Should,
            change: "Write all nine members for each attribute and sub-attribute, also where they have their default.",
            holds: (reply, attribute, path) =>
            {
                foreach (var member in Characteristics)
                    reply.That(
                        attribute[member] is not null || member is "caseExact" or "uniqueness" && attribute["type"].Text() is not "string",
                        $"{member} of {path}",
                        "none"
                    );
            }
        ),
        ForEveryAttribute(
            id: "discovery.schemas.booleans",
            title: "multiValued, required and caseExact are true or false",
            rule: "RFC 7643 §7",
            severity: Must,
            change: "Write JSON booleans.",
            holds: (reply, attribute, path) =>
            {
                foreach (var member in (string[])["multiValued", "required", "caseExact"])
                    reply.That(
                        attribute[member] is null || attribute[member]!.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                        $"{member} of {path} is true or false",
                        Reply.Describe(attribute[member])
                    );
            }
        ),
        ForEveryAttribute(
            id: "discovery.schemas.words",
            title: "type, mutability, returned and uniqueness are words of RFC 7643",
            rule: "RFC 7643 §2.2, §2.3, §7",
            severity: Must,
            change: "Use no other words than the RFC's: string, boolean, decimal, integer, dateTime, binary, reference, "
                + "complex and the like.",
            holds: (reply, attribute, path) =>
            {
                foreach (var (member, words) in Words)
                    reply.That(
                        attribute[member] is null || words.Contains(attribute[member].Text(), StringComparer.OrdinalIgnoreCase),
                        $"{member} of {path} is one of {string.Join(", ", words)}",
                        Reply.Describe(attribute[member])
                    );
            }
        ),
        ForEveryAttribute(
            id: "discovery.schemas.spelling",
            title: "type, mutability, returned and uniqueness have the letter case of RFC 7643",
            rule: $"{Entra}: camelCase",
            severity: Should,
            change: "Write the words as the RFC spells them: readWrite, dateTime.",
            holds: (reply, attribute, path) =>
            {
                foreach (var (member, words) in Words)
                    if (words.FirstOrDefault(word => word.Equals(attribute[member].Text(), StringComparison.OrdinalIgnoreCase)) is { } word)
                        reply.That(attribute[member].Text() == word, $"{member} of {path} is {word}", Reply.Describe(attribute[member]));
            }
        ),
        ForEveryAttribute(
            id: "discovery.schemas.names",
            title: "Names of attributes are well formed",
            rule: "RFC 7643 §2.1",
            severity: Must,
            holds: (reply, attribute, path) =>
                reply.That(Name().IsMatch(attribute["name"].Text()), "letters, digits, - and _, beginning with a letter (or $ref)", path),
            change: "Rename the attribute."
        ),
        ForEveryAttribute(
            id: "discovery.schemas.sub-attributes",
            title: "Complex attributes list their sub-attributes",
            rule: "RFC 7643 §7",
            severity: Should,
            holds: (reply, attribute, path) =>
                reply.That(
                    attribute["type"].Text() is not "complex" || attribute["subAttributes"].Items().Any(),
                    $"subAttributes of {path}",
                    "none"
                ),
            change: "Add subAttributes with the same members."
        ),
    ];

    static Check ForEveryAttribute(
        string id,
        string title,
        string rule,
        Severity severity,
        Action<Reply, JsonObject, string> holds,
        string change
    ) =>
        Rule(
            id: id,
            title: title,
            rule: rule,
            severity: severity,
            change: change,
            steps: async run =>
            {
                var reply = await Schemas(run);
                var attributes = reply
                    .Resources.Where(schema => schema.At("id").Text() is SchemaUrn.User or SchemaUrn.Group or SchemaUrn.EnterpriseUser)
                    .SelectMany(schema => Attributes(schema.At("attributes"), ""))
                    .ToList();
                if (attributes is [])
                    throw new Blocked("/Schemas describes no attribute of users or groups");
                foreach (var (attribute, path) in attributes)
                    holds(reply, attribute, path);
            }
        );

    static Check Rule(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<CheckRun, Task> steps,
        string change,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = needs,
            Why =
                "Entra (for gallery apps), the SCIM Validator and others build their list of attributes from this document. "
                + "What they cannot read, an admin cannot map.",
            Change = change,
            Steps = steps,
        };

    /// <summary>Reads the list of schemas, as preparation.</summary>
    public static async Task<Reply> Schemas(CheckRun run) =>
        (await run.Get("/Schemas")).RequireSuccess() is { Resources: not [] } reply ? reply : throw new Blocked("/Schemas lists nothing");

    static void Listed(Reply schemas, string uri) =>
        schemas.That(schemas.Ids.Contains(uri, StringComparer.OrdinalIgnoreCase), $"{uri} is in /Schemas", string.Join(", ", schemas.Ids));

    static IEnumerable<(JsonObject Attribute, string Path)> Attributes(JsonNode? list, string parent) =>
        list.Items()
            .OfType<JsonObject>()
            .SelectMany(attribute =>
                Attributes(attribute["subAttributes"], parent + attribute["name"].Text() + ".")
                    .Prepend((attribute, parent + attribute["name"].Text()))
            );

    [GeneratedRegex("""^(\$ref|[A-Za-z][\w$-]*)$""")]
    private static partial Regex Name();

    [GeneratedRegex("\"[^\"]*\":null")]
    private static partial Regex Null();
}
