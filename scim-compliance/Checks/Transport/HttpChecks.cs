using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Transport;

/// <summary>Requests that firewalls, proxies and frameworks between Entra and the server may refuse.</summary>
static class HttpChecks
{
    /// <summary>Entra's own limit; the client here may give up sooner.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "transport.bare-get",
            Title = "A GET with nothing but a token is answered",
            Rule = "azure-docs#94189, kortix-ai/suna#7297: Entra sends neither Accept nor User-Agent nor Content-Type",
            Severity = Must,
            Profiles = Profiles.Entra,
            Why =
                "Stock rules of web application firewalls refuse requests without a User-Agent, "
                + "and frameworks answer 406 or HTML without Accept. Test Connection fails then.",
            Change = "Exempt the SCIM address from such rules, and do not negotiate the type of an answer.",
            Steps = async run => (await run.Get("/Users?startIndex=1&count=1", ("User-Agent", ""), ("Accept", ""))).Expect(200),
        },
        UserAgent(
            id: "transport.user-agent.okta",
            title: "A User-Agent is accepted",
            rule: "okta-developer-docs scim-20",
            severity: Must,
            profiles: Profiles.Okta,
            value: "Okta SCIM Client 1.0.0"
        ),
        UserAgent(
            id: "transport.user-agent.empty",
            title: "An empty User-Agent is accepted",
            rule: "goauthentik/authentik#11249: OneLogin sends an empty one",
            severity: Should,
            profiles: Profiles.Rfc,
            value: " "
        ),
        new()
        {
            Id = "transport.deadline",
            Title = "Reading and writing a user take less than Entra waits",
            Rule = "Microsoft, learn Q&A 1151866: 60 seconds",
            Severity = Must,
            Profiles = Profiles.Entra,
            Why =
                "Entra gives up on a slow answer, counts it as a failure and sends the same again in the next cycle; "
                + "many of them put the job into quarantine.",
            Change = "Index what is looked up (userName, externalId, e-mail), and do slow work after the answer.",
            Steps = async run =>
            {
                Reply[] replies =
                [
                    await run.Post("/Users", run.UserJson()),
                    await run.Get("/Users?startIndex=1&count=100"),
                    await run.Find("/Users", $"userName eq \"{run.NewGuid()}\""),
                ];
                foreach (var reply in replies)
                    reply.That(
                        reply.Status is not 0 && reply.Exchange.Elapsed < Deadline,
                        $"an answer within {Deadline.TotalSeconds:0} s",
                        reply.Status is 0 ? reply.Summary : $"one after {reply.Exchange.Elapsed.TotalSeconds:0.0} s"
                    );
            },
        },
        new()
        {
            Id = "transport.long-query",
            Title = "A filter of 2,000 characters is answered",
            Rule = "RFC 9110 §4.1: addresses of 8,000 octets should be read",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why = "Long names with accents grow sixfold when they are encoded. A short limit in a proxy fails just these people.",
            Change = "Raise the limit of the request line in server and proxy to 8,000 characters.",
            Steps = async run =>
            {
                var reply = await run.Find("/Users", $"userName eq \"{new string('x', 1960)}@example.com\"");
                // A 404, or a SCIM error about so long a name, shows that the request was read. Other checks decide whether it is right.
                if (reply.Status is not 400 || !reply.IsErrorDocument)
                    reply.Expect(200, 404);
            },
        },
        new()
        {
            Id = "transport.no-bom",
            Title = "An answer begins without a byte order mark",
            Rule = "RFC 8259 §8.1",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "JSON parsers of many clients stop at these three invisible bytes.",
            Change = "Write UTF-8 without a byte order mark.",
            Steps = async run =>
            {
                var reply = (await run.Get("/Users?startIndex=1&count=1")).RequireSuccess();
                reply.That(!reply.Exchange.ResponseBody.StartsWith('\uFEFF'), "JSON from the first byte", "a byte order mark before it");
            },
        },
        new()
        {
            Id = "transport.no-nulls",
            Title = "Attributes without a value are left out of an answer",
            Rule = "RFC 7643 §2.5",
            Severity = Advice,
            Profiles = Profiles.All,
            Why = "Absent and null mean the same in SCIM, but not to every client: some try to clear what they read as null.",
            Change = "Leave out what has no value.",
            Steps = async run =>
            {
                var reply = await run.Read(await run.CreateUser());
                reply.That(
                    !reply.Json!.ToJsonString().Contains(":null", StringComparison.Ordinal),
                    "no member that is null",
                    Reply.Describe(reply.Json)
                );
            },
        },
        new()
        {
            Id = "transport.content-location",
            Title = "Content-Location is the resource's meta.location",
            Rule = "RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "Two addresses for one resource make caches and clients keep two copies of it.",
            Change = "Send the same address in both places, or no Content-Location.",
            Steps = async run =>
            {
                var reply = await run.Read(await run.CreateUser());
                if (reply.Header("Content-Location") is not { } location)
                    throw new NotOffered("there is no Content-Location");
                var asked = new Uri(reply.Exchange.Url);
                // Each may be relative (RFC 9110 §8.7, RFC 3986 §5).
                reply.That(
                    reply["meta.location"].Text() is not ""
                        && Uri.TryCreate(asked, location, out var one)
                        && Uri.TryCreate(asked, reply["meta.location"].Text(), out var other)
                        && one == other,
                    $"meta.location is {location}",
                    Reply.Describe(reply["meta.location"])
                );
            },
        },
    ];

    static Check UserAgent(string id, string value, string title, string rule, Severity severity, Profiles profiles) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = profiles,
            Why = "A firewall that lets in browsers only keeps the identity provider out.",
            Change = "Exempt the SCIM address from rules about User-Agent.",
            Steps = async run => (await run.Get("/Users?startIndex=1&count=1", ("User-Agent", value))).Expect(200),
        };
}
