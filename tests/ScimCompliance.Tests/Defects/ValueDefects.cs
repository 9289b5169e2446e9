using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Servers that change values, lose what belongs to them, or do not clear them.</summary>
static class ValueDefects
{
    public static readonly Defect[] All =
    [
        new("Accents are mangled")
        {
            Before = (message, _) =>
                message.Body = (JsonObject?)Rewriting.Rewritten(message.Body, text => string.Concat(text.Select(c => c < 128 ? c : '?'))),
            Caught =
            [
                "transport.text.accents",
                "transport.text.cjk",
                "transport.text.right-to-left",
                "transport.text.emoji",
                "transport.text.decomposed",
                "transport.text.escaped",
                "users.create.user-name.accents",
                "groups.filter.odd-name.accents",
                "groups.filter.odd-name.emoji",
            ],
        },
        new("userName is stored in lower case")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Users") && message.Body?["userName"] is { } name && name.IsText())
                    message.Body["userName"] = ((string)name!).ToLowerInvariant();
            },
            Caught = ["users.create.user-name.guest", "users.create.user-name.slash", "users.create.user-name.space"],
        },
        new("Telephone numbers are normalised")
        {
            Before = (message, _) =>
            {
                foreach (
                    var phone in (message.Body?["phoneNumbers"] as JsonArray ?? [])
                        .OfType<JsonObject>()
                        .Where(phone => phone["value"].IsText())
                )
                    phone["value"] = string.Concat(((string)phone["value"]!).Where(c => char.IsAsciiDigit(c) || c is '+'));
                message.Change(
                    operation => operation.Word("path").StartsWith("phoneNumbers", StringComparison.Ordinal) && operation["value"].IsText(),
                    operation =>
                        operation["value"] = string.Concat(((string)operation["value"]!).Where(c => char.IsAsciiDigit(c) || c is '+'))
                );
            },
            Caught =
            [
                "users.create.value.work-phone",
                "users.create.value.mobile-phone",
                "users.create.value.fax",
                "patch.value-path.creates.add-phone",
                "validator.create-user",
                "validator.replace-attributes",
                "validator.add-attributes",
            ],
        },
        new("meta is missing")
        {
            After = (_, answer) =>
            {
                foreach (var resource in answer.ShownResources.ToList())
                    resource.Remove("meta");
            },
            Caught =
            [
                "transport.content-location",
                "users.create.answer.location",
                "users.create.answer.resource-type",
                "users.create.answer.created",
                "users.create.answer.last-modified",
                "etag.meta-version",
                "groups.read.resource-type",
                "groups.read.location",
            ],
        },
        new("Location is missing") { After = (_, answer) => answer.Headers.Remove("Location"), Caught = ["users.create.answer.location"] },
        new("Locations are those of another host")
        {
            After = (_, answer) =>
            {
                foreach (var resource in answer.ShownResources.Where(resource => resource["meta"] is not null))
                    resource["meta"]!["location"] = $"http://internal:8080/{resource["id"]}";
                if (answer.Headers.ContainsKey("Location"))
                    answer.Headers["Location"] = "http://internal:8080/1";
            },
            Caught = ["transport.content-location", "users.create.answer.location", "groups.read.location"],
        },
        new("lastModified never moves")
        {
            Behaviour = new() { TimesChange = false },
            Caught = ["users.replace.last-modified", "patch.last-modified", "groups.read.last-modified"],
        },
        new("A write that changes nothing makes a new version")
        {
            Behaviour = new() { EmptyWritesCount = true },
            Caught = ["patch.no-change", "etag.no-change"],
        },
        new("The entity tag stays when the resource changes")
        {
            Behaviour = new() { VersionsChange = false },
            Caught = ["etag.changes"],
        },
        new("If-Match and If-None-Match are ignored")
        {
            Behaviour = new() { ObeysConditions = false },
            Caught = ["etag.if-none-match", "etag.if-match.stale.patch", "etag.if-match.stale.put", "etag.if-match.stale.delete"],
        },
        new("Disabled users cannot be found")
        {
            Before = (message, store) =>
            {
                if (
                    message.Method is "GET"
                    && message.Named(store) is { Type.IsUser: true } user
                    && user.Document["active"]?.ToString() is "false"
                )
                    throw ScimException.NotFound("No such user.");
            },
            After = (message, answer) =>
            {
                if (answer.Body?["Resources"] is not JsonArray found)
                    return;
                foreach (var hidden in found.OfType<JsonObject>().Where(user => user["active"]?.ToString() is "false").ToList())
                {
                    found.Remove(hidden);
                    answer.Body["totalResults"] = (int)answer.Body["totalResults"]! - 1;
                    answer.Body["itemsPerPage"] = found.Count;
                }
            },
            Caught =
            [
                "lifecycle.disabled.readable",
                "lifecycle.disabled.found",
                "validator.disable-user",
                "gallery.user.disable",
                "ondemand.user.restored",
            ],
        },
        new("DELETE only disables")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                if (
                    !message.IsFor("DELETE", "Users")
                    || message.Headers.ContainsKey("If-Match")
                    || message.Named(store) is not { } user
                    || user.Document["active"]?.ToString() is "false"
                )
                    return server(message);
                user.Document["active"] = false;
                return new(204);
            },
            Caught =
            [
                "users.delete.then-get",
                "users.delete.then-patch",
                "users.delete.then-put",
                "users.delete.then-delete",
                "users.delete.not-found",
                "users.delete.name-free",
                "validator.delete-user",
                "validator.preview.delete-user-twice",
                "gallery.user.delete",
                "gallery.user.restore",
            ],
        },
        new("Deleting what is not there succeeds")
        {
            After = (message, answer) =>
            {
                if (message.Method is "DELETE" && answer.Status is 404)
                    (answer.Status, answer.Body) = (204, null);
            },
            Caught =
            [
                "errors.not-found.delete",
                "users.delete.then-delete",
                "groups.delete.twice",
                "groups.delete.unknown",
                "validator.preview.delete-unknown-user",
                "validator.preview.delete-user-twice",
                "validator.preview.delete-unknown-group",
                "validator.preview.delete-group-twice",
            ],
        },
        new("The name of a deleted user stays taken")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                if (message.IsFor("DELETE", "Users") && message.Named(store) is { } user)
                    store.TakenNames.TryAdd((string)user.Document["userName"]!, true);
                if (
                    message.Creates("Users")
                    && message.Body?["userName"] is { } name
                    && name.IsText()
                    && store.TakenNames.ContainsKey((string)name!)
                )
                    throw ScimException.Uniqueness("A user of that name was deleted.");
                return server(message);
            },
            Caught = ["users.delete.name-free", "lifecycle.restore.hard", "gallery.user.restore"],
        },
        new("An id that is no GUID breaks the server")
        {
            Before = (message, _) =>
            {
                if (message.Collection is not "" && message.Segments is [_, not ".search" and var id] && !Guid.TryParse(id, out var _))
                    throw new FormatException();
            },
            Caught =
            [
                "errors.not-found.get.number",
                "errors.not-found.get.text",
                "errors.not-found.get.odd",
                "errors.not-found.get.long",
                "groups.read.odd-id",
            ],
        },
        new("Reading what is not there is answered with 400")
        {
            After = (message, answer) =>
            {
                if (answer.Status is 404 && message.IsFor("GET", "Users"))
                    (answer.Status, answer.Body!["status"]) = (400, "400");
            },
            Caught =
            [
                "errors.not-found.get.guid",
                "errors.not-found.get.number",
                "errors.not-found.get.text",
                "errors.not-found.get.odd",
                "errors.not-found.get.long",
                "users.delete.then-get",
                "validator.delete-user",
            ],
        },
    ];
}
