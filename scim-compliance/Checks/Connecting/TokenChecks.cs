using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Connecting;

/// <summary>Which tokens a server accepts (RFC 7644 §2, RFC 6750).</summary>
static class TokenChecks
{
    const string Closed = "Anyone who knows the address could read all your users and create accounts.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "connection.token.wrong",
            Title = "A wrong token is refused",
            Rule = "RFC 7644 §2, §3.12; entra-docs application-provisioning-quarantine-status.md",
            Severity = Must,
            Profiles = Profiles.All,
            Why = Closed + " With another status than 401 (or 403) Entra does not tell the admin that the token is the trouble.",
            Change = "Check the token of every request and answer 401 when it is not yours.",
            Steps = async run => (await Wrong(run)).Expect(401, 403),
        },
        new()
        {
            Id = "connection.token.none",
            Title = "A request without a token is refused",
            Rule = "RFC 7644 §2, §3.12",
            Severity = Must,
            Profiles = Profiles.All,
            Why = Closed,
            Change = "Answer 401 to a request without Authorization.",
            Steps = async run => (await None(run)).Expect(401, 403),
        },
        new()
        {
            Id = "connection.token.write",
            Title = "A POST with a wrong token makes nothing",
            Rule = "RFC 7644 §2",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "A server that protects only reading lets anyone create accounts.",
            Change = "Check the token before anything else, for every method.",
            Steps = async run =>
            {
                // Without a userName, so that most servers create nothing even if they accept the token. Other names have the mark.
                var reply = await run.SendAs(
                    "not-a-token-" + run.NewGuid(),
                    "POST",
                    "/Users",
                    $$"""{"schemas":["{{SchemaUrn.User}}"],"externalId":"{{run.NewName()}}"}"""
                );
                reply.That(reply.Status is 401 or 403, "POST /Users with a wrong token is answered 401 or 403", reply.Summary);
            },
        },
        new()
        {
            Id = "connection.token.challenge",
            Title = "A 401 says with WWW-Authenticate how to log in",
            Rule = "RFC 7644 §2; RFC 9110 §11.6.1; RFC 6750 §3",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "Clients and people who look into a failed connection learn from this header which kind of token is wanted.",
            Change = "Send WWW-Authenticate: Bearer with every 401.",
            Steps = async run =>
            {
                var reply = await None(run);
                if (reply.Status is not 401)
                    throw new Blocked($"a request without a token is answered {reply.Summary}");
                reply.That(reply.Header("WWW-Authenticate") is { Length: > 0 }, "the header WWW-Authenticate", "none");
            },
        },
        new()
        {
            Id = "connection.token.error",
            Title = "A refused token is explained by a SCIM error",
            Rule = "RFC 7644 §3.12",
            Severity = Should,
            Profiles = Profiles.All,
            Why = "Entra shows the body of the answer to the admin. An HTML page or nothing says nothing about an expired token.",
            Change = "Answer 401 with the SCIM error document and a detail that says what to do.",
            Steps = async run =>
            {
                var reply = await Wrong(run);
                if (reply.Status is not 401)
                    throw new Blocked($"a wrong token is answered {reply.Summary}");
                reply.That(
                    reply.IsErrorDocument,
                    "a SCIM error as body",
                    reply.Exchange.ResponseBody is "" ? "no body" : Reply.Describe(reply.Json)
                );
            },
        },
    ];

    static Task<Reply> Wrong(CheckRun run) => run.SendAs("not-a-token-" + run.NewGuid(), "GET", "/Users?startIndex=1&count=1");

    static Task<Reply> None(CheckRun run) => run.SendAs(null, "GET", "/Users?startIndex=1&count=1");
}
