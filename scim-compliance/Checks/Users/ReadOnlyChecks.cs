using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>Read-only attributes are ignored in a POST (RFC 7644 §3.3, RFC 7643 §7).</summary>
static class ReadOnlyChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "users.create.read-only.id",
            Title = "An id sent by the client is ignored",
            Rule = "RFC 7643 §3.1; RFC 7644 §3.3 (readOnly SHALL be ignored)",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "A client that may choose ids can take the place of another account, or bring back a deleted one.",
            Change = "Give every resource an id of your own, and ignore the one in the request.",
            Steps = async run =>
            {
                var id = run.NewGuid();
                var reply = (await run.Post("/Users", run.UserJson($$"""{"id":"{{id}}"}"""))).SuccessWithResource().Has("id");
                reply.That(reply["id"].Text() != id, "an id that the server gave", "the one the client sent");
            },
        },
        new()
        {
            Id = "users.create.read-only.meta",
            Title = "meta sent by the client is ignored",
            Rule = "RFC 7643 §3.1; entra-docs, Create User sends meta",
            Severity = Must,
            Profiles = Profiles.All,
            Why =
                "Entra sends meta with every new user. If the server stores it, dates and addresses are wrong. "
                + "If the server refuses it, no user is created.",
            Change = "Ignore meta in requests and write your own.",
            Steps = async run =>
            {
                var meta = """
                    {"meta":{"resourceType":"Robot","created":"1999-12-31T00:00:00Z","lastModified":"1999-12-31T00:00:00Z",
                    "location":"https://example.com/x"}}
                    """;
                var reply = (await run.Post("/Users", run.UserJson(meta))).SuccessWithResource();
                foreach (
                    var (path, sent) in ((string, string)[])[("meta.resourceType", "Robot"), ("meta.location", "https://example.com/x")]
                )
                    reply.That(reply[path].Text() != sent, $"{path} as the server sets it", $"'{sent}', which the client sent");
                foreach (var path in (string[])["meta.created", "meta.lastModified"])
                    reply.That(
                        Timestamps.Parse(reply[path]) is not { Year: 1999 or 2000 },
                        $"{path} as the server sets it",
                        Reply.Describe(reply[path])
                    );
            },
        },
        new()
        {
            Id = "users.create.read-only.groups",
            Title = "groups sent with a user is ignored",
            Rule = "RFC 7643 §4.1.2 (groups is readOnly); RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Okta,
            Why = "A user would seem to be in a group and have its rights, although the group does not have this member.",
            Change = "Ignore groups in a user; memberships are changed through the group alone.",
            Steps = async run =>
                (await run.Post("/Users", run.UserJson($$"""{"groups":[{"value":"{{run.NewGuid()}}","display":"Admins"}]}""")))
                    .SuccessWithResource()
                    .Lacks("groups"),
        },
    ];
}
