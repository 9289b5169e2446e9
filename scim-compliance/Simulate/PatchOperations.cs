using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// How Entra writes a PATCH: by default, or with <c>aadOptscim062020</c> at the end of the Tenant URL (entra-docs,
/// application-provisioning-config-problem-scim-compatibility.md).
/// </summary>
enum Dialect
{
    Default,
    Flag,
}

/// <summary>
/// The operations of Entra's PATCHes in both dialects. Roles are not sent, since they are not part of the default mapping.
/// </summary>
sealed class PatchOperations(Dialect dialect)
{
    /// <summary>The operations that change attributes: <c>Add</c> where nothing was sent before, <c>Replace</c> otherwise.</summary>
    public JsonArray Attributes(IReadOnlyDictionary<string, string> sent, IReadOnlyDictionary<string, string> changed)
    {
        if (dialect is Dialect.Default)
            return [.. changed.Select(change => Operation(Verb(change.Key), change.Key, change.Value))];

        var operations = new JsonArray();
        var together = new JsonObject();
        foreach (var (path, value) in changed)
            if (path is AttributeMapping.Active)
                operations.Add((JsonNode)Operation("replace", path, value is "True"));
            else if (path.Contains('[', StringComparison.Ordinal) || !sent.ContainsKey(path))
                operations.Add((JsonNode)Operation(Verb(path), path, value));
            else
                together[path] = value;
        if (together.Count is 1)
            operations.Add((JsonNode)Operation("replace", together.First().Key, together.First().Value!.DeepClone()));
        else if (together.Count > 1)
            operations.Add((JsonNode)new JsonObject { ["op"] = "replace", ["value"] = together });
        return operations;

        string Verb(string path) => Op(sent.ContainsKey(path) ? "Replace" : "Add");
    }

    /// <summary>The id as a string, as the service sends it; "" removes the manager.</summary>
    public JsonArray Manager(bool had, string? id) =>
        [Operation(Op(had || id is null ? "Replace" : "Add"), AttributeMapping.Manager, id ?? "")];

    public JsonArray AddMembers(IEnumerable<string> ids) => [Operation(Op("Add"), "members", Values(ids))];

    public JsonArray RemoveMembers(IEnumerable<string> ids) =>
        dialect is Dialect.Default
            ? [Operation("Remove", "members", Values(ids))]
            : [.. ids.Select(id => (JsonNode)new JsonObject { ["op"] = "remove", ["path"] = $"members[value eq \"{id}\"]" })];

    public static JsonObject Message(JsonArray operations) =>
        new() { ["schemas"] = new JsonArray(SchemaUrn.PatchOp), ["Operations"] = operations };

    string Op(string verb) => dialect is Dialect.Default ? verb : verb.ToLowerInvariant();

    static JsonArray Values(IEnumerable<string> ids) => [.. ids.Select(id => (JsonNode)new JsonObject { ["$ref"] = null, ["value"] = id })];

    static JsonObject Operation(string op, string path, JsonNode value) =>
        new()
        {
            ["op"] = op,
            ["path"] = path,
            ["value"] = value,
        };
}
