using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects of servers and proxies with HTTP and with errors.</summary>
static class TransportDefects
{
    public static readonly Defect[] All =
    [
        new("Answers are application/json")
        {
            After = (_, answer) => answer.MediaType = "application/json",
            Caught =
            [
                "transport.answer.resource",
                "transport.answer.created",
                "transport.answer.list",
                "transport.answer.empty-list",
                "transport.answer.discovery",
                "transport.answer.not-found",
                "transport.answer.bad-request",
                "transport.answer.conflict",
                "transport.answer.unauthorized",
                "transport.answer.unknown-route",
            ],
        },
        new("Errors are pages for people")
        {
            After = (_, answer) =>
            {
                if (answer.IsError)
                    (answer.MediaType, answer.Text) = ("text/html", "<html><body><h1>Error</h1></body></html>");
            },
            Caught =
            [
                "connection.token.error",
                "transport.answer.not-found",
                "transport.answer.bad-request",
                "transport.answer.conflict",
                "transport.answer.unauthorized",
                "transport.answer.unknown-route",
                "errors.document.message",
            ],
        },
        new("Errors have no body")
        {
            After = (_, answer) =>
            {
                if (answer.IsError)
                    answer.Body = null;
            },
            Caught = ["connection.token.error", "errors.document.message"],
        },
        new("The status of an error is a number")
        {
            After = (_, answer) =>
            {
                if (answer.IsError)
                    answer.Body!["status"] = answer.Status;
            },
            Caught = ["errors.document.status-string"],
        },
        new("Errors have no schemas")
        {
            After = (_, answer) =>
            {
                if (answer.IsError)
                    answer.Body!.AsObject().Remove("schemas");
            },
            Caught = ["connection.token.error", "errors.document.message"],
        },
        new("Errors have no detail")
        {
            After = (_, answer) =>
            {
                if (answer.IsError)
                    answer.Body!.AsObject().Remove("detail");
            },
            Caught = ["errors.document.detail"],
        },
        new("Broken JSON breaks the server")
        {
            Before = (message, _) =>
            {
                if (message.Unreadable is { Status: 400 })
                    throw new FormatException();
            },
            Caught = ["errors.refused.json", "errors.refused.empty", "errors.refused.array", "errors.refused.text"],
        },
        new("application/json is refused")
        {
            Before = (message, _) =>
            {
                if (message.Headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
                    throw ScimException.UnsupportedMediaType("Only application/scim+json.");
            },
            Caught = ["transport.body.json", "transport.body.json-charset"],
        },
        new("A charset is refused")
        {
            Before = (message, _) =>
            {
                if (message.Headers.ContentType.ToString().Contains("charset", StringComparison.OrdinalIgnoreCase))
                    throw ScimException.UnsupportedMediaType("Only application/scim+json.");
            },
            Caught = ["transport.body.scim-charset", "transport.body.json-charset"],
        },
        new("A GET without Accept is refused")
        {
            After = (message, answer) =>
            {
                if (message.Method is "GET" && message.Headers.Accept.Count is 0)
                    (answer.Status, answer.Body) = (406, BrokenServer.Answer.Error(406, null, "Not acceptable.").Body);
            },
            Caught = ["transport.bare-get"],
        },
        new("A client without a User-Agent is refused")
        {
            After = (message, answer) =>
            {
                if (message.Headers.UserAgent.Count is 0)
                    (answer.Status, answer.MediaType, answer.Text) = (403, "text/html", "<html><body>Forbidden</body></html>");
            },
            Caught = ["transport.bare-get"],
        },
        new("Without a token everything is open")
        {
            Behaviour = new() { IsOpen = true },
            Caught = ["connection.token.wrong", "connection.token.none", "connection.token.write"],
        },
        new("A wrong token is answered with 404")
        {
            After = (_, answer) =>
            {
                if (answer.Status is 401)
                    (answer.Status, answer.Body!["status"]) = (404, "404");
            },
            Caught = ["connection.token.wrong", "connection.token.none", "connection.token.write"],
        },
        new("401 does not say how to authenticate")
        {
            After = (_, answer) => answer.Headers.Remove("WWW-Authenticate"),
            Caught = ["connection.token.challenge"],
        },
        new("Unknown parameters are refused")
        {
            Before = (message, _) =>
            {
                if (
                    message.Query.Keys.Any(key =>
                        key
                            is not (
                                "filter"
                                or "attributes"
                                or "excludedAttributes"
                                or "sortBy"
                                or "sortOrder"
                                or "startIndex"
                                or "count"
                                or "cursor"
                            )
                    )
                )
                    throw ScimException.InvalidValue("Unknown parameter.");
            },
            Caught = ["connection.probe.flag", "connection.unknown-parameters"],
        },
    ];
}
