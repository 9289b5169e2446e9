using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>The verbs of RFC 7644 §3, one method each, for every resource type: types differ by their schema.</summary>
static class ResourceEndpoints
{
    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapPost("{collection}", Post);
        scim.MapGet("{collection}/{id}", Get);
        scim.MapPut("{collection}/{id}", Put);
        scim.MapPatch("{collection}/{id}", Patch);
        scim.MapDelete("{collection}/{id}", Delete);
        foreach (var (pattern, allow) in ((string, string)[])[("{collection}", "GET, POST"), ("{collection}/{id}", "GET, PUT, PATCH, DELETE")])
            scim.Map(pattern, (string collection, ScimRequest request) => NotAllowed(collection, allow, request));
    }

    static async Task<ScimResult> Post(string collection, ResourceBody body, ProjectionQuery projected, ScimRequest request, ResourceStore store, CancellationToken ct)
    {
        var type = request.TypeOf(collection);
        var document = ResourceParser.Create(body.Json, type);
        var members = TakeMembers(document, type);
        var created = await store.CreateAsync(request.Caller, type, document, members, ct);
        // The names of the members are known to the store alone.
        if (members.Count > 0) created = await WithMembersAsync(created, projected.For(type), request, store, ct);
        return ScimResult.Created(created, projected.For(type), request.Caller);
    }

    static async Task<ScimResult> Get(string collection, string id, ProjectionQuery projected, EntityTags tags, ScimRequest request, ResourceStore store, CancellationToken ct)
    {
        var type = request.TypeOf(collection);
        var projection = projected.For(type);
        var resource = await store.GetAsync(request.Caller, type, IdOf(id, type), ResourceJson.NeedsRelated(type, projection), ct) ?? throw NotFound(id, type);
        return tags.IsKnown(resource) ? ScimResult.NotModified(resource) : ScimResult.Ok(resource, projection, request.Caller);
    }

    static async Task<ScimResult> Put(
        string collection, string id, ResourceBody body, ProjectionQuery projected, EntityTags tags, ScimRequest request, ResourceStore store, CancellationToken ct)
    {
        var type = request.TypeOf(collection);
        var key = IdOf(id, type);
        var members = TakeMembers(ResourceParser.Replace(body.Json, type, []), type);
        var changed = await store.UpdateAsync(request.Caller, type, key, current =>
        {
            tags.Require(current);
            var document = ResourceParser.Replace(body.Json, type, current.ReadDocument());
            if (type.IsGroup) document.Remove(GroupSchema.Members.Name);
            return document;
        }, type.IsGroup ? MembershipOperations.Exactly(members) : MembershipOperations.None, ct) ?? throw NotFound(id, type);
        return ScimResult.Ok(await WithMembersAsync(changed, projected.For(type), request, store, ct), projected.For(type), request.Caller);
    }

    static async Task<ScimResult> Patch(
        string collection, string id, ResourceBody body, ProjectionQuery projected, EntityTags tags, ScimRequest request, ResourceStore store, CancellationToken ct)
    {
        var type = request.TypeOf(collection);
        var key = IdOf(id, type);
        var operations = PatchParser.Parse(body.Json, type, request.Caller.Settings.IgnoreUnknownAttributes).ToList();
        var membership = MembershipOperations.TakeFrom(operations);
        var changed = await store.UpdateAsync(request.Caller, type, key, current =>
        {
            tags.Require(current);
            var document = current.ReadDocument();
            // What is read-only may be repeated: Okta sends the id.
            document["id"] = id;
            if (current.Related is not null) document[UserSchema.Groups.Name] = JsonNode.Parse(current.Related.Json.Span);
            document = Patcher.Apply(document, operations, type);
            document.Remove("id");
            if (type.IsUser) document.Remove(UserSchema.Groups.Name);
            return document;
        }, membership, ct) ?? throw NotFound(id, type);

        // Entra wants users back and groups not: a group may have 100,000 members (RFC 7644 §3.5.2 allows both).
        if (type.IsGroup && !projected.IsGiven && !request.Caller.Settings.GroupPatchReturnsResource) return ScimResult.Changed(changed);
        return ScimResult.Ok(await WithMembersAsync(changed, projected.For(type), request, store, ct), projected.For(type), request.Caller);
    }

    static async Task<ScimResult> Delete(string collection, string id, EntityTags tags, ScimRequest request, ResourceStore store, CancellationToken ct)
    {
        var type = request.TypeOf(collection);
        return await store.DeleteAsync(request.Caller, type, IdOf(id, type), tags.Require, ct) ? ScimResult.NoContent : throw NotFound(id, type);
    }

    static async Task<StoredResource> WithMembersAsync(StoredResource changed, Projection projection, ScimRequest request, ResourceStore store, CancellationToken ct) =>
        changed.Type.IsGroup && ResourceJson.NeedsRelated(changed.Type, projection)
            ? await store.GetAsync(request.Caller, changed.Type, changed.Id, related: true, ct) ?? changed
            : changed;

    /// <summary>Members are rows: they leave the document before it is stored.</summary>
    static IReadOnlyCollection<Guid> TakeMembers(JsonObject document, ResourceType type)
    {
        if (!type.IsGroup) return [];
        var members = MembershipChange.Named(document[GroupSchema.Members.Name]);
        document.Remove(GroupSchema.Members.Name);
        return members;
    }

    static ScimResult NotAllowed(string collection, string allow, ScimRequest request)
    {
        request.TypeOf(collection);   // one that is not there is 404 for every method
        return ScimResult.NotAllowed(allow);
    }

    static Guid IdOf(string id, ResourceType type) => ResourceId.TryParse(id, out var key) ? key : throw NotFound(id, type);

    static ScimException NotFound(string id, ResourceType type) => ScimException.NotFound($"There is no {type.Name} with the id '{id}'.");
}
