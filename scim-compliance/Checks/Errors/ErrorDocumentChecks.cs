using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Errors;

/// <summary>
/// The error document (RFC 7644 §3.12): each check applies one rule to several kinds of error. A 401 has a check of its own.
/// </summary>
static class ErrorDocumentChecks
{
    /// <summary>RFC 7644 Table 9 and RFC 9865 §2.1.</summary>
    static readonly string[] Types =
    [
        "invalidFilter",
        "tooMany",
        "uniqueness",
        "mutability",
        "invalidSyntax",
        "invalidPath",
        "noTarget",
        "invalidValue",
        "invalidVers",
        "sensitive",
        "invalidCursor",
        "expiredCursor",
        "invalidCount",
    ];

    /// <summary>Parts of stack traces, as text and within JSON.</summary>
    static readonly string[] Internals = ["\\n   at ", "\n   at ", ".java:", "Traceback (most recent", ".rb:", "node_modules/"];

    public static IReadOnlyList<Check> All { get; } =
    [
        ForEveryError(
            id: "errors.document.message",
            title: "Every error is a SCIM error document",
            rule: error =>
                error.That(
                    error.IsErrorDocument,
                    $"a body with {SchemaUrn.Error} in schemas",
                    error.Exchange.ResponseBody is "" ? "no body"
                        : error.Json is null ? "something else than JSON"
                        : Reply.Describe(error.Json)
                ),
            severity: Must,
            anyBody: true,
            why: "Entra shows the admin what the error document says. A page of HTML or an empty body tells the admin nothing.",
            change: "Turn every error, those of the framework included, into the document of RFC 7644 §3.12."
        ),
        ForEveryError(
            id: "errors.document.status",
            title: "status in an error document is the HTTP status",
            rule: error =>
                error.That(error["status"].Text() == $"{error.Status}", $"status {error.Status}", Reply.Describe(error["status"])),
            severity: Must,
            why: "Clients that read the body only take the error for another one.",
            change: "Write the HTTP status into status."
        ),
        ForEveryError(
            id: "errors.document.status-string",
            title: "status in an error document is a string",
            rule: error =>
                error.That(
                    error["status"] is not JsonValue value || value.GetValueKind() is not JsonValueKind.Number,
                    "status as a string such as \"404\"",
                    Reply.Describe(error["status"])
                ),
            severity: Must,
            why: "Strictly typed clients cannot read a number there, and report a broken server instead of your message.",
            change: "Write \"status\":\"404\", with quotes."
        ),
        ForEveryError(
            id: "errors.document.detail",
            title: "An error says in detail what is wrong",
            rule: error => error.That(error["detail"].Text() is { Length: > 0 }, "a detail", Reply.Describe(error["detail"])),
            severity: Should,
            why: "This sentence is what an admin finds in the provisioning log. Without it they cannot help themselves.",
            change: "Say in detail what was wrong with the request, naming the attribute, and what to do."
        ),
        ForEveryError(
            id: "errors.document.type",
            title: "scimType is one of those that RFC 7644 defines",
            rule: error =>
                error.That(
                    error["scimType"] is null || Types.Contains(error["scimType"].Text()),
                    $"one of {string.Join(", ", Types)}",
                    Reply.Describe(error["scimType"])
                ),
            severity: Should,
            why: "Clients decide by this word what to do, and spelling counts.",
            change: "Take the words of RFC 7644, Table 9, or leave scimType out."
        ),
        ForEveryError(
            id: "errors.document.no-internals",
            title: "An error does not show the inside of the server",
            rule: error =>
                error.That(
                    !Internals.Any(sign => error.Exchange.ResponseBody.Contains(sign, StringComparison.Ordinal)),
                    "a message for people",
                    "lines of a program's stack"
                ),
            severity: Advice,
            anyBody: true,
            why: "Stack traces help attackers more than admins.",
            change: "Log them, and answer with a sentence."
        ),
    ];

    /// <param name="anyBody">False leaves out errors that are no error document: the first check reports those.</param>
    static Check ForEveryError(
        string id,
        string title,
        Severity severity,
        Action<Reply> rule,
        string why,
        string change,
        bool anyBody = false
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.12",
            Severity = severity,
            Profiles = Profiles.All,
            Why = why,
            Change = change,
            Steps = async run =>
            {
                var errors = (await Provoked(run)).Where(reply => reply.Status is >= 400 and < 500).ToList();
                if (!anyBody)
                    errors.RemoveAll(error => !error.IsErrorDocument);
                if (errors is [])
                    throw new Blocked("no request was answered with an error that could be looked at");
                foreach (var error in errors)
                    rule(error);
            },
        };

    static async Task<List<Reply>> Provoked(CheckRun run)
    {
        List<Reply> replies =
        [
            await run.Get("/Users/" + run.NewGuid()),
            await run.Delete("/Users/" + run.NewGuid()),
            await run.Post("/Users", "{\"userName\":"),
            await run.Post("/Users", run.UserJson($$"""{"userName":null,"displayName":"{{run.NewName()}}"}""")),
        ];
        if (run.Target.Capabilities.Offers(Needs.Filter))
            replies.Add(await run.Find("/Users", "userName eq"));
        var first = await run.Post("/Users", run.UserJson());
        if (first.IsSuccess)
            replies.Add(await run.Post("/Users", first.Exchange.RequestBody!));
        return replies;
    }
}
