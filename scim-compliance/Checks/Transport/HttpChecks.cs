using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Transport;

/// <summary>What firewalls, proxies and frameworks between Entra and the server trip over.</summary>
static class HttpChecks
{
    /// <summary>Entra's own limit; the client here may give up sooner.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            "transport.bare-get",
            "A GET with nothing but a token is answered",
            "azure-docs#94189, kortix-ai/suna#7297: Entra sends neither Accept nor User-Agent nor Content-Type",
            Must,
            Profiles.Entra,
            async t => (await t.Get("/Users?startIndex=1&count=1", ("User-Agent", ""), ("Accept", ""))).Expect(200)
        )
        {
            Why =
                "Stock rules of web application firewalls refuse requests without a User-Agent, and frameworks answer 406 or HTML without Accept. Test Connection fails then.",
            Change = "Exempt the SCIM address from such rules, and do not negotiate the type of an answer.",
        },
        UserAgent("okta", "Okta SCIM Client 1.0.0", "A User-Agent is accepted", "okta-developer-docs scim-20", Must, Profiles.Okta),
        UserAgent(
            "empty",
            " ",
            "An empty User-Agent is accepted",
            "goauthentik/authentik#11249: OneLogin sends an empty one",
            Should,
            Profiles.Rfc
        ),
        new(
            "transport.deadline",
            "Reading and writing a user take less than Entra waits",
            "Microsoft, learn Q&A 1151866: 60 seconds",
            Must,
            Profiles.Entra,
            async t =>
            {
                Reply[] replies =
                [
                    await t.Post("/Users", t.UserJson()),
                    await t.Get("/Users?startIndex=1&count=100"),
                    await t.Find("/Users", $"userName eq \"{t.NewGuid()}\""),
                ];
                foreach (var reply in replies)
                    reply.That(
                        reply.Status is not 0 && reply.Exchange.Elapsed < Deadline,
                        $"an answer within {Deadline.TotalSeconds:0} s",
                        reply.Status is 0 ? reply.Summary : $"one after {reply.Exchange.Elapsed.TotalSeconds:0.0} s"
                    );
            }
        )
        {
            Why =
                "Entra gives up on a slow answer, counts it as a failure and sends the same again in the next cycle; many of them put the job into quarantine.",
            Change = "Index what is looked up (userName, externalId, e-mail), and do slow work after the answer.",
        },
        new(
            "transport.long-query",
            "A filter of 2,000 characters is answered",
            "RFC 9110 §4.1: addresses of 8,000 octets should be read",
            Should,
            Profiles.All,
            async t =>
            {
                var reply = await t.Find("/Users", $"userName eq \"{new string('x', 1960)}@example.com\"");
                // A 404, or a refusal of so long a name in SCIM's own words, has read it too; whether that is right is another check's.
                if (reply.Status is not 400 || !reply.IsErrorDocument)
                    reply.Expect(200, 404);
            }
        )
        {
            Why = "Long names with accents grow sixfold when they are encoded. A short limit in a proxy fails just these people.",
            Change = "Raise the limit of the request line in server and proxy to 8,000 characters.",
            Needs = Needs.Filter,
        },
        new(
            "transport.no-bom",
            "An answer begins without a byte order mark",
            "RFC 8259 §8.1",
            Must,
            Profiles.Rfc,
            async t =>
            {
                var reply = (await t.Get("/Users?startIndex=1&count=1")).Prepared();
                reply.That(!reply.Exchange.ResponseBody.StartsWith('\uFEFF'), "JSON from the first byte", "a byte order mark before it");
            }
        )
        {
            Why = "JSON parsers of many clients stop at these three invisible bytes.",
            Change = "Write UTF-8 without a byte order mark.",
        },
        new(
            "transport.no-nulls",
            "Attributes without a value are left out of an answer",
            "RFC 7643 §2.5",
            Advice,
            Profiles.All,
            async t =>
            {
                var reply = await t.Read(await t.User());
                reply.That(
                    !reply.Json!.ToJsonString().Contains(":null", StringComparison.Ordinal),
                    "no member that is null",
                    Reply.Shown(reply.Json)
                );
            }
        )
        {
            Why = "Absent and null mean the same in SCIM, but not to every client: some try to clear what they read as null.",
            Change = "Leave out what has no value.",
        },
        new(
            "transport.content-location",
            "Content-Location is the resource's meta.location",
            "RFC 7643 §3.1",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var reply = await t.Read(await t.User());
                if (reply.Header("Content-Location") is not { } location)
                    throw new NotOffered("there is no Content-Location");
                var asked = new Uri(reply.Exchange.Url);
                // Either may be relative (RFC 9110 §8.7, RFC 3986 §5).
                reply.That(
                    reply["meta.location"].Text() is not ""
                        && Uri.TryCreate(asked, location, out var one)
                        && Uri.TryCreate(asked, reply["meta.location"].Text(), out var other)
                        && one == other,
                    $"meta.location is {location}",
                    Reply.Shown(reply["meta.location"])
                );
            }
        )
        {
            Why = "Two addresses for one resource make caches and clients keep two copies of it.",
            Change = "Send the same address in both places, or no Content-Location.",
        },
    ];

    static Check UserAgent(string id, string value, string title, string rule, Severity severity, Profiles profiles) =>
        new(
            $"transport.user-agent.{id}",
            title,
            rule,
            severity,
            profiles,
            async t => (await t.Get("/Users?startIndex=1&count=1", ("User-Agent", value))).Expect(200)
        )
        {
            Why = "A firewall that lets in browsers only keeps the identity provider out.",
            Change = "Exempt the SCIM address from rules about User-Agent.",
        };
}
