using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers get wrong when they describe themselves, and with bulk.</summary>
static class DiscoveryDefects
{
    public static readonly Defect[] All =
    [
        new("Schemas are a bare array") { After = (message, answer) => { if (message.Segments is ["Schemas"]) answer.Body = answer.Body!["Resources"]!.DeepClone(); } },
        new("Schemas have no Group") { After = (message, answer) => Schemas(message, answer, schema => schema["id"].IsText(GroupSchema.Id) ? null : schema) },
        new("Schemas are full of null")
        {
            After = (message, answer) => Schemas(message, answer, schema => EachAttribute(schema, attribute => { attribute.TryAdd("canonicalValues", null); attribute.TryAdd("subAttributes", null); })),
        },
        new("Schemas have no canonicalValues") { After = (message, answer) => Schemas(message, answer, schema => EachAttribute(schema, attribute => attribute.Remove("canonicalValues"))) },
        new("Schemas have no characteristics of attributes") { After = (message, answer) => Schemas(message, answer, schema => EachAttribute(schema, attribute => { attribute.Remove("mutability"); attribute.Remove("returned"); })) },
        new("A schema cannot be read by its URN") { Before = (message, _) => { if (message.Segments is ["Schemas", _]) message.Segments = ["nothing"]; } },
        new("The configuration does not speak of PATCH") { After = (message, answer) => Config(message, answer, config => config.Remove("patch")) },
        new("The configuration names no way to authenticate") { After = (message, answer) => Config(message, answer, config => config.Remove("authenticationSchemes")) },
        new("supported is a string") { After = (message, answer) => Config(message, answer, config => config["filter"]!["supported"] = "true") },
        new("There is no configuration") { Before = (message, _) => { if (message.Segments is ["ServiceProviderConfig"]) message.Segments = ["nothing"]; } },
        new("There are no resource types") { Before = (message, _) => { if (message.Segments is ["ResourceTypes", ..]) message.Segments = ["nothing"]; } },
        new("Endpoints of resource types are missing") { After = (message, answer) => { if (message.Segments is ["ResourceTypes"]) foreach (var type in answer.Body!["Resources"]!.AsArray()) type!.AsObject().Remove("endpoint"); } },
        new("A bulk request goes on after failOnErrors errors") { Habits = new() { BulkGoesOn = true } },
        new("The statuses of a bulk request are numbers") { After = (message, answer) => Bulk(message, answer, operation => operation["status"] = int.Parse((string)operation["status"]!, System.Globalization.CultureInfo.InvariantCulture)) },
        new("A bulk request does not say where the new ones are") { After = (message, answer) => Bulk(message, answer, operation => operation.Remove("location")) },
        new("A bulk request does not give the bulkIds back") { After = (message, answer) => Bulk(message, answer, operation => operation.Remove("bulkId")) },
        new("References by bulkId are not resolved")
        {
            Before = (message, _) => { if (message.Segments is ["Bulk"] && message.Body is { } body && BulkReferences.In(body).Count > 0) message.Body = (JsonObject)Rewriting.Rewritten(body, text => text.Replace("bulkId:", "", StringComparison.Ordinal))!; },
        },
    ];

    static void Schemas(BrokenServer.Message message, BrokenServer.Answer answer, Func<JsonObject, JsonObject?> change)
    {
        if (message.Segments is not ["Schemas"] || answer.Body?["Resources"] is not JsonArray schemas) return;
        var left = schemas.OfType<JsonObject>().Select(schema => change((JsonObject)schema.DeepClone())).OfType<JsonObject>().ToList();
        answer.Body = BrokenServer.Answer.List(left, left.Count).Body;
    }

    static JsonObject EachAttribute(JsonObject schema, Action<JsonObject> change)
    {
        foreach (var attribute in (schema["attributes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (var sub in (attribute["subAttributes"] as JsonArray ?? []).OfType<JsonObject>()) change(sub);
            change(attribute);
        }
        return schema;
    }

    static void Config(BrokenServer.Message message, BrokenServer.Answer answer, Action<JsonObject> change)
    {
        if (message.Segments is ["ServiceProviderConfig"] && !answer.IsError) change(answer.Body!.AsObject());
    }

    static void Bulk(BrokenServer.Message message, BrokenServer.Answer answer, Action<JsonObject> change)
    {
        if (message.Segments is not ["Bulk"] || answer.IsError) return;
        foreach (var operation in answer.Body!["Operations"]!.AsArray()) change(operation!.AsObject());
    }
}
