using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary><c>/ServiceProviderConfig</c> (RFC 7643 §5, RFC 9865 §4).</summary>
static class ServiceProviderConfigChecks
{
    static readonly string[] SchemeTypes = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];

    static readonly Check[] Required =
    [
        Member("patch", [("patch.supported", JsonValueKind.True)]),
        Member(
            "bulk",
            [
                ("bulk.supported", JsonValueKind.True),
                ("bulk.maxOperations", JsonValueKind.Number),
                ("bulk.maxPayloadSize", JsonValueKind.Number),
            ]
        ),
        Member("filter", [("filter.supported", JsonValueKind.True), ("filter.maxResults", JsonValueKind.Number)]),
        Member("changePassword", [("changePassword.supported", JsonValueKind.True)]),
        Member("sort", [("sort.supported", JsonValueKind.True)]),
        Member("etag", [("etag.supported", JsonValueKind.True)]),
        Member("authenticationSchemes", [("authenticationSchemes", JsonValueKind.Array)]),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "discovery.config.document",
            Title = "ServiceProviderConfig can be read and names its schema",
            Rule = "RFC 7644 §4; gallery checklist, SCIMReferenceCode Entra-AppGallery-AI-Validation-Checklist.md",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Clients read here what they may use. Without it they use the least, or nothing.",
            Change = "Serve GET /ServiceProviderConfig with the members of RFC 7643 §5.",
            Steps = async run =>
            {
                var reply = (await run.Get("/ServiceProviderConfig")).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() is SchemaUrn.ServiceProviderConfig),
                    $"schemas holds {SchemaUrn.ServiceProviderConfig}",
                    Reply.Describe(reply["schemas"])
                );
            },
        },
        .. Required,
        new()
        {
            Id = "discovery.config.patch",
            Title = "PATCH is announced",
            Rule = "entra-docs use-scim-to-provision-users-and-groups.md; goauthentik/authentik#13386",
            Severity = Should,
            Profiles = Profiles.Entra,
            Why =
                "Entra changes users and groups by PATCH only, whatever is announced; "
                + "other clients believe the announcement and send whole groups by PUT.",
            Change = "Implement PATCH and set patch.supported to true.",
            Steps = async run => (await Config(run)).Is("patch.supported", true),
        },
        new()
        {
            Id = "discovery.config.scheme-members",
            Title = "Every authentication scheme has a type, a name and a description",
            Rule = "RFC 7643 §5",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "An admin who connects a client learns here which kind of credentials is asked for.",
            Change = "Give each scheme its three required members.",
            Steps = async run =>
            {
                var reply = await Config(run);
                foreach (var scheme in Schemes(reply))
                foreach (var member in (string[])["type", "name", "description"])
                    reply.That(
                        scheme.At(member).Text() is { Length: > 0 },
                        $"{member} in each of authenticationSchemes",
                        Reply.Describe(scheme)
                    );
            },
        },
        new()
        {
            Id = "discovery.config.scheme-type",
            Title = "Authentication schemes are of the types that RFC 7643 defines",
            Rule = "RFC 7643 §5",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "A client that knows these five words cannot choose another one.",
            Change = "Call a bearer token oauthbearertoken.",
            Steps = async run =>
            {
                var reply = await Config(run);
                foreach (var type in Schemes(reply).Select(scheme => scheme.At("type").Text()).Where(type => type is not ""))
                    reply.That(
                        SchemeTypes.Contains(type, StringComparer.OrdinalIgnoreCase),
                        $"type is one of {string.Join(", ", SchemeTypes)}",
                        type
                    );
            },
        },
        new()
        {
            Id = "discovery.config.pagination",
            Title = "pagination says whether cursor and index are offered",
            Rule = "RFC 9865 §4",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "Both are required where pagination is there; a client does not know otherwise how to read more than one page.",
            Change = "Add cursor and index to pagination.",
            Steps = async run =>
            {
                var reply = await Config(run);
                if (reply["pagination"] is null)
                    throw new NotOffered("there is no pagination in ServiceProviderConfig");
                foreach (var member in (string[])["pagination.cursor", "pagination.index"])
                    reply.That(
                        reply[member]?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                        $"{member} is true or false",
                        Reply.Describe(reply[member])
                    );
            },
        },
        new()
        {
            Id = "discovery.config.read-only",
            Title = "A filter on ServiceProviderConfig is refused or ignored, not an error of the server",
            Rule = "RFC 7644 §4",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "Anything else looks like an outage to a careless client.",
            Change = "Answer 403, or ignore the filter.",
            Steps = async run => (await run.Get("/ServiceProviderConfig?filter=patch+pr")).Expect(200, 403),
        },
    ];

    static Check Member(string id, (string Path, JsonValueKind Kind)[] members) =>
        new()
        {
            Id = $"discovery.config.member.{id}",
            Title = $"ServiceProviderConfig has {string.Join(", ", members.Select(member => member.Path))}",
            Rule = "RFC 7643 §5",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "It is required. Strictly typed clients fail on the whole document when a member is missing or of another type.",
            Change = $"Add {id} with these members, also when the feature is not supported.",
            Steps = async run =>
            {
                var reply = await Config(run);
                foreach (var (path, kind) in members)
                {
                    var came = reply[path]?.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : reply[path]?.GetValueKind();
                    reply.That(came == kind, $"{path} is {Words(kind)}", Reply.Describe(reply[path]));
                }
            },
        };

    static string Words(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.True => "true or false",
            JsonValueKind.Number => "a number",
            _ => "a list",
        };

    static List<JsonNode?> Schemes(Reply config) =>
        config["authenticationSchemes"].Items().ToList() is { Count: > 0 } schemes
            ? schemes
            : throw new NotOffered("authenticationSchemes lists none");

    static async Task<Reply> Config(CheckRun run) =>
        (await run.Get("/ServiceProviderConfig")).RequireSuccess() is { Json: JsonObject } reply
            ? reply
            : throw new Blocked("ServiceProviderConfig is no JSON object");
}
