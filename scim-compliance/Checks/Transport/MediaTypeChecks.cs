using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Transport;

/// <summary>Media types, in and out (RFC 7644 §3.1, §3.8, §8.1).</summary>
static class MediaTypeChecks
{
    const string Json = "application/scim+json";

    static readonly (string Id, string What, Needs Needs, Func<Trial, Task<Reply>> Ask, int Status)[] Answers =
    [
        ("resource", "A single user", Needs.Nothing, async t => await t.Get((await t.User()).Path), 200),
        ("created", "The answer to a POST", Needs.Nothing, async t => (await t.User()).Reply, 201),
        ("list", "A list", Needs.Nothing, async t => await t.Get("/Users?startIndex=1&count=1"), 200),
        ("empty-list", "An empty list", Needs.Filter, async t => await t.Find("/Users", $"userName eq \"{t.NewGuid()}\""), 200),
        ("discovery", "ServiceProviderConfig", Needs.Nothing, async t => await t.Get("/ServiceProviderConfig"), 200),
        ("not-found", "A 404 of an unknown id", Needs.Nothing, async t => await t.Get("/Users/" + t.NewGuid()), 404),
        ("bad-request", "A 400", Needs.Nothing, async t => await t.Post("/Users", "{\"userName\":"), 400),
        (
            "conflict",
            "A 409",
            Needs.Nothing,
            async t => await t.Post("/Users", t.UserJson($$"""{"userName":"{{(await t.User()).Name}}"}""")),
            409
        ),
        ("unauthorized", "A 401", Needs.Nothing, async t => await t.SendAs(null, "GET", "/Users?startIndex=1&count=1"), 401),
        ("unknown-route", "A 404 of an unknown address", Needs.Nothing, async t => await t.Get("/" + t.NewName()), 404),
    ];

    static readonly (string Id, string Value)[] Accepted = [("scim", Json), ("json", "application/json"), ("anything", "*/*")];

    static readonly (string Id, string Value)[] Bodies =
    [
        ("scim", Json),
        ("scim-charset", "application/scim+json; charset=utf-8"),
        ("json", "application/json"),
        ("json-charset", "application/json; charset=UTF-8"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from answer in Answers select Answer(answer.Id, answer.What, answer.Needs, answer.Ask, answer.Status),
        .. from accept in Accepted select Accept(accept.Id, accept.Value),
        .. from body in Bodies select Body(body.Id, body.Value),
    ];

    static Check Answer(string id, string what, Needs needs, Func<Trial, Task<Reply>> ask, int status) =>
        new(
            $"transport.answer.{id}",
            $"{what} comes as {Json}",
            "RFC 7644 §3.1, §8.1; SCIM Validator; azure-docs#104859",
            id is "unknown-route" or "unauthorized" or "bad-request" ? Should : Must,
            Profiles.All,
            async t =>
            {
                var reply = await ask(t);
                if (reply.Status != status || reply.Exchange.ResponseBody is "")
                    throw new Blocked($"{what} was asked for, and answered {reply.Summary}");
                reply.That(
                    reply.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase),
                    $"Content-Type {Json}",
                    reply.Header("Content-Type") ?? "no Content-Type"
                );
            }
        )
        {
            Why = "The SCIM Validator stops at an answer of another type, and some clients do not read it at all.",
            Change = $"Send Content-Type: {Json} with every answer that has a body, errors of the framework included.",
            Needs = needs,
        };

    static Check Accept(string id, string value) =>
        new(
            $"transport.accept.{id}",
            $"A GET with Accept: {value} is answered",
            "RFC 7644 §3.8; RFC 9110 §12.5.1",
            id is "json" ? Should : Must,
            Profiles.All,
            async t => (await t.Get("/Users?startIndex=1&count=1", ("Accept", value))).Expect(200)
        )
        {
            Why = "A server that refuses what it could well answer (406) cannot be connected.",
            Change = "Do not choose by Accept: answer SCIM JSON, whatever is asked for.",
        };

    static Check Body(string id, string value) =>
        new(
            $"transport.body.{id}",
            $"A body sent as {value} is read",
            "RFC 7644 §3.1, §3.8; azure-docs#12728",
            id.StartsWith("scim", StringComparison.Ordinal) ? Must : Should,
            Profiles.All,
            async t => (await t.Post("/Users", t.UserJson(), ("Content-Type", value))).Success()
        )
        {
            Why =
                "A server that refuses the type or its charset (415) can be read but not written to: Test Connection is fine and every user fails.",
            Change = "Accept application/scim+json and application/json, each with or without charset.",
        };
}
