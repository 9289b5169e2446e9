using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Connecting;

/// <summary>What Entra asks when an admin presses Test Connection.</summary>
static class ProbeChecks
{
    const string Source = "entra-docs use-scim-to-provision-users-and-groups.md, Test Connection; azure-docs#94189";

    static readonly (string Id, string Path, Severity Severity, string[] Attributes)[] Probes =
    [
        ("userName", "userName", Must, []),
        ("externalId", "externalId", Should, []),
        ("email", "emails[type eq \"work\"].value", Should, ["User:emails"]),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from probe in Probes select Probe(probe.Id, probe.Path, probe.Severity, probe.Attributes),
        new()
        {
            Id = "connection.probe.flag",
            Title = "Test Connection succeeds with aadOptscim062020 in the query",
            Rule = "entra-docs application-provisioning-config-problem-scim-compatibility.md",
            Severity = Should,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Why =
                "Admins append this flag to the Tenant URL to get well-formed PATCH requests. "
                + "A server that stumbles over it cannot be connected.",
            Change = "Ignore query parameters that you do not know.",
            Steps = async run =>
                ExpectEmptyList(await run.Get($"/Users?aadOptscim062020&filter={CheckRun.UrlEncode($"userName eq \"{run.NewGuid()}\"")}")),
        },
        new()
        {
            Id = "connection.probe.groups",
            Title = "The look-up of a group that does not exist is an empty list",
            Rule = "entra-docs use-scim-to-provision-users-and-groups.md; pranems/SCIMServer, RCA issue 3",
            Severity = Should,
            Profiles = Profiles.Entra,
            Why =
                "With the group mapping switched on, which is the default, Test Connection asks for groups too and fails on anything "
                + "but a list.",
            Change = "Answer GET /Groups with 200 and an empty list, also when you have no groups.",
            Steps = async run =>
                ExpectEmptyList(
                    await run.Get($"/Groups?excludedAttributes=members&filter={CheckRun.UrlEncode($"displayName eq \"{run.NewGuid()}\"")}")
                ),
        },
        new()
        {
            Id = "connection.list.message",
            Title = "A list names itself a ListResponse",
            Rule = "RFC 7644 §3.4.2",
            Severity = Must,
            Profiles = Profiles.All,
            Why =
                "Without this marker a client cannot tell a list from a single resource, "
                + "and Test Connection reports an incompatible server.",
            Change = "Put the URI of ListResponse into schemas of every list.",
            Steps = async run =>
            {
                var reply = (await run.Get("/Users?startIndex=1&count=1")).RequireSuccess();
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.ListResponse),
                    $"schemas holds {SchemaUrn.ListResponse}",
                    Reply.Describe(reply["schemas"])
                );
            },
        },
        new()
        {
            Id = "connection.unknown-parameters",
            Title = "Unknown query parameters are ignored",
            Rule = "RFC 7644 §3.4.2",
            Severity = Should,
            Profiles = Profiles.All,
            Why =
                "Proxies and newer clients add parameters. A server that refuses them stops working although neither you nor the "
                + "admin changed anything.",
            Change = "Read the parameters you know and leave the others alone.",
            Steps = async run => (await run.Get("/Users?startIndex=1&count=1&api-version=7&trace=on")).Expect(200),
        },
        Slashes(
            id: "connection.trailing-slash",
            title: "A trailing slash after the collection does not matter",
            path: "/Users/?startIndex=1&count=1"
        ),
        Slashes(
            id: "connection.doubled-slash",
            title: "A doubled slash before the collection does not matter",
            path: "//Users?startIndex=1&count=1"
        ),
    ];

    static Check Probe(string id, string path, Severity severity, string[] attributes) =>
        new()
        {
            Id = $"connection.probe.{id}",
            Title = $"The look-up of a random GUID as {path} is an empty list",
            Rule = Source,
            Severity = severity,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Attributes = attributes,
            Why =
                "This is the one request of Test Connection. Anything but 200 with an empty list is shown to the admin as invalid "
                + "credentials, and nothing can be provisioned.",
            Change = $"Answer a filter on {path} that matches no user with 200, totalResults 0 and no Resources, never with 404.",
            Steps = async run => ExpectEmptyList(await run.Get($"/Users?filter={CheckRun.UrlEncode($"{path} eq \"{run.NewGuid()}\"")}")),
        };

    static Check Slashes(string id, string path, string title) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "Entra joins the Tenant URL, as the admin typed it, and /Users",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Why = "An admin who types one slash too many in the Tenant URL sees a failed Test Connection, and no hint why.",
            Change = "Treat doubled and trailing slashes as one.",
            Steps = async run => (await run.Get(path)).Expect(200),
        };

    static void ExpectEmptyList(Reply reply)
    {
        reply.Expect(200).Count("Resources", 0);
        reply.That(reply["totalResults"].Text() is "0", "totalResults is 0", Reply.Describe(reply["totalResults"]));
    }
}
