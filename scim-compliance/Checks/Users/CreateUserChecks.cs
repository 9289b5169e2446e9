using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary><c>POST /Users</c> and its answer (RFC 7644 §3.3).</summary>
static class CreateUserChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "users.create.minimal",
            Title = "A user with nothing but a userName is created with 201 and an id",
            Rule = "RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Without an id in the answer Entra cannot link the account, and tries to create it again in every cycle.",
            Change = "Answer a POST with 201 and the whole resource, with the id you gave it.",
            Steps = async run =>
            {
                var user = run.UserJson();
                var reply = (await run.Post("/Users", user)).Expect(201);
                reply.Has("id").Is("userName", user["userName"]!.DeepClone());
            },
        },
        new()
        {
            Id = "users.create.entra",
            Title = "The create request that Entra documents is answered with 201",
            Rule = "entra-docs use-scim-to-provision-users-and-groups.md, Create User",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.EnterpriseUser,
            Why = "This is the first thing Entra sends for every person: when it is refused, no user is provisioned.",
            Change =
                "Accept the request as it is: meta sent by the client, empty roles, "
                + "and the enterprise URN in schemas without a value of it.",
            Steps = async run =>
            {
                var user = Documented(run);
                (await run.Post("/Users", user)).SuccessWithResource().Has("id");
            },
        },
        new()
        {
            Id = "users.create.answer.body",
            Title = "The answer to a POST shows the user as a later GET does",
            Rule = "RFC 7644 §3.3",
            Severity = Should,
            Profiles = Profiles.All,
            Why =
                "Clients keep what the answer shows; what is missing there looks as if it had not been stored. "
                + "Okta treats an empty answer as an error.",
            Change = "Write the stored resource into the answer to a POST, not an excerpt or what was sent.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Ada","name":{"givenName":"Ada","familyName":"Lovelace"}}""");
                var read = await run.Read(user);
                foreach (var path in (string[])["userName", "active", "displayName", "name.givenName", "name.familyName"])
                    user.Reply.Is(path, read[path]);
            },
        },
        new()
        {
            Id = "users.create.answer.schemas",
            Title = "schemas of a new user names the core user schema",
            Rule = "RFC 7643 §3; RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "schemas tells a client what it reads; libraries refuse to read a resource without it.",
            Change = "Write schemas, an array of the URNs that apply, into every resource.",
            Steps = async run =>
            {
                var reply = (await run.CreateUser()).Reply;
                reply.That(
                    reply["schemas"].Items().Any(urn => urn.Text().Equals(SchemaUrn.User, StringComparison.OrdinalIgnoreCase)),
                    $"schemas holds {SchemaUrn.User}",
                    Reply.Describe(reply["schemas"])
                );
            },
        },
        new()
        {
            Id = "users.create.answer.location",
            Title = "The Location header of a 201 and meta.location name the same address",
            Rule = "RFC 7644 §3.3; RFC 7643 §3.1",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "Clients of other vendors go to this address next; when the two differ or are missing, they cannot.",
            Change = "Send the address of the new resource in Location, and the same in meta.location.",
            Steps = async run =>
            {
                var reply = (await run.CreateUser()).Reply;
                var header = reply.Header("Location");
                reply.That(!string.IsNullOrWhiteSpace(header), "a Location header", "none").Has("meta.location");
                var told = reply["meta.location"].Text();
                reply.That(run.PossibleUrls(header!).Intersect(run.PossibleUrls(told)).Any(), $"meta.location is {header}", told);
            },
        },
        new()
        {
            Id = "users.create.answer.id-text",
            Title = "The id of a new user is a text",
            Rule = "RFC 7643 §3.1 (id), §2.3.1",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "Libraries that follow the standard cannot read a number there, and refuse the whole user.",
            Change = "Write id as a JSON string, also when it is a number in your database.",
            Steps = async run =>
            {
                var reply = (await run.CreateUser()).Reply;
                reply.That(
                    reply["id"]!.GetValueKind() is System.Text.Json.JsonValueKind.String,
                    "an id in quotation marks, such as \"42\"",
                    Reply.Describe(reply["id"])
                );
            },
        },
        new()
        {
            Id = "users.create.answer.resource-type",
            Title = "meta.resourceType of a user is User",
            Rule = "RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.All,
            Why = "A client that reads users and groups together tells them apart by this.",
            Change = "Write meta.resourceType with the name of the resource type, in exactly that spelling.",
            Steps = async run => (await run.CreateUser()).Reply.Is("meta.resourceType", "User"),
        },
        .. from time in (string[])["created", "lastModified"] select HasTime(time),
    ];

    static JsonObject Documented(CheckRun run)
    {
        var name = run.NewName();
        return JsonNode
            .Parse(
                $$"""
                {"schemas":["{{SchemaUrn.User}}","{{SchemaUrn.EnterpriseUser}}"],"externalId":"{{run.NewGuid()}}",
                 "userName":"{{name}}@example.com","active":true,
                 "emails":[{"primary":true,"type":"work","value":"{{name}}@example.com"}],"meta":{"resourceType":"User"},
                 "name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},"roles":[]}
                """
            )!
            .AsObject();
    }

    static Check HasTime(string time) =>
        new()
        {
            Id = $"users.create.answer.{(time is "created" ? "created" : "last-modified")}",
            Title = $"meta.{time} is a date and time",
            Rule = "RFC 7643 §3.1, §2.3.5",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why =
                "Clients that look for what has changed read these times; without them, or in another form, they read everything or fail.",
            Change = $"Write meta.{time} as an xsd:dateTime with its time zone, for example 2026-01-31T12:00:00.123Z.",
            Steps = async run =>
            {
                var reply = (await run.CreateUser()).Reply;
                reply.That(
                    Timestamps.Parse(reply[$"meta.{time}"]) is not null,
                    $"meta.{time} is a time such as 2026-01-31T12:00:00Z",
                    Reply.Describe(reply[$"meta.{time}"])
                );
            },
        };
}
