using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Servers that do not understand every PATCH that Entra sends.</summary>
static partial class PatchDefects
{
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static readonly Defect[] All =
    [
        new("An op with a capital letter is refused")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Word("op") is [>= 'A' and <= 'Z', ..], ScimException.InvalidSyntax),
            Caught = ["patch.op.add", "patch.op.replace", "patch.op.remove"],
        },
        new("active given as a string is refused")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Values("active").Any(value => value.IsText()), ScimException.InvalidValue),
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
            ],
        },
        new("active is added, and nothing happens")
        {
            Before = (message, _) => message.Drop(operation => operation.Is("add", "active")),
            Caught = ["lifecycle.disable.add", "lifecycle.disable.add-verbose", "lifecycle.enable.add"],
        },
        new("Users can be disabled, not enabled")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Values("active").Any(value => value?.ToString() is "true" or "True"),
                    ScimException.InvalidValue
                ),
            Caught =
            [
                "lifecycle.enable.verbose",
                "lifecycle.enable.flag",
                "lifecycle.enable.add",
                "lifecycle.enable.path-less",
                "lifecycle.repeat.enable",
                "okta.reactivate.patch",
                "validator.replace-attributes",
                "validator.add-attributes",
                "gallery.user.restore",
                "ondemand.user.known",
                "ondemand.user.dialects",
                "ondemand.user.restored",
            ],
        },
        new("primary given as a string is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Word("path").EndsWith(".primary", StringComparison.Ordinal) && operation["value"].IsText(),
                    ScimException.InvalidValue
                ),
            Caught = ["patch.boolean.primary"],
        },
        new("A value path that selects nothing is refused with noTarget")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation =>
                        !operation.Is("remove")
                        && TypedPath().Match(operation.Word("path")) is { Success: true } path
                        && !(
                            (message.Named(store)?.Document[path.Groups[1].Value] as JsonArray)?.Any(element =>
                                (string?)element?["type"] == path.Groups[2].Value
                            ) ?? false
                        ),
                    ScimException.NoTarget
                ),
            Caught =
            [
                "patch.entra.mixed",
                "patch.value-path.creates.add-email",
                "patch.value-path.creates.replace-email",
                "patch.value-path.creates.add-phone",
                "patch.value-path.creates.add-address",
                "patch.value-path.creates.beside",
                "patch.value-path.creates.once",
                "clear.absent.value-path",
                "validator.add-attributes",
            ],
        },
        new("A value path by primary is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Word("path").Contains("[primary eq", StringComparison.Ordinal),
                    ScimException.InvalidPath
                ),
            Caught =
            [
                "patch.value-path.boolean",
                "roles.primary.creates",
                "roles.primary.flagged",
                "roles.primary.replace",
                "roles.primary.one-element",
                "validator.replace-attributes",
                "validator.add-attributes",
            ],
        },
        new("Dotted keys without a path are ignored")
        {
            Before = (message, _) =>
                RemoveKeys(
                    message,
                    key => key.Contains('.', StringComparison.Ordinal) && !key.StartsWith("urn:", StringComparison.Ordinal)
                ),
            Caught = ["patch.entra.flag", "patch.path-less.dotted", "clear.path-less.empty", "clear.path-less.null"],
        },
        new("Keys that are URNs with an attribute are ignored without a path")
        {
            Before = (message, _) => RemoveKeys(message, key => key.StartsWith(Enterprise + ":", StringComparison.Ordinal)),
            Caught = ["patch.entra.flag", "patch.path-less.urn", "manager.path-less", "clear.path-less.enterprise"],
        },
        new("Operations without a path are refused")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Word("path") is "" && !operation.Is("remove"), ScimException.NoTarget),
            Caught =
            [
                "lifecycle.disable.path-less",
                "lifecycle.disable.path-less-text",
                "lifecycle.enable.path-less",
                "patch.entra.flag",
                "patch.path-less.replace",
                "patch.path-less.add",
                "patch.path-less.add-values",
                "patch.path-less.replace-values",
                "patch.path-less.dotted",
                "patch.path-less.urn",
                "patch.path-less.nested",
                "patch.path-less.nested-extension",
                "manager.path-less",
                "clear.path-less.empty",
                "clear.path-less.enterprise",
                "clear.path-less.null",
                "groups.rename.pathless",
                "groups.patch.external-id",
                "members.add.pathless",
                "members.replace.pathless",
                "okta.deactivate.patch",
                "okta.reactivate.patch",
                "okta.groups.rename",
                "validator.update-user-name",
                "validator.replace-attributes-group",
                "validator.update-group-name",
                "ondemand.user.dialects",
            ],
        },
        new("A path with a URN is split at the dot of its version")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Word("path").StartsWith("urn:", StringComparison.Ordinal), ScimException.InvalidPath),
            Caught =
            [
                "patch.entra.verbose",
                "patch.entra.mixed",
                "patch.urn-core",
                "patch.urn-core.sub-attribute",
                "patch.urn-core.value-path",
                "patch.enterprise.creates",
                "patch.enterprise.listed",
                "patch.enterprise.replace",
                "patch.enterprise.remove",
                "patch.enterprise.emptied",
                "patch.custom-extension",
                "manager.add.text",
                "manager.replace.text",
                "manager.add.object",
                "manager.replace.object",
                "manager.sub-attribute",
                "manager.change",
                "manager.remove.empty-text",
                "manager.remove.empty-value",
                "manager.remove.null",
                "manager.remove.operation",
                "manager.removed.absent",
                "manager.keeps-others",
                "clear.empty.enterprise",
                "clear.null.enterprise",
                "groups.rename.urn",
                "members.add.urn",
                "validator.replace-attributes",
                "validator.add-attributes",
                "validator.add-manager",
                "validator.replace-manager",
                "validator.remove-manager",
                "gallery.user.manager",
                "gallery.direct.manager",
            ],
        },
        new("A path with the URN of the core schema is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Word("path").StartsWith(UserSchema.Schema.Id, StringComparison.Ordinal),
                    ScimException.InvalidPath
                ),
            Caught = ["patch.urn-core", "patch.urn-core.sub-attribute", "patch.urn-core.value-path"],
        },
        new("The manager given as a string is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation =>
                        operation.Word("path").EndsWith(":manager", StringComparison.Ordinal)
                        && operation["value"].IsText()
                        && !operation["value"].IsText(""),
                    ScimException.InvalidValue
                ),
            Caught = ["manager.add.text", "manager.replace.text", "gallery.user.manager", "gallery.direct.manager"],
        },
        new("Names of attributes in paths are taken with their letter case")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation =>
                        operation
                            .Given()
                            .Any(pair => char.IsAsciiLetterUpper(pair.Key[0]) || pair.Key.Contains(".V", StringComparison.Ordinal)),
                    ScimException.InvalidPath
                ),
            Caught =
            [
                "patch.letter-case",
                "patch.letter-case.value-path",
                "groups.rename.path-case",
                "members.add.path-case",
                "members.remove.flag-case",
            ],
        },
        new("Replacing what has no value is refused")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation => operation.Is("replace") && IsAbsent(message.Named(store)?.Document, operation.Word("path")),
                    ScimException.NoTarget
                ),
            Caught =
            [
                "projection.patch",
                "patch.replace.absent",
                "patch.letter-case",
                "patch.error.read-only",
                "patch.error.names-attribute",
                "patch.answer",
                "patch.answer.body",
                "patch.order.last-wins",
                "patch.external-id",
                "clear.absent",
                "groups.rename.path-case",
                "gallery.direct.nulls",
            ],
        },
        new("Removing what has no value is refused")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation => operation.Is("remove") && IsAbsent(message.Named(store)?.Document, operation.Word("path")),
                    ScimException.NoTarget
                ),
            Caught = ["patch.remove.absent", "patch.error.remove-read-only", "patch.order.add-remove"],
        },
        new("Adding what has a value is ignored")
        {
            Before = (message, store) =>
                message.Drop(operation => operation.Is("add") && message.Named(store)?.Document[operation.Word("path")] is JsonValue),
            Caught =
            [
                "lifecycle.disable.add",
                "lifecycle.disable.add-verbose",
                "lifecycle.enable.add",
                "patch.add.single-present",
                "patch.order.remove-add",
                "groups.rename.add",
            ],
        },
        new("An empty text is refused")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Given().Any(pair => pair.Value.IsText("")), ScimException.InvalidValue),
            Caught =
            [
                "manager.remove.empty-text",
                "clear.empty.single",
                "clear.empty.sub-attribute",
                "clear.empty.email",
                "clear.empty.address",
                "clear.empty.enterprise",
                "clear.empty.no-empty-text",
                "clear.path-less.empty",
                "clear.path-less.enterprise",
                "clear.absent",
                "clear.absent.value-path",
                "gallery.direct.nulls",
                "gallery.direct.manager",
            ],
        },
        new("null is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => !operation.Is("remove") && operation.Given().Any(pair => pair.Value is null),
                    ScimException.InvalidValue
                ),
            Caught =
            [
                "manager.remove.null",
                "clear.null.single",
                "clear.null.sub-attribute",
                "clear.null.email",
                "clear.null.address",
                "clear.null.enterprise",
                "clear.null.no-empty-text",
                "clear.path-less.null",
                "clear.siblings",
                "clear.absent",
                "clear.absent.value-path",
                "gallery.direct.nulls",
            ],
        },
        new("Unknown members of an operation are refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Any(member => member.Key is not ("op" or "path" or "value")),
                    ScimException.InvalidSyntax
                ),
            Caught = ["patch.extra-members"],
        },
    ];

    static void RemoveKeys(BrokenServer.Message message, Func<string, bool> ignored) =>
        message.Change(
            operation => operation.Word("path") is "" && operation["value"] is JsonObject,
            operation =>
            {
                foreach (var key in operation["value"]!.AsObject().Select(member => member.Key).Where(ignored).ToList())
                    operation["value"]!.AsObject().Remove(key);
            }
        );

    static bool IsAbsent(JsonObject? document, string path) =>
        document is not null && SimplePath().IsMatch(path) && path is not ("groups" or "members" or "password") && document[path] is null;

    [GeneratedRegex("""^(\w+)\[type eq "(\w+)"\]""")]
    private static partial Regex TypedPath();

    [GeneratedRegex("""^\w+$""")]
    private static partial Regex SimplePath();
}
