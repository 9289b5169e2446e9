using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects with groups and their members.</summary>
static class GroupDefects
{
    public static readonly Defect[] All =
    [
        new("Removing a list of members empties the group")
        {
            Before = (message, _) => message.Change(operation => operation.Is("remove", "members"), operation => operation.Remove("value")),
            Caught =
            [
                "members.remove.default",
                "members.remove.default-ref-null",
                "members.remove.default-several",
                "members.remove.default-object",
                "members.remove.empty-list",
                "members.remove.default-absent",
                "members.remove.default-mixed",
                "authentik.groups.patch",
                "gallery.group.remove-member",
            ],
        },
        new("Removing a list of members does nothing")
        {
            Before = (message, _) => message.Drop(operation => operation.Is("remove", "members") && operation["value"] is JsonArray),
            Caught =
            [
                "members.remove.default",
                "members.remove.default-ref-null",
                "members.remove.default-several",
                "members.remove.default-last",
                "members.remove.default-mixed",
                "authentik.groups.patch",
                "gallery.group.remove-member",
            ],
        },
        new("Removing a member by a value path is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation => operation.Word("path").StartsWith("members[", StringComparison.Ordinal),
                    ScimException.InvalidPath
                ),
            Caught =
            [
                "members.remove.flag",
                "members.remove.flag-several",
                "members.remove.flag-absent",
                "members.remove.flag-or",
                "members.mixed.add-remove",
                "members.mixed.add-remove-same",
                "members.mixed.remove-add-same",
                "okta.groups.remove-add",
                "validator.remove-member",
                "validator.preview.same-attribute-group",
            ],
        },
        new("Removing a member by a value path empties the group")
        {
            Before = (message, _) =>
                message.Change(
                    operation => operation.Word("path").StartsWith("members[", StringComparison.Ordinal),
                    operation => operation["path"] = "members"
                ),
            Caught =
            [
                "members.remove.flag",
                "members.remove.flag-several",
                "members.remove.flag-absent",
                "members.remove.flag-or",
                "members.mixed.add-remove",
                "members.mixed.add-remove-same",
                "members.mixed.remove-add-same",
                "okta.groups.remove-add",
                "validator.remove-member",
            ],
        },
        new("Removing all members is refused")
        {
            Before = (message, _) =>
                message.Refuse(operation => operation.Is("remove", "members") && operation["value"] is null, ScimException.InvalidValue),
            Caught = ["members.remove.all", "members.mixed.empty-add"],
        },
        new("Adding a member again is a conflict")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation =>
                        operation.Is("add", "members") && message.Named(store) is { } group && operation.Ids().Any(group.Members.Contains),
                    ScimException.Conflict
                ),
            Caught =
            [
                "members.add.repeated",
                "members.add.repeated-mixed",
                "members.mixed.remove-add-same",
                "jumpcloud.groups.repeat",
                "ondemand.group.one-by-one",
            ],
        },
        new("Adding a member again doubles it")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var again = message.Named(store) is { } group
                    ? message
                        .PatchOperations.Where(operation => operation.Is("add", "members"))
                        .SelectMany(operation => operation.Ids())
                        .Where(group.Members.Contains)
                        .ToList()
                    : [];
                return server(message)
                    .ThenStore(
                        message,
                        store,
                        changed => again.ForEach(id => changed.Document["members"]!.AsArray().Add(new JsonObject { ["value"] = id }))
                    );
            },
            Caught =
            [
                "members.add.repeated",
                "members.add.repeated-mixed",
                "members.mixed.remove-add-same",
                "concurrency.members.same",
                "jumpcloud.groups.repeat",
                "ondemand.group.one-by-one",
            ],
        },
        new("Removing a user who is no member is not found")
        {
            Before = (message, store) =>
                message.Refuse(
                    operation =>
                        operation.Is("remove")
                        && operation.Word("path").StartsWith("members", StringComparison.Ordinal)
                        && message.Named(store) is { } group
                        && operation.Ids().Any(id => !group.Members.Contains(id)),
                    ScimException.NotFound
                ),
            Caught =
            [
                "members.remove.default-absent",
                "members.remove.default-mixed",
                "members.remove.flag-absent",
                "members.mixed.add-remove-same",
                "okta.groups.remove-add",
                "validator.preview.same-attribute-group",
            ],
        },
        new("Members that are added at the same time are lost")
        {
            Around = async (message, store, server) =>
            {
                if (message.Named(store) is not { Type.IsGroup: true } group || message.Method is not "PATCH")
                    return server(message);
                JsonObject read;
                lock (store.Lock)
                    read = (JsonObject)group.Document.DeepClone();
                // Wait until the other requests of a check have come. In many short delays and not one long one, since a busy machine
                // slows both sides.
                for (var turn = 0; turn < 20; turn++)
                    await Task.Delay(TimeSpan.FromMilliseconds(1));
                lock (store.Lock)
                {
                    group.Document = read;
                    return server(message);
                }
            },
            Caught = ["concurrency.members.add", "concurrency.members.add-remove", "concurrency.members.rename"],
        },
        new("Only the first of several members is added")
        {
            Before = (message, _) =>
                message.Change(
                    operation => operation.Is("add", "members") && operation["value"] is JsonArray { Count: > 1 },
                    operation => operation["value"] = new JsonArray(operation["value"]![0]!.DeepClone())
                ),
            Caught =
            [
                "members.add.several",
                "members.add.repeated-mixed",
                "members.add.many",
                "authentik.groups.patch",
                "gallery.group.on-demand",
                "ondemand.group.new",
            ],
        },
        new("Replacing the members only adds")
        {
            Before = (message, _) => message.Change(operation => operation.Is("replace", "members"), operation => operation["op"] = "add"),
            Caught = ["members.replace.list", "members.replace.empty", "okta.groups.push-now", "okta.groups.push-now-empty"],
        },
        new("A rename without a path empties the group")
        {
            Before = (message, _) =>
                message.Change(
                    operation =>
                        message.Collection is "Groups"
                        && operation["value"] is JsonObject members
                        && operation.Word("path") is ""
                        && members["members"] is null,
                    operation => operation["value"]!["members"] = new JsonArray()
                ),
            Caught = ["groups.rename.pathless-members", "members.life.external-id", "okta.groups.rename-members"],
        },
        new("A group is renamed with its externalId in one operation, and only the name changes")
        {
            Before = (message, _) =>
                message.Change(
                    operation => message.Collection is "Groups" && operation.Word("path") is "" && operation["value"] is JsonObject,
                    operation => operation["value"]!.AsObject().Remove("externalId")
                ),
            Caught = ["groups.patch.external-id", "validator.replace-attributes-group"],
        },
        new("$ref null beside a member is refused")
        {
            Before = (message, _) =>
                message.Refuse(
                    operation =>
                        operation["value"] is JsonArray values
                        && values.OfType<JsonObject>().Any(value => value.ContainsKey("$ref") && value["$ref"] is null),
                    ScimException.InvalidValue
                ),
            Caught = ["members.add.ref-null", "members.remove.default-ref-null"],
        },
        new("Members of a new group are ignored")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Groups"))
                    message.Body?.Remove("members");
            },
            Caught = ["groups.create.members", "okta.groups.push-members"],
        },
        new("A PUT of a group keeps its members")
        {
            Before = (message, store) =>
            {
                if (message.IsFor("PUT", "Groups") && message.Body is { } body && message.Named(store)?.Document["members"] is { } members)
                    body["members"] = members.DeepClone();
            },
            Caught = ["groups.put.members", "okta.groups.put"],
        },
        new("Members are returned although they are excluded")
        {
            Before = (message, _) =>
            {
                if (message.Query.GetValueOrDefault("excludedAttributes") is "members")
                    message.Query.Remove("excludedAttributes");
            },
            Caught =
            [
                "groups.read.excluded-members",
                "groups.filter.excluded-members",
                "validator.get-group",
                "validator.filter-group-excluding",
            ],
        },
        new("Two groups may have one name")
        {
            Behaviour = new() { UniqueGroupNames = false },
            Caught = ["groups.create.duplicate", "validator.duplicate-group"],
        },
        new("A group without a name is accepted")
        {
            Before = (message, store) =>
            {
                if (message.Creates("Groups") && message.Body is { } body && !body.ContainsKey("displayName"))
                    body["displayName"] = store.NewId();
            },
            Caught = ["groups.create.no-name"],
        },
        new("A schema of Microsoft's beside the one of groups is refused")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Groups") && message.Body?["schemas"] is JsonArray { Count: > 1 })
                    throw ScimException.InvalidSyntax("Unknown schema.");
            },
            Caught = ["groups.create.documented"],
        },
        new("The externalId of a group is not kept")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Groups"))
                    message.Body?.Remove("externalId");
            },
            Caught = ["groups.create.external-id", "groups.filter.external-id"],
        },
        new("A deleted user stays a member")
        {
            Behaviour = new() { DeletedUsersStayMembers = true },
            Caught = ["members.life.deleted-user", "members.life.deleted-group", "concurrency.members.deleted"],
        },
        new("A disabled user leaves his groups")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                return server(message)
                    .ThenStore(
                        message,
                        store,
                        user =>
                        {
                            if (!user.Type.IsUser || user.Document["active"]?.ToString() is not "false")
                                return;
                            foreach (var group in store.All.Where(group => group.Members.Contains(user.Id)))
                                group.Document["members"] = new JsonArray([
                                    .. group.Members.Where(id => id != user.Id).Select(id => new JsonObject { ["value"] = id }),
                                ]);
                        }
                    );
            },
            Caught = ["members.life.disabled"],
        },
        new("Users do not show their groups")
        {
            After = (message, answer) =>
            {
                foreach (var user in answer.ShownResources)
                    user.Remove("groups");
            },
            Caught = ["members.view.user-groups"],
        },
    ];
}
