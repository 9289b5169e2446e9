using System.Text.Json.Nodes;
using Scim;
using static ScimCompliance.Tests.Defects.PatchDefects;

namespace ScimCompliance.Tests.Defects;

/// <summary>Servers that accept a PATCH and do something else.</summary>
static class PatchEffectDefects
{
    public static readonly Defect[] All =
    [
        new("active given as a string is stored as a string")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var text = message
                    .PatchOperations.SelectMany(operation => operation.Values("active"))
                    .LastOrDefault(value => value.IsText());
                var answer = server(message);
                return text is null ? answer : answer.ThenStore(message, store, user => user.Document["active"] = text.DeepClone());
            },
            Caught =
            [
                "lifecycle.disable.verbose",
                "lifecycle.disable.add-verbose",
                "lifecycle.disable.lower-text",
                "lifecycle.disable.path-less-text",
                "lifecycle.enable.verbose",
                "gallery.user.disable",
                "gallery.user.restore",
                "ondemand.user.known",
                "ondemand.user.dialects",
                "ondemand.user.restored",
            ],
        },
        new("A manager that is taken away stays as an empty value")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var cleared = message.PatchOperations.Any(operation =>
                    operation.Word("path").EndsWith(":manager", StringComparison.Ordinal)
                    && (operation.Is("remove") || operation["value"].IsText(""))
                );
                var answer = server(message);
                return !cleared
                    ? answer
                    : answer.ThenStore(
                        message,
                        store,
                        user =>
                        {
                            if (user.Document[Enterprise] is null)
                                user.Document[Enterprise] = new JsonObject();
                            user.Document[Enterprise]!["manager"] = new JsonObject { ["value"] = "" };
                        }
                    );
            },
            Caught = ["manager.removed.absent"],
        },
        new("An empty text is stored")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var paths = message
                    .PatchOperations.SelectMany(operation => operation.Given())
                    .Where(pair => pair.Value.IsText("") && pair.Key.All(char.IsAsciiLetter))
                    .Select(pair => pair.Key)
                    .ToList();
                return server(message).ThenStore(message, store, user => paths.ForEach(path => user.Document[path] = ""));
            },
            Caught = ["clear.empty.no-empty-text"],
        },
        new("A remove with a value writes the value")
        {
            Before = (message, _) =>
                message.Change(
                    operation => operation.Is("remove") && operation["value"].IsText(),
                    operation => operation["op"] = "replace"
                ),
            Caught = ["patch.remove.with-value"],
        },
        new("A PATCH is applied up to the operation that fails")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                if (message.PatchOperations.ToList() is not { Count: > 1 } operations)
                    return server(message);
                BrokenServer.Answer answer = null!;
                // Under the lock, so that no reader sees the state between the steps, which is another defect.
                lock (store.Lock)
                    foreach (var operation in operations)
                        if ((answer = server(message.With(operation))).IsError)
                            break;
                return answer;
            },
            Caught = ["patch.atomic", "patch.atomic.conflict", "members.add.unknown-atomic"],
        },
        new("Unknown attributes are ignored")
        {
            Before = (message, _) => message.Drop(operation => message.Collection is "Users" && IsUnknown(message.With(operation))),
            Caught = ["patch.error.unknown-attribute", "patch.error.malformed-path"],
        },
        new("A part of the name replaces the whole name")
        {
            Before = (message, _) =>
                message.Change(
                    operation => operation.Values("name").Any(value => value is JsonObject),
                    _ => message.Insert(new() { ["op"] = "remove", ["path"] = "name" })
                ),
            Caught = ["patch.add.complex", "patch.replace.complex", "patch.path-less.nested"],
        },
        new("A new primary value leaves the old one primary")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var before = Primaries(message.Named(store)?.Document).Select(email => (string?)email["value"]).ToList();
                return message.Method is not "PATCH"
                    ? server(message)
                    : server(message)
                        .ThenStore(
                            message,
                            store,
                            user =>
                            {
                                foreach (
                                    var email in (user.Document["emails"] as JsonArray ?? [])
                                        .OfType<JsonObject>()
                                        .Where(email => before.Contains((string?)email["value"]))
                                )
                                    email["primary"] = true;
                            }
                        );
            },
            Caught = ["patch.primary.added", "patch.primary.moved"],
        },
        new("Of two operations on one attribute the first wins")
        {
            Before = (message, _) =>
            {
                foreach (
                    var same in message
                        .PatchOperations.Where(operation => operation.Word("path") is not "")
                        .GroupBy(operation => operation.Word("path"))
                        .ToList()
                )
                foreach (var later in same.Skip(1))
                    ((JsonArray)later.Parent!).Remove(later);
            },
            Caught =
            [
                "patch.order.last-wins",
                "patch.order.remove-add",
                "patch.order.add-remove",
                "members.add.two-operations",
                "members.mixed.replace-add",
                "members.mixed.empty-add",
                "validator.preview.same-attribute",
            ],
        },
        new("The first enterprise attribute of a user breaks the server")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation =>
                        message.Named(store) is { Type.IsUser: true } user
                        && user.Document[Enterprise] is null
                        && operation.Given().Any(pair => pair.Key.StartsWith(Enterprise + ":", StringComparison.Ordinal)),
                    ScimException.InvalidSyntax
                ),
            After = (message, answer) =>
                (answer.Status, answer.Body) =
                    message.PatchOperations.Any() && answer.Body?["detail"].IsText("The server does not understand it.") is true
                        ? (500, BrokenServer.Answer.Error(500, null, "NullReferenceException").Body)
                        : (answer.Status, answer.Body),
            Caught =
            [
                "patch.entra.mixed",
                "patch.path-less.urn",
                "patch.enterprise.creates",
                "patch.enterprise.listed",
                "manager.add.text",
                "manager.replace.text",
                "manager.add.object",
                "manager.replace.object",
                "manager.sub-attribute",
                "manager.path-less",
                "validator.add-attributes",
                "validator.add-manager",
                "gallery.user.manager",
                "gallery.direct.manager",
            ],
        },
        new("Read-only attributes are changed without an error")
        {
            Before = (message, _) =>
                message.Drop(operation =>
                    operation.Word("path") is "id" or "meta"
                    || operation.Word("path").StartsWith("meta.", StringComparison.Ordinal)
                    || operation.IsOn("groups")
                ),
            Caught = ["patch.error.remove-read-only", "patch.error.read-only"],
        },
        new("The required userName is removed without an error")
        {
            Before = (message, _) =>
                message.Drop(operation =>
                    operation.Is("remove", "userName") || operation.Is("remove", "displayName") && message.Collection is "Groups"
                ),
            Caught = ["patch.error.remove-required"],
        },
        new("An op that is none is ignored")
        {
            Before = (message, _) =>
                message.Drop(operation => operation.Word("op").ToUpperInvariant() is not ("ADD" or "REPLACE" or "REMOVE")),
            Caught = ["patch.error.unknown-op", "patch.error.missing-op"],
        },
    ];

    static IEnumerable<JsonObject> Primaries(JsonObject? document) =>
        (document?["emails"] as JsonArray ?? []).OfType<JsonObject>().Where(email => (bool?)email["primary"] is true);

    static bool IsUnknown(BrokenServer.Message message)
    {
        try
        {
            PatchParser.Parse(message.Body!, ResourceType.User);
            return false;
        }
        catch (ScimException failure)
        {
            return failure.ScimType is "invalidPath";
        }
    }
}
