using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Wire;
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
            "list",
            "Schemas come as a ListResponse",
            "RFC 7644 §4",
            Must,
            async t =>
            {
                var reply = (await t.Get("/Schemas")).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() == Trial.ListSchema) && reply["Resources"] is JsonArray,
                    "a ListResponse",
                    Reply.Shown(reply.Json)
                );
            },
            "Return the schemas in Resources of a ListResponse, not as a bare array."
        ),
        Rule(
            "complete",
            "All schemas come at once, whatever the page asked for",
            "RFC 7644 §4: pagination SHALL be ignored",
            Should,
            async t =>
            {
                var all = (await Schemas(t)).Resources.Count;
                var reply = (await t.Get("/Schemas?startIndex=1&count=1")).Expect(200);
                reply.That(reply.Resources.Count == all, $"all {all} schemas", $"{reply.Resources.Count}");
            },
            "Ignore startIndex and count at /Schemas."
        ),
        Rule(
            "user",
            "The schema of users is there",
            "RFC 7643 §3, §4.1",
            Must,
            async t => Listed(await Schemas(t), Trial.UserSchema),
            "Serve the schema urn:ietf:params:scim:schemas:core:2.0:User."
        ),
        Rule(
            "group",
            "The schema of groups is there",
            "RFC 7643 §4.2; App gallery harness, all group tests",
            Must,
            async t => Listed(await Schemas(t), Trial.GroupSchema),
            "Serve the schema urn:ietf:params:scim:schemas:core:2.0:Group.",
            Needs.Groups
        ),
        Rule(
            "single",
            "A single schema can be read by its URI",
            "RFC 7644 §4",
            Should,
            async t => (await t.Get("/Schemas/" + Trial.UserSchema)).Expect(200).IsIgnoringCase("id", Trial.UserSchema),
            "Serve GET /Schemas/{uri} with the schema itself."
        ),
        Rule(
            "unknown",
            "A schema that is not there is 404",
            "RFC 7644 §3.12",
            Should,
            async t => (await t.Get("/Schemas/urn:example:" + t.NewName())).Expect(404),
            "Answer 404 to an unknown URI."
        ),
        Rule(
            "filter",
            "A filter on schemas is refused with 403",
            "RFC 7644 §4",
            Should,
            async t => (await t.Get($"/Schemas?filter={Trial.Encoded($"id eq \"{Trial.UserSchema}\"")}")).Expect(403),
            "Answer 403 to a filter, so that nobody takes the whole list for what fits."
        ),
        Rule(
            "no-nulls",
            "No member of a schema is null",
            Entra,
            Should,
            async t =>
            {
                var reply = await Schemas(t);
                reply.That(
                    !Null().IsMatch(reply.Json!.ToJsonString()),
                    "members without a value are left out",
                    "null: " + Null().Match(reply.Json.ToJsonString()).Value
                );
            },
            "Leave out members that have no value."
        ),
        Each(
            "characteristics",
            "Every attribute has all its characteristics",
            $"RFC 7643 §7; {Entra}",
            Should,
            (reply, attribute, path) =>
            {
                foreach (var member in Characteristics)
                    reply.That(
                        attribute[member] is not null || member is "caseExact" or "uniqueness" && attribute["type"].Text() is not "string",
                        $"{member} of {path}",
                        "none"
                    );
            },
            "Write all nine members for each attribute and sub-attribute, also where they have their default."
        ),
        Each(
            "booleans",
            "multiValued, required and caseExact are true or false",
            "RFC 7643 §7",
            Must,
            (reply, attribute, path) =>
            {
                foreach (var member in (string[])["multiValued", "required", "caseExact"])
                    reply.That(
                        attribute[member] is null || attribute[member]!.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                        $"{member} of {path} is true or false",
                        Reply.Shown(attribute[member])
                    );
            },
            "Write JSON booleans."
        ),
        Each(
            "words",
            "type, mutability, returned and uniqueness are words of RFC 7643",
            "RFC 7643 §2.2, §2.3, §7",
            Must,
            (reply, attribute, path) =>
            {
                foreach (var (member, words) in Words)
                    reply.That(
                        attribute[member] is null || words.Contains(attribute[member].Text(), StringComparer.OrdinalIgnoreCase),
                        $"{member} of {path} is one of {string.Join(", ", words)}",
                        Reply.Shown(attribute[member])
                    );
            },
            "Use no other words than the RFC's: string, boolean, decimal, integer, dateTime, binary, reference, complex and the like."
        ),
        Each(
            "spelling",
            "type, mutability, returned and uniqueness have the letter case of RFC 7643",
            $"{Entra}: camelCase",
            Should,
            (reply, attribute, path) =>
            {
                foreach (var (member, words) in Words)
                    if (words.FirstOrDefault(word => word.Equals(attribute[member].Text(), StringComparison.OrdinalIgnoreCase)) is { } word)
                        reply.That(attribute[member].Text() == word, $"{member} of {path} is {word}", Reply.Shown(attribute[member]));
            },
            "Write the words as the RFC spells them: readWrite, dateTime."
        ),
        Each(
            "names",
            "Names of attributes are well formed",
            "RFC 7643 §2.1",
            Must,
            (reply, attribute, path) =>
                reply.That(Name().IsMatch(attribute["name"].Text()), "letters, digits, - and _, beginning with a letter (or $ref)", path),
            "Rename the attribute."
        ),
        Each(
            "sub-attributes",
            "Complex attributes list their sub-attributes",
            "RFC 7643 §7",
            Should,
            (reply, attribute, path) =>
                reply.That(
                    attribute["type"].Text() is not "complex" || attribute["subAttributes"].Items().Any(),
                    $"subAttributes of {path}",
                    "none"
                ),
            "Add subAttributes with the same members."
        ),
    ];

    static Check Each(string id, string title, string rule, Severity severity, Action<Reply, JsonObject, string> holds, string change) =>
        Rule(
            id,
            title,
            rule,
            severity,
            async t =>
            {
                var reply = await Schemas(t);
                var attributes = reply
                    .Resources.Where(schema => schema.At("id").Text() is Trial.UserSchema or Trial.GroupSchema or Trial.EnterpriseSchema)
                    .SelectMany(schema => Attributes(schema.At("attributes"), ""))
                    .ToList();
                if (attributes is [])
                    throw new Blocked("/Schemas describes no attribute of users or groups");
                foreach (var (attribute, path) in attributes)
                    holds(reply, attribute, path);
            },
            change
        );

    static Check Rule(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<Trial, Task> run,
        string change,
        Needs needs = Needs.Nothing
    ) =>
        new($"discovery.schemas.{id}", title, rule, severity, Profiles.All, run)
        {
            Why =
                "Entra (for gallery apps), the SCIM Validator and others build their list of attributes from this document. What they cannot read, an admin cannot map.",
            Change = change,
            Needs = needs,
        };

    /// <summary>Prepares: the list of schemas.</summary>
    public static async Task<Reply> Schemas(Trial t) =>
        (await t.Get("/Schemas")).Prepared() is { Resources: not [] } reply ? reply : throw new Blocked("/Schemas lists nothing");

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
