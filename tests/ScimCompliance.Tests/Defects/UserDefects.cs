using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers get wrong when users come, change by PUT, and go.</summary>
static class UserDefects
{
    public static readonly Defect[] All =
    [
        new("A user without a userName is accepted")
        {
            Before = (message, store) => { if (message.Creates("Users") && message.Body is { } body && !body.Any(member => member.Key.Equals("userName", StringComparison.OrdinalIgnoreCase))) body["userName"] = store.NewId(); },
        },
        new("Two users may have one userName") { Habits = new() { UniqueUserNames = false } },
        new("A name that differs by its letter case is another name") { Habits = new() { NamesFold = false } },
        new("A conflict comes without its scimType")
        {
            After = (_, answer) => { if (answer.Status is 409) answer.Body!.AsObject().Remove("scimType"); },
        },
        new("A conflict is answered with 400")
        {
            After = (_, answer) => { if (answer.Status is 409) (answer.Status, answer.Body!["status"]) = (400, "400"); },
        },
        new("The id that the client sends is taken")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var id = message.Creates("Users") ? (string?)message.Body?["id"] : null;
                return server(message).ThenStore(message, store, user => store.Rename(user, id ?? user.Id));
            },
        },
        new("A renamed user gets another id")
        {
            Around = async (message, store, server) =>
            {
                await Task.CompletedTask;
                var renamed = message.Collection is "Users" && message.PatchOperations.Any(operation => operation.Values("userName").Any());
                return server(message).ThenStore(message, store, user => store.Rename(user, renamed ? store.NewId() : user.Id));
            },
        },
        new("The password comes back")
        {
            After = (message, answer) => { if (!answer.IsError && message.Creates("Users") && message.Body?["password"] is { } password && answer.Body is JsonObject user) user["password"] = password.DeepClone(); },
        },
        new("A POST is answered with 200")
        {
            After = (message, answer) => { if (answer.Status is 201) answer.Status = 200; },
        },
        new("A POST is answered without the user")
        {
            After = (message, answer) => { if (answer.Status is 201 && message.Collection is "Users") answer.Body = null; },
        },
        new("A new user is not active until it is said")
        {
            Before = (message, _) => { if (message.Creates("Users") && message.Body is { } body && body["active"] is null) body["active"] = false; },
        },
        new("Members of a user that nobody knows are refused")
        {
            Before = (message, _) => { if (message.Creates("Users") && message.Body?.Any(member => !member.Key.Contains(':', StringComparison.Ordinal) && ResourceType.User.FindAttribute(member.Key) is null) is true) throw ScimException.InvalidSyntax("Unknown attribute."); },
        },
        new("meta from the client is refused")
        {
            Before = (message, _) => { if (message.Method is "POST" && message.Body?.ContainsKey("meta") is true) throw ScimException.InvalidSyntax("meta is read-only."); },
        },
        new("null in a new user is refused")
        {
            Before = (message, _) => { if (message.Creates("Users") && message.Body?.Any(member => member.Value is null) is true) throw ScimException.InvalidValue("null."); },
        },
        new("Strings for booleans are refused in a new user")
        {
            Before = (message, _) => { if (message.Creates("Users") && (message.Body?["active"].IsText() is true || (message.Body?["roles"] as JsonArray ?? []).Any(role => role is JsonObject complex && complex["primary"].IsText()))) throw ScimException.InvalidValue("No boolean."); },
        },
        new("The manager of a new user is refused as a string")
        {
            Before = (message, _) => { if (message.Creates("Users") && (message.Body?[PatchDefects.Enterprise] as JsonObject)?["manager"].IsText() is true) throw ScimException.InvalidValue("No object."); },
        },
        new("A manager who is no user here is refused")
        {
            Before = (message, store) =>
            {
                if (message.Creates("Users") && ((message.Body?[PatchDefects.Enterprise] as JsonObject)?["manager"] as JsonObject)?["value"] is { } manager && store.All.All(user => !manager.IsText(user.Id))) throw ScimException.InvalidValue("No such manager.");
            },
        },
        new("Attributes of an extension that nobody registered are lost")
        {
            Before = (message, _) =>
            {
                if (message.Creates("Users"))
                    foreach (var extension in message.Body?.Select(member => member.Key).Where(key => key.Contains(':', StringComparison.Ordinal) && ResourceType.User.FindSchema(key) is null).ToList() ?? []) message.Body!.Remove(extension);
            },
        },
        new("The URN of an extension is missing in schemas")
        {
            After = (_, answer) => { foreach (var user in answer.ShownResources.Where(user => user["schemas"] is JsonArray { Count: > 1 })) user["schemas"] = new JsonArray(user["schemas"]![0]!.DeepClone()); },
        },
        new("The externalId of a user is not kept")
        {
            Before = (message, _) => { if (message.Creates("Users")) message.Body?.Remove("externalId"); },
        },
        new("A PUT changes only what it names")
        {
            Before = (message, store) =>
            {
                if (!message.IsFor("PUT", "Users") || message.Body is not { } body || message.Named(store) is not { } user) return;
                foreach (var (name, value) in user.Document) body.TryAdd(name, value?.DeepClone());
            },
        },
        new("PUT is not there")
        {
            Before = (message, _) => message.Method = message.Method is "PUT" ? "LOCK" : message.Method,
        },
    ];
}
