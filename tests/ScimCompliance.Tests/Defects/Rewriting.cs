using System.Text.Json;
using System.Text.Json.Nodes;
using Scim;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests.Defects;

/// <summary>Helps defects to read and rewrite requests and stored resources.</summary>
static class Rewriting
{
    /// <summary>Refuses a PATCH with an operation that meets the condition.</summary>
    public static void Refuse(this Message message, Func<JsonObject, bool> wrong, Func<string, ScimException> failure)
    {
        if (message.PatchOperations.Any(wrong))
            throw failure("The server does not understand it.");
    }

    /// <summary>Removes the operations that meet the condition.</summary>
    public static void Drop(this Message message, Func<JsonObject, bool> ignored) =>
        message.Change(ignored, operation => ((JsonArray)operation.Parent!).Remove(operation));

    /// <summary>Changes the operations that meet the condition.</summary>
    public static void Change(this Message message, Func<JsonObject, bool> chosen, Action<JsonObject> change)
    {
        foreach (var operation in message.PatchOperations.Where(chosen).ToList())
            change(operation);
    }

    /// <summary>Puts an operation before the others.</summary>
    public static void Insert(this Message message, JsonObject operation) => ((JsonArray)message.Body!["Operations"]!).Insert(0, operation);

    /// <summary>A member of an operation as text; "" when it is no text.</summary>
    public static string Word(this JsonObject operation, string name) =>
        operation.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
        && value.TryGetValue(out string? text)
            ? text
            : "";

    public static bool Is(this JsonObject operation, string op, string? path = null) =>
        operation.Word("op").Equals(op, StringComparison.OrdinalIgnoreCase) && (path is null || operation.IsOn(path));

    public static bool IsOn(this JsonObject operation, string path) =>
        operation.Word("path").Equals(path, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value that an operation sets for an attribute, by its path or, without a path, by a member of its value.</summary>
    public static IEnumerable<JsonNode?> Values(this JsonObject operation, string attribute) =>
        operation.Given().Where(pair => pair.Key.Equals(attribute, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value);

    /// <summary>The values that an operation sets, by path.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Given(this JsonObject operation) =>
        operation.Word("path") is not "" and var path ? [KeyValuePair.Create(path, operation["value"])]
        : operation["value"] is JsonObject members ? members.ToList()
        : [];

    /// <summary>Ids that an operation on members names.</summary>
    public static IEnumerable<string> Ids(this JsonObject operation) =>
        operation["value"] is JsonArray values ? values.OfType<JsonObject>().Select(value => value.Word("value"))
        : operation.Word("path").Split('"') is [_, var id, _] ? [id]
        : [];

    public static bool IsText(this JsonNode? value) => value?.GetValueKind() is JsonValueKind.String;

    public static bool IsText(this JsonNode? value, string text) => value.IsText() && (string)value! == text;

    /// <summary>The resource that a request is about, if there is one.</summary>
    public static Resource? Named(this Message message, Store store)
    {
        lock (store.Lock)
            return message.Segments is [var collection, var id] && ResourceTypes.BuiltIn.ForCollection(collection) is { } type
                ? store.Find(type, id)
                : null;
    }

    /// <summary>Changes a resource after it was written, and the answer that shows it.</summary>
    public static Answer ThenStore(this Answer answer, Message message, Store store, Action<Resource> change)
    {
        if (answer.IsError || message.Method is not ("POST" or "PUT" or "PATCH") || message.Collection is "")
            return answer;
        lock (store.Lock)
        {
            if (
                (message.Named(store) ?? store.All.FirstOrDefault(resource => answer.Body?["id"].IsText(resource.Id) is true))
                is not { } written
            )
                return answer;
            change(written);
            if (answer.Body is JsonObject)
                answer.Body = Routes.Project(store.Show(written), message, written.Type);
        }
        return answer;
    }

    /// <summary>Whether the query has a filter that meets the condition.</summary>
    public static bool HasFilter(this Message message, Func<string, bool> fits) =>
        message.Query.TryGetValue("filter", out var filter) && fits(filter);

    /// <summary>Rewrites every text in the JSON.</summary>
    public static JsonNode? Rewritten(JsonNode? node, Func<string, string> text) =>
        node switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Rewritten(member.Value, text)))),
            JsonArray array => new JsonArray([.. array.Select(element => Rewritten(element, text))]),
            JsonValue value when value.TryGetValue(out string? found) => text(found),
            _ => node?.DeepClone(),
        };
}
