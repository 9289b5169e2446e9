using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects when users are created, replaced and deleted.</summary>
static class UserDefects
{
    public static readonly Defect[] All =
    [
        new("A user without a userName is accepted")
        {
            Before = (message, store) =>
            {
                if (
                    message.Creates("Users")
                    && message.Body is { } body
                    && !body.Any(member => member.Key.Equals("userName", StringComparison.OrdinalIgnoreCase))
                )
                    body["userName"] = store.NewId();
            },
            Caught = ["errors.refused.user-name-missing"],
        },
        new("Two users may have one userName")
        {
            Behaviour = new() { UniqueUserNames = false },
            Caught =
            [
                "users.create.duplicate",
                "users.create.duplicate.letter-case",
                "users.replace.duplicate",
                "lifecycle.disabled.name-taken",
                "patch.error.duplicate",
                "concurrency.users.repeated",
                "bulk.errors.duplicate",
                "validator.duplicate-user",
            ],
        },
        new("A name that differs by its letter case is another name")
        {
            Behaviour = new() { NamesIgnoreCase = false },
            Caught = ["users.create.duplicate.letter-case", "groups.create.duplicate-case"],
        },
        new("A conflict comes without its scimType")
        {
            After = (_, answer) =>
            {
                if (answer.Status is 409)
                    answer.Body!.AsObject().Remove("scimType");
            },
            Caught = ["users.create.duplicate", "groups.create.duplicate-type"],
        },
        new("A conflict is answered with 400")
        {
            After = (_, answer) =>
            {
                if (answer.Status is 409)
                    (answer.Status, answer.Body!["status"]) = (400, "400");
            },
            Caught =
            [
                "users.create.duplicate",
                "users.create.duplicate.letter-case",
                "lifecycle.disabled.name-taken",
                "groups.create.duplicate",
                "concurrency.users.repeated",
                "validator.duplicate-user",
                "validator.duplicate-group",
            ],
        },
        new("The id that the client sends is taken")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var id = message.Creates("Users") ? (string?)message.Body?["id"] : null;
                return server(message).ThenStore(message, store, user => store.Rename(user, id ?? user.Id));
            },
            Caught = ["users.create.read-only.id"],
        },
        new("A renamed user gets another id")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var renamed = message.Collection is "Users" && message.PatchOperations.Any(operation => operation.Values("userName").Any());
                return server(message).ThenStore(message, store, user => store.Rename(user, renamed ? store.NewId() : user.Id));
            },
            Caught = ["patch.user-name.same-id"],
        },
        new("The password comes back")
        {
            After = (message, answer) =>
            {
                if (
                    !answer.IsError
                    && message.Creates("Users")
                    && message.Body?["password"] is { } password
                    && answer.Body is JsonObject user
                )
                    user["password"] = password.DeepClone();
            },
            Caught = ["discovery.password.created", "okta.create.password"],
        },
        new("A POST is answered with 200")
        {
            After = (message, answer) =>
            {
                if (answer.Status is 201)
                    answer.Status = 200;
            },
            Caught = ["users.create.minimal", "groups.create.minimal", "okta.create.status", "okta.groups.push"],
        },
        new("A POST is answered without the user")
        {
            After = (message, answer) =>
            {
                if (answer.Status is 201 && message.Collection is "Users")
                    answer.Body = null;
            },
            Caught =
            [
                "projection.post",
                "users.create.minimal",
                "users.create.active-default",
                "okta.create.status",
                "validator.create-user",
                "gallery.user.create",
                "gallery.user.on-demand",
                "gallery.direct.user-create",
                "ondemand.user.new",
            ],
        },
        new("A new user is not active until it is said")
        {
            Before = (message, _) =>
            {
                if (
                    message.Creates("Users")
                    && message.Body is { } body
                    && !body.Any(member => member.Key.Equals("active", StringComparison.OrdinalIgnoreCase))
                )
                    body["active"] = false;
            },
            Caught = ["users.create.active-default"],
        },
        new("Unknown members of a user are refused")
        {
            Before = (message, _) =>
            {
                if (
                    message.Creates("Users")
                    && message.Body?.Any(member =>
                        !member.Key.Contains(':', StringComparison.Ordinal) && ResourceType.User.FindAttribute(member.Key) is null
                    )
                        is true
                )
                    throw ScimException.InvalidSyntax("Unknown attribute.");
            },
            Caught = ["users.create.unknown"],
        },
        new("meta from the client is refused")
        {
            Before = (message, _) =>
            {
                if (message.Method is "POST" && message.Body?.ContainsKey("meta") is true)
                    throw ScimException.InvalidSyntax("meta is read-only.");
            },
            Caught = ["users.create.entra", "users.create.read-only.meta", "groups.create.meta"],
        },
        new("null in a new user is refused")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Users") && message.Body?.Any(member => member.Value is null) is true)
                    throw ScimException.InvalidValue("null.");
            },
            Caught = ["users.create.nulls", "users.create.null-enterprise"],
        },
        new("Strings for booleans are refused in a new user")
        {
            Before = (message, _) =>
            {
                if (
                    message.Creates("Users")
                    && (
                        message.Body?["active"].IsText() is true
                        || (message.Body?["roles"] as JsonArray ?? []).Any(role =>
                            role is JsonObject complex && complex["primary"].IsText()
                        )
                    )
                )
                    throw ScimException.InvalidValue("No boolean.");
            },
            Caught =
            [
                "users.create.active-text.true",
                "users.create.active-text.false",
                "users.create.primary-text",
                "validator.create-user",
            ],
        },
        new("The manager of a new user is refused as a string")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Users") && (message.Body?[PatchDefects.Enterprise] as JsonObject)?["manager"].IsText() is true)
                    throw ScimException.InvalidValue("No object.");
            },
            Caught = ["manager.create.text"],
        },
        new("A manager who is no user here is refused")
        {
            Before = (message, store) =>
            {
                if (
                    message.Creates("Users")
                    && ((message.Body?[PatchDefects.Enterprise] as JsonObject)?["manager"] as JsonObject)?["value"] is { } manager
                    && store.All.All(user => !manager.IsText(user.Id))
                )
                    throw ScimException.InvalidValue("No such manager.");
            },
            Caught = ["manager.create.unknown"],
        },
        new("The URN of an extension is missing in schemas")
        {
            After = (_, answer) =>
            {
                foreach (var user in answer.ShownResources.Where(user => user["schemas"] is JsonArray { Count: > 1 }))
                    user["schemas"] = new JsonArray(user["schemas"]![0]!.DeepClone());
            },
            Caught = ["patch.enterprise.listed"],
        },
        new("The externalId of a user is not kept")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Users"))
                    message.Body?.Remove("externalId");
            },
            Caught = ["filter.match.externalId", "users.create.value.external-id"],
        },
        new("A PUT changes only what it names")
        {
            Before = (message, store) =>
            {
                if (!message.IsFor("PUT", "Users") || message.Body is not { } body || message.Named(store) is not { } user)
                    return;
                foreach (var (name, value) in user.Document)
                    body.TryAdd(name, value?.DeepClone());
            },
            Caught = ["users.replace.left-out", "okta.update.put-removed"],
        },
        new("PUT is not there")
        {
            Before = (message, _) => message.Method = message.Method is "PUT" ? "LOCK" : message.Method,
            Caught =
            [
                "users.replace.answer",
                "groups.put.name",
                "okta.update.put",
                "okta.deactivate.put",
                "authentik.update.put",
                "okta.groups.put",
            ],
        },
    ];
}
