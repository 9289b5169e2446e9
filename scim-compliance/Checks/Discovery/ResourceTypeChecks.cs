using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary><c>/ResourceTypes</c> (RFC 7643 §6, RFC 7644 §4).</summary>
static class ResourceTypeChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Rule(
            id: "discovery.resource-types.list",
            title: "ResourceTypes comes as a ListResponse",
            rule: "RFC 7644 §4",
            severity: Must,
            change: "Return the types in Resources of a ListResponse, not as a bare array.",
            steps: async run =>
            {
                var reply = (await run.Get("/ResourceTypes")).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.ListResponse) && reply["Resources"] is JsonArray,
                    "a ListResponse",
                    Reply.Describe(reply.Json)
                );
            }
        ),
        Rule(
            id: "discovery.resource-types.user",
            title: "Users are listed with their address and schema",
            rule: "RFC 7643 §6",
            severity: Must,
            steps: async run => Described(await Types(run), "/Users", SchemaUrn.User),
            change: "List a type User with endpoint /Users and the schema of the core."
        ),
        Rule(
            id: "discovery.resource-types.group",
            title: "Groups are listed with their address and schema",
            rule: "RFC 7643 §6",
            severity: Must,
            needs: Needs.Groups,
            steps: async run => Described(await Types(run), "/Groups", SchemaUrn.Group),
            change: "List a type Group with endpoint /Groups and the schema of the core."
        ),
        Rule(
            id: "discovery.resource-types.members",
            title: "Every resource type has a name, an endpoint and a schema",
            rule: "RFC 7643 §6",
            severity: Must,
            change: "Add the members that RFC 7643 §6 requires.",
            steps: async run =>
            {
                var reply = await Types(run);
                foreach (var type in reply.Resources)
                foreach (var member in (string[])["name", "endpoint", "schema"])
                    reply.That(type.At(member).Text() is { Length: > 0 }, $"{member} in each resource type", Reply.Describe(type));
            }
        ),
        Rule(
            id: "discovery.resource-types.schemas",
            title: "The schemas that resource types name are in /Schemas",
            rule: "RFC 7643 §6",
            severity: Must,
            change: "Use the same URIs in both places, and serve every schema.",
            steps: async run =>
            {
                var types = await Types(run);
                var known = (await SchemaChecks.Schemas(run)).Ids;
                foreach (
                    var uri in types
                        .Resources.SelectMany(type =>
                            type.At("schemaExtensions")
                                .Items()
                                .Select(extension => extension.At("schema").Text())
                                .Prepend(type.At("schema").Text())
                        )
                        .Where(uri => uri is not "")
                )
                    types.That(known.Contains(uri, StringComparer.OrdinalIgnoreCase), $"{uri} is in /Schemas", string.Join(", ", known));
            }
        ),
        Rule(
            id: "discovery.resource-types.extensions",
            title: "Every extension says whether it is required",
            rule: "RFC 7643 §6",
            severity: Must,
            change: "Write schemaExtensions as a list of objects with schema and required.",
            steps: async run =>
            {
                var reply = await Types(run);
                var extensions = reply.Resources.SelectMany(type => type.At("schemaExtensions").Items()).ToList();
                if (extensions is [])
                    throw new NotOffered("no resource type has an extension");
                foreach (var extension in extensions)
                    reply.That(
                        extension.At("schema").Text() is { Length: > 0 }
                            && extension.At("required")?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                        "schema and required (true or false) in schemaExtensions",
                        Reply.Describe(extension)
                    );
            }
        ),
        Rule(
            id: "discovery.resource-types.single",
            title: "A single resource type can be read by its name",
            rule: "RFC 7644 §4",
            severity: Should,
            change: "Serve GET /ResourceTypes/User with the resource type itself.",
            steps: async run =>
            {
                var user = (await run.Get("/ResourceTypes")).Resources.FirstOrDefault(type =>
                    type.At("schema").Text().Equals(SchemaUrn.User, StringComparison.OrdinalIgnoreCase)
                );
                var name = user.At("name").Text() is { Length: > 0 } told ? told : "User";
                (await run.Get("/ResourceTypes/" + Uri.EscapeDataString(name))).Expect(200).IsIgnoringCase("schema", SchemaUrn.User);
            }
        ),
        Rule(
            id: "discovery.resource-types.unknown",
            title: "A resource type that is not there is 404",
            rule: "RFC 7644 §3.12",
            severity: Should,
            steps: async run => (await run.Get("/ResourceTypes/" + run.NewName())).Expect(404),
            change: "Answer 404 to an unknown name."
        ),
        Rule(
            id: "discovery.resource-types.filter",
            title: "A filter on resource types is refused with 403",
            rule: "RFC 7644 §4",
            severity: Should,
            steps: async run => (await run.Get("/ResourceTypes?filter=name+eq+%22User%22")).Expect(403),
            change: "Answer 403 to a filter, so that no client takes the whole list for the matches."
        ),
    ];

    static Check Rule(
        string id,
        string title,
        string rule,
        Severity severity,
        string change,
        Func<CheckRun, Task> steps,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = needs,
            Why =
                "Clients find out here which collections there are and which schemas and extensions they may use; "
                + "what is missing or malformed is not used.",
            Change = change,
            Steps = steps,
        };

    static async Task<Reply> Types(CheckRun run) =>
        (await run.Get("/ResourceTypes")).RequireSuccess() is { Resources: not [] } reply
            ? reply
            : throw new Blocked("/ResourceTypes lists nothing");

    static void Described(Reply types, string endpoint, string schema) =>
        types.That(
            types.Resources.Any(type =>
                type.At("endpoint").Text().Trim('/').Equals(endpoint[1..], StringComparison.OrdinalIgnoreCase)
                && type.At("schema").Text().Equals(schema, StringComparison.OrdinalIgnoreCase)
            ),
            $"a resource type with endpoint {endpoint} and schema {schema}",
            string.Join(", ", types.Resources.Select(type => $"{type.At("endpoint").Text()} {type.At("schema").Text()}"))
        );
}
