using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>Bulk (RFC 7644 §3.7). Ids of new resources are chosen first, so that operations may refer to each other in any order.</summary>
sealed class Bulk(Store store, Writes writes, Behaviour behaviour)
{
    public const int MaxOperations = 100;

    public Answer Run(JsonObject body)
    {
        var bulk = BulkRequest.Parse(body);
        if (bulk.Operations.Count > MaxOperations)
            throw ScimException.PayloadTooLarge($"At most {MaxOperations} operations (maxOperations).");
        var ids = bulk
            .Operations.Where(operation => operation is { Method: BulkMethod.Post, BulkId: not null })
            .ToDictionary(operation => operation.BulkId!, _ => store.NewId(), StringComparer.Ordinal);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        var outcomes = new JsonObject?[bulk.Operations.Count];
        var limit = behaviour.BulkIgnoresErrorLimit ? int.MaxValue : bulk.FailOnErrors ?? int.MaxValue;
        var errors = 0;
        store.ExpectedIds.UnionWith(ids.Values);
        foreach (var index in BulkOrder.Of(bulk.Operations).SelectMany(circle => circle))
        {
            if (errors >= limit)
                break;
            outcomes[index] = Try(bulk.Operations[index], ids, failed);
            if (outcomes[index]!["response"] is null)
                continue;
            errors++;
            if (bulk.Operations[index].BulkId is { } bulkId)
                failed.Add(bulkId);
        }
        store.ExpectedIds.Clear();
        return new(
            200,
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkResponse"),
                ["Operations"] = new JsonArray([.. outcomes.OfType<JsonObject>()]),
            }
        );
    }

    JsonObject Try(BulkOperation operation, Dictionary<string, string> ids, HashSet<string> failed)
    {
        var outcome = new JsonObject { ["method"] = operation.MethodName };
        if (operation.BulkId is not null)
            outcome["bulkId"] = operation.BulkId;
        string? Id(string bulkId) =>
            failed.Contains(bulkId)
                ? throw ScimException.Conflict($"'bulkId:{bulkId}' could not be made.")
                : ids.GetValueOrDefault(bulkId) ?? throw ScimException.InvalidValue($"'bulkId:{bulkId}' stands for nothing.");
        var target = operation.Target;
        if (target is not null)
            outcome["location"] = $"{store.BaseUrl}/{operation.Collection}/{target}";
        try
        {
            if (operation.Error is not null)
                throw operation.Error;
            target = BulkReferences.Named(target) is { } named ? Id(named) : target;
            var data = operation.Data is null ? null : BulkReferences.Resolve(operation.Data, Id);
            var (status, resource) = Run(
                operation,
                target,
                data,
                operation.BulkId is null ? null : ids.GetValueOrDefault(operation.BulkId)
            );
            outcome["status"] = status.ToString(CultureInfo.InvariantCulture);
            outcome["location"] = resource is null ? $"{store.BaseUrl}/{operation.Collection}/{target}" : store.Location(resource);
            if (resource is not null)
                outcome["version"] = resource.ETag;
        }
        catch (ScimException failure)
        {
            outcome["status"] = failure.Status.ToString(CultureInfo.InvariantCulture);
            outcome["response"] = Answer.Error(failure).Body;
        }
        return outcome;
    }

    (int Status, Resource? Resource) Run(BulkOperation operation, string? target, JsonObject? data, string? id)
    {
        var type =
            ResourceTypes.BuiltIn.ForCollection(operation.Collection)
            ?? throw ScimException.NotFound($"There is no '{operation.Collection}'.");
        var conditions = new HeaderDictionary();
        if (operation.Version is not null)
            ((IHeaderDictionary)conditions).IfMatch = operation.Version;
        switch (operation.Method)
        {
            case BulkMethod.Post:
                return (201, writes.Create(type, data!, id));
            case BulkMethod.Put:
                return (200, writes.Replace(type, target!, data!, conditions));
            case BulkMethod.Patch:
                return (type.IsGroup ? 204 : 200, writes.Patch(type, target!, data!, conditions));
            default:
                writes.Delete(type, target!, conditions);
                return (204, null);
        }
    }
}
