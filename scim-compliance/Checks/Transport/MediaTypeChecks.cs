using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Transport;

/// <summary>Media types, in and out (RFC 7644 §3.1, §3.8, §8.1).</summary>
static class MediaTypeChecks
{
    const string Json = "application/scim+json";

    static readonly Check[] Answers =
    [
        Answer(
            id: "transport.answer.resource",
            what: "A single user",
            ask: async run => await run.Get((await run.CreateUser()).Path),
            status: 200
        ),
        Answer(id: "transport.answer.created", what: "The answer to a POST", ask: async run => (await run.CreateUser()).Reply, status: 201),
        Answer(id: "transport.answer.list", what: "A list", ask: async run => await run.Get("/Users?startIndex=1&count=1"), status: 200),
        Answer(
            id: "transport.answer.empty-list",
            needs: Needs.Filter,
            what: "An empty list",
            ask: async run => await run.Find("/Users", $"userName eq \"{run.NewGuid()}\""),
            status: 200
        ),
        Answer(
            id: "transport.answer.discovery",
            what: "ServiceProviderConfig",
            ask: async run => await run.Get("/ServiceProviderConfig"),
            status: 200
        ),
        Answer(
            id: "transport.answer.not-found",
            what: "A 404 of an unknown id",
            ask: async run => await run.Get("/Users/" + run.NewGuid()),
            status: 404
        ),
        Answer(
            id: "transport.answer.bad-request",
            severity: Should,
            what: "A 400",
            ask: async run => await run.Post("/Users", "{\"userName\":"),
            status: 400
        ),
        Answer(
            id: "transport.answer.conflict",
            what: "A 409",
            ask: async run => await run.Post("/Users", run.UserJson($$"""{"userName":"{{(await run.CreateUser()).Name}}"}""")),
            status: 409
        ),
        Answer(
            id: "transport.answer.unauthorized",
            severity: Should,
            what: "A 401",
            ask: async run => await run.SendAs(null, "GET", "/Users?startIndex=1&count=1"),
            status: 401
        ),
        Answer(
            id: "transport.answer.unknown-route",
            severity: Should,
            what: "A 404 of an unknown address",
            ask: async run => await run.Get("/" + run.NewName()),
            status: 404
        ),
    ];

    static readonly (string Id, string Value, Severity Severity)[] Accepted =
    [
        ("scim", Json, Must),
        ("json", "application/json", Should),
        ("anything", "*/*", Must),
    ];

    static readonly (string Id, string Value, Severity Severity)[] Bodies =
    [
        ("scim", Json, Must),
        ("scim-charset", "application/scim+json; charset=utf-8", Must),
        ("json", "application/json", Should),
        ("json-charset", "application/json; charset=UTF-8", Should),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Answers,
        .. from accept in Accepted select Accept(accept.Id, accept.Value, accept.Severity),
        .. from body in Bodies select Body(body.Id, body.Value, body.Severity),
    ];

    static Check Answer(
        string id,
        string what,
        Func<CheckRun, Task<Reply>> ask,
        int status,
        Severity severity = Must,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = $"{what} comes as {Json}",
            Rule = "RFC 7644 §3.1, §8.1; SCIM Validator; azure-docs#104859",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = needs,
            Why = "The SCIM Validator stops at an answer of another type, and some clients do not read it at all.",
            Change = $"Send Content-Type: {Json} with every answer that has a body, errors of the framework included.",
            Steps = async run =>
            {
                var reply = await ask(run);
                if (reply.Status != status || reply.Exchange.ResponseBody is "")
                    throw new Blocked($"{what} was asked for, and answered {reply.Summary}");
                reply.That(
                    reply.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase),
                    $"Content-Type {Json}",
                    reply.Header("Content-Type") ?? "no Content-Type"
                );
            },
        };

    static Check Accept(string id, string value, Severity severity) =>
        new()
        {
            Id = $"transport.accept.{id}",
            Title = $"A GET with Accept: {value} is answered",
            Rule = "RFC 7644 §3.8; RFC 9110 §12.5.1",
            Severity = severity,
            Profiles = Profiles.All,
            Why = "A server that refuses what it could well answer (406) cannot be connected.",
            Change = "Do not choose by Accept: answer SCIM JSON, whatever is asked for.",
            Steps = async run => (await run.Get("/Users?startIndex=1&count=1", ("Accept", value))).Expect(200),
        };

    static Check Body(string id, string value, Severity severity) =>
        new()
        {
            Id = $"transport.body.{id}",
            Title = $"A body sent as {value} is read",
            Rule = "RFC 7644 §3.1, §3.8; azure-docs#12728",
            Severity = severity,
            Profiles = Profiles.All,
            Why =
                "A server that refuses the type or its charset (415) can be read but not written to: "
                + "Test Connection is fine and every user fails.",
            Change = "Accept application/scim+json and application/json, each with or without charset.",
            Steps = async run => (await run.Post("/Users", run.UserJson(), ("Content-Type", value))).Success(),
        };
}
