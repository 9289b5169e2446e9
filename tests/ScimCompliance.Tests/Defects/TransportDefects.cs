using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers, and what stands before them, get wrong with HTTP and with errors.</summary>
static class TransportDefects
{
    public static readonly Defect[] All =
    [
        new("Answers are application/json")
        {
            After = (_, answer) => answer.MediaType = "application/json",
        },
        new("Errors are pages for people")
        {
            After = (_, answer) => { if (answer.IsError) (answer.MediaType, answer.Text) = ("text/html", "<html><body><h1>Error</h1></body></html>"); },
        },
        new("Errors have no body")
        {
            After = (_, answer) => { if (answer.IsError) answer.Body = null; },
        },
        new("The status of an error is a number")
        {
            After = (_, answer) => { if (answer.IsError) answer.Body!["status"] = answer.Status; },
        },
        new("Errors have no schemas")
        {
            After = (_, answer) => { if (answer.IsError) answer.Body!.AsObject().Remove("schemas"); },
        },
        new("Errors have no detail")
        {
            After = (_, answer) => { if (answer.IsError) answer.Body!.AsObject().Remove("detail"); },
        },
        new("Broken JSON breaks the server")
        {
            Before = (message, _) => { if (message.Unreadable is { Status: 400 }) throw new FormatException(); },
        },
        new("application/json is refused")
        {
            Before = (message, _) => { if (message.Headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase)) throw ScimException.UnsupportedMediaType("Only application/scim+json."); },
        },
        new("A charset is refused")
        {
            Before = (message, _) => { if (message.Headers.ContentType.ToString().Contains("charset", StringComparison.OrdinalIgnoreCase)) throw ScimException.UnsupportedMediaType("Only application/scim+json."); },
        },
        new("A GET without Accept is refused")
        {
            After = (message, answer) => { if (message.Method is "GET" && message.Headers.Accept.Count is 0) (answer.Status, answer.Body) = (406, BrokenServer.Answer.Error(406, null, "Not acceptable.").Body); },
        },
        new("A client without a User-Agent is refused")
        {
            After = (message, answer) => { if (message.Headers.UserAgent.Count is 0) (answer.Status, answer.MediaType, answer.Text) = (403, "text/html", "<html><body>Forbidden</body></html>"); },
        },
        new("Without a token everything is open") { Habits = new() { IsOpen = true } },
        new("A wrong token is answered with 404")
        {
            After = (_, answer) => { if (answer.Status is 401) (answer.Status, answer.Body!["status"]) = (404, "404"); },
        },
        new("401 does not say how to authenticate")
        {
            After = (_, answer) => answer.Headers.Remove("WWW-Authenticate"),
        },
        new("Parameters that nobody knows are refused")
        {
            Before = (message, _) =>
            {
                if (message.Query.Keys.Any(key => key is not ("filter" or "attributes" or "excludedAttributes" or "sortBy" or "sortOrder" or "startIndex" or "count" or "cursor"))) throw ScimException.InvalidValue("Unknown parameter.");
            },
        },
    ];
}
