using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Servers that change values on their way, or forget what belongs around them, or do not let go.</summary>
static class ValueDefects
{
    public static readonly Defect[] All =
    [
        new("Accents are mangled")
        {
            Before = (message, _) => message.Body = (JsonObject?)Rewriting.Rewritten(message.Body, text => string.Concat(text.Select(c => c < 128 ? c : '?'))),
        },
        new("userName is stored in lower case")
        {
            Before = (message, _) => { if (message.Creates("Users") && message.Body?["userName"] is { } name && name.IsText()) message.Body["userName"] = ((string)name!).ToLowerInvariant(); },
        },
        new("Telephone numbers are normalised")
        {
            Before = (message, _) =>
            {
                foreach (var phone in (message.Body?["phoneNumbers"] as JsonArray ?? []).OfType<JsonObject>().Where(phone => phone["value"].IsText()))
                    phone["value"] = string.Concat(((string)phone["value"]!).Where(c => char.IsAsciiDigit(c) || c is '+'));
                message.Change(operation => operation.Word("path").StartsWith("phoneNumbers", StringComparison.Ordinal) && operation["value"].IsText(),
                    operation => operation["value"] = string.Concat(((string)operation["value"]!).Where(c => char.IsAsciiDigit(c) || c is '+')));
            },
        },
        new("meta is missing")
        {
            After = (_, answer) => { foreach (var resource in answer.ShownResources.ToList()) resource.Remove("meta"); },
        },
        new("Location is missing")
        {
            After = (_, answer) => answer.Headers.Remove("Location"),
        },
        new("Locations are those of another host")
        {
            After = (_, answer) =>
            {
                foreach (var resource in answer.ShownResources.Where(resource => resource["meta"] is not null)) resource["meta"]!["location"] = $"http://internal:8080/{resource["id"]}";
                if (answer.Headers.ContainsKey("Location")) answer.Headers["Location"] = "http://internal:8080/1";
            },
        },
        new("lastModified never moves") { Habits = new() { TimesMove = false } },
        new("A write that changes nothing makes a new version") { Habits = new() { IdleWritesCount = true } },
        new("The entity tag stays when the resource changes") { Habits = new() { VersionsMove = false } },
        new("If-Match is ignored") { Habits = new() { Conditions = false } },
        new("Disabled users cannot be found")
        {
            Before = (message, store) => { if (message.Method is "GET" && message.Named(store) is { Type.IsUser: true } user && user.Document["active"]?.ToString() is "false") throw ScimException.NotFound("No such user."); },
            After = (message, answer) =>
            {
                if (answer.Body?["Resources"] is not JsonArray found) return;
                foreach (var hidden in found.OfType<JsonObject>().Where(user => user["active"]?.ToString() is "false").ToList())
                {
                    found.Remove(hidden);
                    answer.Body["totalResults"] = (int)answer.Body["totalResults"]! - 1;
                    answer.Body["itemsPerPage"] = found.Count;
                }
            },
        },
        new("DELETE only disables")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                if (!message.IsFor("DELETE", "Users") || message.Named(store) is not { } user || user.Document["active"]?.ToString() is "false") return server(message);
                user.Document["active"] = false;
                return new(204);
            },
        },
        new("Deleting what is not there succeeds")
        {
            After = (message, answer) => { if (message.Method is "DELETE" && answer.Status is 404) (answer.Status, answer.Body) = (204, null); },
        },
        new("The name of a deleted user stays taken")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                if (message.IsFor("DELETE", "Users") && message.Named(store) is { } user) store.Taken.TryAdd((string)user.Document["userName"]!, true);
                if (message.Creates("Users") && message.Body?["userName"] is { } name && name.IsText() && store.Taken.ContainsKey((string)name!)) throw ScimException.Uniqueness("A user of that name was deleted.");
                return server(message);
            },
        },
        new("An id that is no GUID breaks the server")
        {
            Before = (message, _) => { if (message.Collection is not "" && message.Segments is [_, not ".search" and var id] && !Guid.TryParse(id, out var _)) throw new FormatException(); },
        },
        new("Reading what is not there is answered with 400")
        {
            After = (message, answer) => { if (answer.Status is 404 && message.IsFor("GET", "Users")) (answer.Status, answer.Body!["status"]) = (400, "400"); },
        },
    ];
}
