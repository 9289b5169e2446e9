using System.Text.Json.Nodes;
using Scim;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests.Defects;

/// <summary>How defects look at a PATCH and change it.</summary>
static class Rewriting
{
    /// <summary>Refuses a PATCH with such an operation.</summary>
    public static void Refuse(this Message message, Func<JsonObject, bool> wrong, Func<string, ScimException> failure)
    {
        if (message.PatchOperations.Any(wrong)) throw failure("The server does not understand it.");
    }

    /// <summary>Leaves such operations out.</summary>
    public static void Drop(this Message message, Func<JsonObject, bool> ignored)
    {
        foreach (var operation in message.PatchOperations.Where(ignored).ToList()) ((JsonArray)operation.Parent!).Remove(operation);
    }

    /// <summary>Changes such operations.</summary>
    public static void Change(this Message message, Func<JsonObject, bool> chosen, Action<JsonObject> change)
    {
        foreach (var operation in message.PatchOperations.Where(chosen).ToList()) change(operation);
    }

    /// <summary>A text of an operation; "" when it is none.</summary>
    public static string Word(this JsonObject operation, string name) => operation.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    public static bool Is(this JsonObject operation, string op, string? path = null) =>
        operation.Word("op").Equals(op, StringComparison.OrdinalIgnoreCase) && (path is null || operation.IsOn(path));

    public static bool IsOn(this JsonObject operation, string path) => operation.Word("path").Equals(path, StringComparison.OrdinalIgnoreCase);

    /// <summary>What an operation gives to an attribute, by its path or by a member of an object without one.</summary>
    public static IEnumerable<JsonNode?> Values(this JsonObject operation, string attribute)
    {
        if (operation.IsOn(attribute)) return [operation["value"]];
        if (operation.Word("path") is not "" || operation["value"] is not JsonObject members) return [];
        return members.Where(member => member.Key.Equals(attribute, StringComparison.OrdinalIgnoreCase)).Select(member => member.Value);
    }
}
