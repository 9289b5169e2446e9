using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>The writes of RFC 7644 §3.3 to §3.6 and §3.14.</summary>
sealed class Writes(Store store, Behaviour behaviour)
{
    public Resource Create(ResourceType type, JsonObject body, string? id = null) => store.Add(type, id, ResourceParser.Create(body, type));

    public Resource Replace(ResourceType type, string id, JsonObject body, IHeaderDictionary? conditions)
    {
        var resource = store.Get(type, id);
        Require(resource, conditions);
        store.Change(resource, ResourceParser.Replace(body, type, resource.Document));
        return resource;
    }

    public Resource Patch(ResourceType type, string id, JsonObject body, IHeaderDictionary? conditions)
    {
        var resource = store.Get(type, id);
        Require(resource, conditions);
        var document = (JsonObject)resource.Document.DeepClone();
        // A read-only attribute may be sent with its present value.
        document["id"] = id;
        if (store.Show(resource)["groups"] is { } groups)
            document["groups"] = groups.DeepClone();
        document = Patcher.Apply(document, PatchParser.Parse(body, type), type);
        document.Remove("id");
        document.Remove("groups");
        if (type.IsGroup && document["members"] is null && resource.Document["members"] is JsonArray { Count: 0 })
            document["members"] = new JsonArray();
        store.Change(resource, document);
        return resource;
    }

    public void Delete(ResourceType type, string id, IHeaderDictionary? conditions)
    {
        var resource = store.Get(type, id);
        Require(resource, conditions);
        store.Remove(resource);
    }

    /// <summary>Whether <c>If-None-Match</c> names this version.</summary>
    public bool IsKnown(Resource resource, IHeaderDictionary headers) =>
        behaviour.ObeysConditions && Names(headers.IfNoneMatch.ToString(), resource);

    void Require(Resource resource, IHeaderDictionary? conditions)
    {
        if (conditions is null || !behaviour.ObeysConditions)
            return;
        if (conditions.IfMatch.ToString() is { Length: > 0 } wanted && !Names(wanted, resource) || IsKnown(resource, conditions))
            throw ScimException.PreconditionFailed($"The resource is at version {resource.ETag}.");
    }

    static bool Names(string header, Resource resource) =>
        EntityTagHeaderValue.TryParseList([header], out var tags)
        && tags.Any(tag =>
            tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(resource.ETag), useStrongComparison: false)
        );
}
