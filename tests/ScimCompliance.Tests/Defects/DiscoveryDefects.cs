using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects of the discovery documents, and with bulk.</summary>
static class DiscoveryDefects
{
    public static readonly Defect[] All =
    [
        new("Schemas are a bare array")
        {
            After = (message, answer) =>
            {
                if (message.Segments is ["Schemas"])
                    answer.Body = answer.Body!["Resources"]!.DeepClone();
            },
            Caught = ["discovery.schemas.list", "discovery.schemas.filter", "gallery.direct.schemas", "gallery.direct.schemas-email"],
        },
        new("Schemas have no Group")
        {
            After = (message, answer) => Schemas(message, answer, schema => schema["id"].IsText(GroupSchema.Id) ? null : schema),
            Caught =
            [
                "discovery.resource-types.schemas",
                "discovery.schemas.group",
                "discovery.flattened.group.displayName",
                "discovery.flattened.group.externalId",
                "discovery.flattened.group.members",
                "gallery.direct.schemas",
            ],
        },
        new("Schemas are full of null")
        {
            After = (message, answer) =>
                Schemas(
                    message,
                    answer,
                    schema =>
                        EachAttribute(
                            schema,
                            attribute =>
                            {
                                attribute.TryAdd("canonicalValues", null);
                                attribute.TryAdd("subAttributes", null);
                            }
                        )
                ),
            Caught = ["discovery.schemas.no-nulls"],
        },
        new("Schemas have no canonicalValues")
        {
            After = (message, answer) =>
                Schemas(message, answer, schema => EachAttribute(schema, attribute => attribute.Remove("canonicalValues"))),
            Caught =
            [
                "discovery.flattened.user.emails",
                "discovery.flattened.user.phoneNumbers",
                "discovery.flattened.user.addresses",
                "gallery.direct.schemas-email",
            ],
        },
        new("Schemas have no characteristics of attributes")
        {
            After = (message, answer) =>
                Schemas(
                    message,
                    answer,
                    schema =>
                        EachAttribute(
                            schema,
                            attribute =>
                            {
                                attribute.Remove("mutability");
                                attribute.Remove("returned");
                            }
                        )
                ),
            Caught = ["discovery.schemas.characteristics"],
        },
        new("A schema cannot be read by its URN")
        {
            Before = (message, _) =>
            {
                if (message.Segments is ["Schemas", _])
                    message.Segments = ["nothing"];
            },
            Caught = ["discovery.schemas.single"],
        },
        new("The configuration does not speak of PATCH")
        {
            After = (message, answer) => Config(message, answer, config => config.Remove("patch")),
            Caught = ["discovery.config.member.patch", "discovery.config.patch"],
        },
        new("The configuration names no way to authenticate")
        {
            After = (message, answer) => Config(message, answer, config => config.Remove("authenticationSchemes")),
            Caught = ["discovery.config.member.authenticationSchemes"],
        },
        new("supported is a string")
        {
            After = (message, answer) => Config(message, answer, config => config["filter"]!["supported"] = "true"),
            Caught = ["discovery.config.member.filter"],
        },
        new("There is no configuration")
        {
            Before = (message, _) =>
            {
                if (message.Segments is ["ServiceProviderConfig"])
                    message.Segments = ["nothing"];
            },
            Caught = ["discovery.config.document", "discovery.config.read-only"],
        },
        new("There are no resource types")
        {
            Before = (message, _) =>
            {
                if (message.Segments is ["ResourceTypes", ..])
                    message.Segments = ["nothing"];
            },
            Caught = ["discovery.resource-types.list", "discovery.resource-types.single", "discovery.resource-types.filter"],
        },
        new("Endpoints of resource types are missing")
        {
            After = (message, answer) =>
            {
                if (message.Segments is ["ResourceTypes"])
                    foreach (var type in answer.Body!["Resources"]!.AsArray())
                        type!.AsObject().Remove("endpoint");
            },
            Caught = ["discovery.resource-types.user", "discovery.resource-types.members", "discovery.resource-types.filter"],
        },
        new("A bulk request goes on after failOnErrors errors")
        {
            Behaviour = new() { BulkIgnoresErrorLimit = true },
            Caught = ["bulk.fail-on-errors.stops"],
        },
        new("The statuses of a bulk request are numbers")
        {
            After = (message, answer) =>
                Bulk(
                    message,
                    answer,
                    operation =>
                        operation["status"] = int.Parse((string)operation["status"]!, System.Globalization.CultureInfo.InvariantCulture)
                ),
            Caught = ["bulk.reply.status"],
        },
        new("A bulk request does not say where the new ones are")
        {
            After = (message, answer) => Bulk(message, answer, operation => operation.Remove("location")),
            Caught = ["bulk.reply.location", "bulk.reply.location-change"],
        },
        new("A bulk request does not give the bulkIds back")
        {
            After = (message, answer) => Bulk(message, answer, operation => operation.Remove("bulkId")),
            Caught =
            [
                "bulk.reply.bulk-id",
                "bulk.reference.backward",
                "bulk.reference.forward",
                "bulk.reference.manager",
                "bulk.reference.circular",
                "bulk.errors.duplicate",
                "bulk.errors.others",
            ],
        },
        new("References by bulkId are not resolved")
        {
            Before = (message, _) =>
            {
                if (message.Segments is ["Bulk"] && message.Body is { } body && BulkReferences.In(body).Count > 0)
                    message.Body = (JsonObject)Rewriting.Rewritten(body, text => text.Replace("bulkId:", "", StringComparison.Ordinal))!;
            },
            Caught =
            [
                "bulk.reference.backward",
                "bulk.reference.forward",
                "bulk.reference.manager",
                "bulk.reference.patch",
                "bulk.reference.circular",
            ],
        },
    ];

    static void Schemas(BrokenServer.Message message, BrokenServer.Answer answer, Func<JsonObject, JsonObject?> change)
    {
        if (message.Segments is not ["Schemas"] || answer.Body?["Resources"] is not JsonArray schemas)
            return;
        var left = schemas.OfType<JsonObject>().Select(schema => change((JsonObject)schema.DeepClone())).OfType<JsonObject>().ToList();
        answer.Body = BrokenServer.Answer.List(left, left.Count).Body;
    }

    static JsonObject EachAttribute(JsonObject schema, Action<JsonObject> change)
    {
        foreach (var attribute in (schema["attributes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (var sub in (attribute["subAttributes"] as JsonArray ?? []).OfType<JsonObject>())
                change(sub);
            change(attribute);
        }
        return schema;
    }

    static void Config(BrokenServer.Message message, BrokenServer.Answer answer, Action<JsonObject> change)
    {
        if (message.Segments is ["ServiceProviderConfig"] && !answer.IsError)
            change(answer.Body!.AsObject());
    }

    static void Bulk(BrokenServer.Message message, BrokenServer.Answer answer, Action<JsonObject> change)
    {
        if (message.Segments is not ["Bulk"] || answer.IsError)
            return;
        foreach (var operation in answer.Body!["Operations"]!.AsArray())
            change(operation!.AsObject());
    }
}
